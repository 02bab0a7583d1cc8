"""Accepted portfolios as trading gets them: the model, once for new money, and a note of each session."""

from trimtab.domain.errors import NotFound, WrongPhase
from trimtab.workflow.frameworks.accepted import accepted_of, no_portfolio
from trimtab.workflow.frameworks.traded import traded
from trimtab.workflow.ports.framework_parts import FrameworkPart
from trimtab.workflow.ports.framework_records import FrameworkRecords
from trimtab.workflow.ports.records import RecordStore


class Handing:
    """Implements `FrameworkPortfolios`."""

    def __init__(self, records: FrameworkRecords, orders: RecordStore) -> None:
        """`orders` says what became of sessions."""
        self._records = records
        self._orders = orders

    async def part(self, owner: str, portfolio_id: str) -> FrameworkPart:
        """See `FrameworkPortfolios.part`."""
        try:
            row = await self._records.portfolio(owner, portfolio_id)
        except NotFound as error:
            raise no_portfolio("framework_portfolio") from error
        accepted = accepted_of(row)
        if accepted.is_new_money:
            done = await traded(self._orders, await self._records.sessions_of(owner, portfolio_id))
            if done.at_work:
                raise _at_work()
        return accepted.part

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
