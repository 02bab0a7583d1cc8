"""What a trading session has of the framework portfolio that it is opened for."""

from typing import Protocol

from pydantic import BaseModel, ConfigDict

from trimtab.domain.trading.own_model import OwnModel


class FrameworkPart(BaseModel):
    """The model that the session's one portfolio follows, and where it comes from.

    It is part of the session's state: the same state over the same book gives the same plan.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    portfolio_id: str
    framework_id: str
    framework_version: int
    model: OwnModel


class FrameworkPortfolios(Protocol):
    """Accepted portfolios, as trading sees them."""

    async def part(self, owner: str, portfolio_id: str) -> FrameworkPart:
        """What a session over this portfolio works on.

        Raises:
            NotFound: the owner has no such portfolio.
            WrongPhase: its cash is at work already, by an earlier session.
        """

    async def opened(self, owner: str, portfolio_id: str, *, session_id: str) -> None:
        """Notes that a session was opened for it."""
