"""The faults that a paper order system can be told to have, and whom each of them meets."""

import re
from typing import Annotated, Final, Literal, NamedTuple, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from trimtab.domain.errors import InvalidInput
from trimtab.server.paper_oms.chance import drawn_share

FaultKind = Literal[
    "answer_lost",
    "timeout_before",
    "timeout_after",
    "error_before",
    "error_after",
    "duplicate",
    "reject",
    "fail_portfolio",
    "partial_then_cancel",
    "expire",
    "late_fill",
    "cancel_lost",
    "cancel_refused",
    "malformed",
    "malformed_look",
    "foreign",
    "twin",
    "overfill",
    "mind_change",
    "key_change",
]
"""What each does is in docs/paper-oms.md."""
FAULT_KINDS: Final[tuple[FaultKind, ...]] = get_args(FaultKind)
_SPELLED: Final = re.compile(r"(?P<kind>[^:@]+)(?::(?P<share>[^:@]+))?(?:@(?P<code>[^:@]+))?")
_OPTION: Final = "--fault"


class Target(NamedTuple):
    """Whom a fault may meet: a trade. `subject` names it for good, also where it has no client order id."""

    subject: str
    client_order_id: str | None
    code: str


class FaultRule(BaseModel):
    """A fault that is switched on: for one order, for those of one code, for all, or for a `share` of them.

    It strikes each order that it meets so many `times`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)

    kind: FaultKind
    code: str | None = None
    client_order_id: str | None = None
    share: Annotated[float, Field(ge=0, le=1)] = 1.0
    times: Annotated[int, Field(ge=1, le=1_000_000)] = 1

    def meets(self, target: Target, *, seed: int) -> bool:
        """Whether it is for this order; which orders a share takes depends on the seed alone."""
        if self.code not in (None, target.code) or self.client_order_id not in (None, target.client_order_id):
            return False
        return self.share >= 1 or drawn_share(seed, "fault", self.kind, target.subject) < self.share


def parse_fault(spelled: str) -> FaultRule:
    """The fault of an option such as `reject`, `reject:0.1`, `reject@BHP` or `reject:0.5@BHP`.

    Raises:
        InvalidInput: it names no fault, or a share that isn't one.
    """
    found = _SPELLED.fullmatch(spelled)
    given = {} if found is None else {name: value for name, value in found.groupdict().items() if value is not None}
    try:
        return FaultRule.model_validate(given)
    except ValidationError as error:
        if any(each["loc"] == ("share",) for each in error.errors()):
            raise InvalidInput("A fault's share is a number from 0 to 1.", field=_OPTION) from None
        raise InvalidInput(
            f"A fault is spelled KIND, KIND:SHARE, KIND@CODE or KIND:SHARE@CODE; kinds are {', '.join(FAULT_KINDS)}.",
            field=_OPTION,
            next_action=f"Correct {_OPTION} and start again.",
        ) from None
