"""What a new session begins with: portfolios of the book, or the one that follows a framework."""

from typing import Final

from pydantic import JsonValue

from trimtab.domain.errors import InvalidInput, NotFound, Problem
from trimtab.workflow.books import BookShelf
from trimtab.workflow.log_details import FRAMEWORK
from trimtab.workflow.ports.framework_parts import FrameworkPart
from trimtab.workflow.ports.requests import OpenSession
from trimtab.workflow.state import SessionState

_BESIDE: Final = "it can't stand beside framework_portfolio, which is one portfolio"


class NoPortfolios:
    """Implements `FrameworkPortfolios` where nobody keeps any."""

    async def part(self, owner: str, portfolio_id: str) -> FrameworkPart:  # noqa: ARG002 - there is none of anybody
        """Raises NotFound."""
        raise NotFound(
            "There is no such framework portfolio.",
            field="framework_portfolio",
            next_action="Call build_portfolio with accept=true first; it answers with portfolio_id.",
        )

    async def opened(self, owner: str, portfolio_id: str, *, session_id: str) -> None:
        """There is nothing to note it with."""


class KnownPortfolio:
    """Implements `FrameworkPortfolios` for the one whose part is at hand, as a session's log has it."""

    def __init__(self, part: FrameworkPart) -> None:
        self._part = part

    async def part(self, owner: str, portfolio_id: str) -> FrameworkPart:  # noqa: ARG002 - it is at hand for whoever asks
        """The part."""
        return self._part

    async def opened(self, owner: str, portfolio_id: str, *, session_id: str) -> None:
        """It was noted when the session was opened first."""


def opening_state(
    shelf: BookShelf, request: OpenSession, *, part: FrameworkPart | None
) -> tuple[SessionState, dict[str, JsonValue]]:
    """The state of a new session, and what its log says of it.

    Raises:
        NotFound: the server has no book of that name.
        InvalidInput: what is selected isn't in the book, or stands beside a framework's portfolio.
    """
    book = shelf.book
    if part is not None:
        _refuse_beside(request)
    chosen = shelf.select(name=request.book, portfolios=request.portfolios, models=request.models)
    state = SessionState(
        workflow_mode=request.workflow_mode,
        book=book.name,
        book_digest=book.digest,
        policy_digest=shelf.policy_digest,
        as_of=book.as_of,
        portfolios=chosen if part is None else (part.model.account_number,),
        framework=part,
    )
    detail: dict[str, JsonValue] = {"workflow_mode": request.workflow_mode, "book": book.name}
    return state, detail if part is None else {**detail, FRAMEWORK: part.model_dump(mode="json")}


def _refuse_beside(request: OpenSession) -> None:
    given = {"portfolios": request.portfolios, "models": request.models}
    problems = [Problem(name, _BESIDE) for name, value in given.items() if value is not None]
    if problems:
        raise InvalidInput(
            f"{problems[0].field}: {_BESIDE}.", problems=problems, next_action="Leave the named fields away."
        )
