"""What is asked for, as the workflow's own request: from a body or a query, and what the address names."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from inspect import Parameter, Signature
from types import MappingProxyType
from typing import Annotated, Any, Final, Generic, TypeVar, get_args

from fastapi import Body, Path, Query, Request
from pydantic import BaseModel, Discriminator, Tag

from trimtab.domain.errors import InvalidInput, Problem
from trimtab.server.rest.camel import Twin, asked_twin
from trimtab.tools.strict import check
from trimtab.workflow.ports.framework_requests import BuildStep
from trimtab.workflow.ports.requests import SessionId
from trimtab.workflow.ports.signal_requests import RecordKind

AskedT = TypeVar("AskedT", bound=BaseModel)

_SESSION: Final = "session_id"
_LISTS: Final = frozenset({"portfolios"})
_IN_PATH: Final[Mapping[str, object]] = {
    _SESSION: Annotated[SessionId, Path(alias="sessionId", description="What opening the session answered")],
    "name": Annotated[str, Path(alias="groupName", description="The group's name")],
    "strategy": Annotated[str, Path(alias="strategyName", description="The strategy's name")],
    "kind": Annotated[str, Path(description="What was kept", json_schema_extra={"enum": list(get_args(RecordKind))})],
    "framework_id": Annotated[str, Path(alias="frameworkId", description="A saved framework's, or a template's key")],
    "portfolio_id": Annotated[str, Path(alias="portfolioId", description="What accepting the portfolio answered")],
    "workflow_id": Annotated[str, Path(alias="workflowId", description="What beginning the workflow answered")],
    "step": Annotated[str, Path(description="Which step", json_schema_extra={"enum": list(get_args(BuildStep))})],
}
"""What an address may name, by the field of the request that it becomes."""


class _Asked(Generic[AskedT]):
    """A dependency that makes the request. What it takes is in its signature, which the framework reads."""

    def __init__(
        self,
        port: type[AskedT],
        *parts: Parameter,
        in_path: Sequence[str],
        always: Mapping[str, object] | None = None,
    ) -> None:
        self._port = port
        self._always = always or {}
        named = [_part(name, _IN_PATH[name]) for name in in_path]
        self.__signature__ = Signature([_part("http", Request), *named, *parts])

    def _made(self, given: BaseModel | None, named: Mapping[str, str]) -> AskedT:
        """Checked once more as a whole: what the model itself asks for holds here, too."""
        fields = {} if given is None else given.model_dump(exclude_unset=True)
        return check(self._port, **named, **fields, **self._always)


class InBody(_Asked[AskedT]):
    """From a JSON object; `without` names fields that this address doesn't take; `examples` are bodies by title."""

    def __init__(
        self,
        port: type[AskedT],
        *,
        without: tuple[str, ...] = (),
        optional: bool = False,
        examples: Mapping[str, Mapping[str, object]] | None = None,
    ) -> None:
        in_path = (_SESSION,) if _SESSION in port.model_fields else ()
        shown = None if examples is None else _shown(examples)
        body = _in_body(asked_twin(port, without=(*without, _SESSION)), optional=optional, shown=shown)
        super().__init__(port, body, in_path=in_path)

    async def __call__(self, http: Request, body: BaseModel | None = None, **named: str) -> AskedT:
        """The request; raises InvalidInput."""
        _refuse_query(http)
        return self._made(body, named)


class InPath(_Asked[AskedT]):
    """From the address: `named` are the fields that it names, `always` those that it stands for."""

    def __init__(self, port: type[AskedT], *, named: tuple[str, ...] = (), always: Mapping[str, object]) -> None:
        super().__init__(port, in_path=named, always=always)

    async def __call__(self, http: Request, **named: str) -> AskedT:
        """The request; raises InvalidInput."""
        _refuse_query(http, "Leave it away.")
        return self._made(None, named)


@dataclass(frozen=True, slots=True)
class BodyOf:
    """A body with the other fields of a request; it is described under `name`, because a request may have several.

    Attributes:
        without: fields that this address doesn't take.
        other: another form of the body; it is that one where it has its first field.
        examples: bodies by title.
    """

    name: str
    optional: bool = False
    without: tuple[str, ...] = ()
    other: type[BaseModel] | None = None
    examples: Mapping[str, Mapping[str, object]] | None = None


class InPathAndBody(_Asked[AskedT]):
    """From the address, and the other fields from a JSON object."""

    def __init__(
        self,
        port: type[AskedT],
        *,
        body: BodyOf,
        named: tuple[str, ...] = (),
        always: Mapping[str, object] = MappingProxyType({}),
    ) -> None:
        self.twin = asked_twin(port, without=(*named, *always, *body.without), name=body.name)
        shown = None if body.examples is None else _shown(body.examples)
        form = self.twin if body.other is None else _either(self.twin, body.other)
        super().__init__(port, _in_body(form, optional=body.optional, shown=shown), in_path=named, always=always)

    async def __call__(self, http: Request, body: BaseModel | None = None, **named: str) -> AskedT:
        """The request; raises InvalidInput."""
        _refuse_query(http)
        return self._made(body, named)


class InQuery(_Asked[AskedT]):
    """From the query; the session, too, where the address has none."""

    def __init__(self, port: type[AskedT], *, session_in_path: bool = True) -> None:
        twin: Twin = asked_twin(port, without=(_SESSION,) if session_in_path else ())
        in_path = (_SESSION,) if session_in_path else ()
        super().__init__(port, _part("query", Annotated[twin, Query()]), in_path=in_path)

    async def __call__(self, http: Request, query: BaseModel, **named: str) -> AskedT:
        """The request; raises InvalidInput."""
        _refuse_repeated(http)
        return self._made(query, named)


class InPathAndQuery(_Asked[AskedT]):
    """From the address, and the other fields from the query; `without` names those that this address doesn't take."""

    def __init__(self, port: type[AskedT], *, named: tuple[str, ...], without: tuple[str, ...] = ()) -> None:
        twin: Twin = asked_twin(port, without=(*named, *without))
        super().__init__(port, _part("query", Annotated[twin, Query()]), in_path=named)

    async def __call__(self, http: Request, query: BaseModel, **named: str) -> AskedT:
        """The request; raises InvalidInput."""
        _refuse_repeated(http)
        return self._made(query, named)


def _part(name: str, annotation: object, *, default: object = Parameter.empty) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, annotation=annotation, default=default)


def _in_body(form: Any, *, optional: bool, shown: Any) -> Parameter:
    how = Body() if shown is None else shown
    if optional:
        return _part("body", Annotated[form | None, how], default=None)
    return _part("body", Annotated[form, how])


def _either(form: Twin, other: type[BaseModel]) -> Any:
    """Which of the two a body is, its fields tell: so what is wrong with it is said of that one alone."""
    first = next(iter(other.model_fields))

    def which(body: object) -> str:
        return "other" if isinstance(body, Mapping) and first in body else "form"

    return Annotated[Annotated[form, Tag("form")] | Annotated[other, Tag("other")], Discriminator(which)]


def _shown(examples: Mapping[str, Mapping[str, object]]) -> Any:
    """Where the body is, with examples by their title."""
    return Body(openapi_examples={title: {"value": value} for title, value in examples.items()})


def _refuse_query(http: Request, next_action: str = "Put all into the body.") -> None:
    if http.query_params:
        raise InvalidInput("This address takes no query.", field="query", next_action=next_action)


def _refuse_repeated(http: Request) -> None:
    """Which of two values is meant, nobody can say."""
    counts = Counter(name for name, _ in http.query_params.multi_items())
    twice = [name for name, count in counts.items() if count > 1 and name not in _LISTS]
    if twice:
        raise InvalidInput(
            "A name stands in the query more than once.",
            problems=[Problem(name, "Give it once.", "repeated") for name in twice],
        )
