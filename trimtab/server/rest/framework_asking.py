"""What is asked of allocation frameworks over plain HTTP, where an address takes another form than the tool has."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, TypeVar, cast

from fastapi import Request as Http
from pydantic import BaseModel, ConfigDict, Field, JsonValue, WithJsonSchema
from pydantic.alias_generators import to_camel

from trimtab.domain.errors import InvalidInput, Problem
from trimtab.server.rest.asking import AskedT, InPathAndBody
from trimtab.workflow.ports import framework_requests as ask
from trimtab.workflow.ports.requests import Request

PortT = TypeVar("PortT", bound=BaseModel)
ReportTable = Literal["buckets", "heatmap", "holdings", "trades"]
FirstStep = Literal["profile", "framework"]

DEEPEST: Final = 20
"""A framework needs five."""
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])[A-Z]")
_BESIDE: Final = ("expected_version", "note", "idempotency_key")
"""What may stand beside the fields of a framework that is the body itself."""


class ListedFrameworks(Request):
    """Templates and saved ones; `due`: what has to be looked at, or brought back, by now.

    `user_id` changes nothing: whoever may call is the one owner of all that is saved.
    """

    due: bool = False
    archived: bool = False
    user_id: str | None = Field(None, max_length=255, description="Changes nothing: the server has one owner")


class OneFramework(Request):
    """One in full, with what changed since an older version of it."""

    framework_id: ask.FrameworkId
    version: ask.Version | None = None
    changes_since: ask.Version | None = None


class Exported(Request):
    """A framework as a document; a CSV has its buckets only."""

    framework_id: ask.FrameworkId
    version: ask.Version | None = None
    format: ask.DocumentFormat = "json"


class ChangedFramework(ask.SaveFramework):
    """A new version of a framework: `framework` in full, or a `document`; `expected_version` is the one it was made
    from, so that it overwrites nobody's."""

    expected_version: ask.Version


class FrameworkItself(BaseModel):
    """A framework in full as the body itself; its fields are those of `framework`, and `expectedVersion`, `note` and
    `idempotencyKey` may stand beside them."""

    model_config = ConfigDict(frozen=True, extra="allow")

    buckets: Annotated[JsonValue, WithJsonSchema({"type": "array", "items": {"type": "object"}})]


class NewPortfolio(ask.BuildPortfolio):
    """A portfolio from a framework, accepted unless `accept` is false; for `cash`, or an account of the book."""

    accept: bool = True


class BegunWorkflow(ask.BuildPortfolio):
    """The first step: `profile` with a profile, or skipped; or `framework` with one, or with requirements."""

    step: FirstStep = "profile"


class FlatBacktest(ask.BacktestFramework, ask.BacktestRun):
    """A framework, or an accepted portfolio, kept in several modes over the same past days.

    What `run` holds may stand beside it, too.
    """


class ShownReport(ask.GetAllocationReport):
    """Actual against target: of an accepted portfolio, or of a framework over an account of the book or `holdings`;
    whole, or one `table` of it, as CSV with `format`."""

    table: ReportTable | None = None
    format: ask.DocumentFormat = "json"


class InFrameworkBody(InPathAndBody[AskedT]):
    """From the address and a body that may hold a framework in full, whose fields are understood in either spelling."""

    async def __call__(self, http: Http, body: BaseModel | None = None, **named: str) -> AskedT:
        """The request; raises InvalidInput."""
        if isinstance(body, FrameworkItself):
            body = self.twin.model_validate(_beside(body, allowed=self.twin))
        made = await super().__call__(http, body, **named)
        document = getattr(made, "framework", None)
        return made if document is None else made.model_copy(update={"framework": in_snake_case(document)})


class InFrameworkToSave(InFrameworkBody[ask.SaveFramework]):
    """As that, and a body with a document asks for its import."""

    async def __call__(self, http: Http, body: BaseModel | None = None, **named: str) -> ask.SaveFramework:
        """The request; raises InvalidInput."""
        made = as_port(ask.SaveFramework, await super().__call__(http, body, **named))
        return made if made.document is None else made.model_copy(update={"action": "import"})


def as_port(port: type[PortT], made: BaseModel, **more: object) -> PortT:
    """The workflow's own request with what was given for one of this address."""
    given = {name: getattr(made, name) for name in made.model_fields_set if name in port.model_fields}
    return port(**{**given, **more})


def backtest_of(asked: FlatBacktest) -> ask.BacktestFramework:
    """The workflow's own request.

    Raises:
        InvalidInput: something is given in `run` and beside it.
    """
    given = {name: getattr(asked, name) for name in asked.model_fields_set}
    beside = {name: value for name, value in given.items() if name in ask.BacktestRun.model_fields}
    twice = sorted(beside.keys() & asked.run.model_fields_set)
    if twice:
        raise InvalidInput(
            f"{to_camel(twice[0])} is given in run and beside it: give it once.",
            problems=[Problem(name, "Give it once, in run or beside it.", "repeated") for name in twice],
        )
    if not beside:
        return as_port(ask.BacktestFramework, asked)
    inside = {name: getattr(asked.run, name) for name in asked.run.model_fields_set}
    return as_port(ask.BacktestFramework, asked, run=ask.BacktestRun(**{**inside, **beside}))


def in_snake_case(document: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """A framework's fields as the workflow spells them.

    Raises:
        InvalidInput: it is nested deeper than any framework.
    """
    return cast("dict[str, JsonValue]", _snake(document, depth=0))


def _snake(value: Any, *, depth: int) -> Any:
    if depth > DEEPEST:
        raise InvalidInput(f"It is nested deeper than {DEEPEST} levels, and a framework needs five.", field="framework")
    if isinstance(value, Mapping):
        # Where a field stands in both spellings neither is dropped: the reader refuses what it doesn't know.
        return {
            name if (spelled := _spelled(name)) in value else spelled: _snake(inner, depth=depth + 1)
            for name, inner in value.items()
        }
    return [_snake(inner, depth=depth + 1) for inner in value] if isinstance(value, list) else value


def _spelled(name: str) -> str:
    return _CAMEL.sub(lambda found: f"_{found[0].lower()}", name)


def _beside(body: FrameworkItself, *, allowed: type[BaseModel]) -> dict[str, object]:
    """The framework, and what stands beside its fields, as if it had been sent so."""
    framework: dict[str, object] = {"buckets": body.buckets, **(body.model_extra or {})}
    names = {spelled: name for name in _BESIDE if name in allowed.model_fields for spelled in (name, to_camel(name))}
    beside = {spelled: framework.pop(spelled) for spelled in names if spelled in framework}
    return {"framework": framework, **beside}
