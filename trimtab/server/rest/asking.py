"""What is asked for, as the workflow's own request: from a body or a query, and the session of the address."""

from collections import Counter
from inspect import Parameter, Signature
from typing import Annotated, Any, Final, Generic, TypeVar

from fastapi import Body, Path, Query, Request
from pydantic import BaseModel

from trimtab.domain.errors import InvalidInput, Problem
from trimtab.server.rest.camel import Twin, asked_twin
from trimtab.tools.strict import check
from trimtab.workflow.ports.requests import SessionId

AskedT = TypeVar("AskedT", bound=BaseModel)

_SESSION: Final = "session_id"
_LISTS: Final = frozenset({"portfolios"})
_IN_PATH: Final = Annotated[SessionId, Path(alias="sessionId", description="What opening the session answered")]


class _Asked(Generic[AskedT]):
    """A dependency that makes the request. What it takes is in its signature, which the framework reads."""

    def __init__(self, port: type[AskedT], *parts: Parameter, session_in_path: bool) -> None:
        self._port = port
        session = [_part(_SESSION, _IN_PATH)] if session_in_path else []
        self.__signature__ = Signature([_part("http", Request), *session, *parts])

    def _made(self, given: BaseModel | None, session: dict[str, str]) -> AskedT:
        """Checked once more as a whole: what the model itself asks for holds here, too."""
        return check(self._port, **session, **({} if given is None else given.model_dump(exclude_unset=True)))


class InBody(_Asked[AskedT]):
    """From a JSON object; `without` names fields that this address doesn't take."""

    def __init__(self, port: type[AskedT], *, without: tuple[str, ...] = (), optional: bool = False) -> None:
        in_path = _SESSION in port.model_fields
        twin: Any = asked_twin(port, without=(*without, _SESSION))
        body = (
            _part("body", Annotated[twin | None, Body()], default=None)
            if optional
            else _part("body", Annotated[twin, Body()])
        )
        super().__init__(port, body, session_in_path=in_path)

    async def __call__(self, http: Request, body: BaseModel | None = None, **session: str) -> AskedT:
        """The request; raises InvalidInput."""
        if http.query_params:
            raise InvalidInput("This address takes no query.", field="query", next_action="Put all into the body.")
        return self._made(body, session)


class InQuery(_Asked[AskedT]):
    """From the query; the session, too, where the address has none."""

    def __init__(self, port: type[AskedT], *, session_in_path: bool = True) -> None:
        twin: Twin = asked_twin(port, without=(_SESSION,) if session_in_path else ())
        super().__init__(port, _part("query", Annotated[twin, Query()]), session_in_path=session_in_path)

    async def __call__(self, http: Request, query: BaseModel, **session: str) -> AskedT:
        """The request; raises InvalidInput."""
        _refuse_repeated(http)
        return self._made(query, session)


def _part(name: str, annotation: object, *, default: object = Parameter.empty) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, annotation=annotation, default=default)


def _refuse_repeated(http: Request) -> None:
    """Which of two values is meant, nobody can say."""
    counts = Counter(name for name, _ in http.query_params.multi_items())
    twice = [name for name, count in counts.items() if count > 1 and name not in _LISTS]
    if twice:
        raise InvalidInput(
            "A name stands in the query more than once.",
            problems=[Problem(name, "Give it once.", "repeated") for name in twice],
        )
