"""Accepted portfolios as trading gets them: the model at the newest prices, once for new money, and a note of each
session."""

from collections.abc import Callable
from typing import TypeAlias

import anyio.to_thread

from trimtab.domain.errors import NotFound, WrongPhase
from trimtab.domain.trading.own_model import OwnModel
from trimtab.workflow.frameworks.accepted import AcceptedPortfolio, accepted_of, no_portfolio
from trimtab.workflow.frameworks.traded import traded
from trimtab.workflow.ports.framework_parts import FrameworkPart
from trimtab.workflow.ports.framework_records import FrameworkRecords
from trimtab.workflow.ports.records import RecordStore

Repriced: TypeAlias = Callable[[OwnModel], OwnModel]
"""The same model with the newest prices of its instruments, where there are some."""


def as_accepted(model: OwnModel) -> OwnModel:
    """For who has no newer prices than those of the acceptance."""
    return model


class Handing:
    """Implements `FrameworkPortfolios`."""

    def __init__(self, records: FrameworkRecords, orders: RecordStore, *, repriced: Repriced = as_accepted) -> None:
        """`orders` says what became of sessions."""
        self._records = records
        self._orders = orders
        self._repriced = repriced

    async def part(self, owner: str, portfolio_id: str) -> FrameworkPart:
        """See `FrameworkPortfolios.part`."""
        try:
            row = await self._records.portfolio(owner, portfolio_id)
        except NotFound as error:
            raise no_portfolio("framework_portfolio") from error
        accepted = accepted_of(row)
        await self._require_last(owner, accepted)
        if accepted.is_new_money:
            done = await traded(self._orders, await self._records.sessions_of(owner, portfolio_id))
            if done.at_work:
                raise _at_work()
        model = await anyio.to_thread.run_sync(self._repriced, accepted.part.model)
        return accepted.part.model_copy(update={"model": model})

    async def _require_last(self, owner: str, accepted: AcceptedPortfolio) -> None:
        """Refuses a portfolio after which another was accepted for the same account."""
        account = accepted.part.model.account_number
        newest = next(row for row in await self._records.portfolios(owner) if row.account_number == account)
        if newest.portfolio_id != accepted.part.portfolio_id:
            raise WrongPhase(
                f"Another portfolio was accepted for this account since: {newest.portfolio_id}.",
                field="framework_portfolio",
                next_action="Open a session over that one, or accept this one again with a new idempotency_key.",
            )

    async def opened(self, owner: str, portfolio_id: str, *, session_id: str) -> None:
        """See `FrameworkPortfolios.opened`."""
        await self._records.link_session(owner, portfolio_id, session_id=session_id)


def _at_work() -> WrongPhase:
    return WrongPhase(
        "The cash of this portfolio is at work already: an earlier session has orders for it.",
        field="framework_portfolio",
        next_action=(
            "Once the account is in the book, call build_portfolio with its account_number; "
            "get_execution_status shows the orders."
        ),
    )
