"""Accepted portfolios: read, listed, and looked at for what is due."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

import anyio.to_thread

from trimtab.domain.errors import NotFound, TrimtabError
from trimtab.domain.frameworks.cadence import next_check
from trimtab.workflow.factors.tables import rounded, table
from trimtab.workflow.frameworks.accepted import AcceptedPortfolio, accepted_of, no_portfolio
from trimtab.workflow.frameworks.choosing import Chosen, known
from trimtab.workflow.frameworks.goods import Goods
from trimtab.workflow.frameworks.reporting import compared
from trimtab.workflow.frameworks.subjects import of_accepted
from trimtab.workflow.frameworks.traded import Traded, traded
from trimtab.workflow.ports.framework_records import FrameworkRecords, PortfolioRow
from trimtab.workflow.ports.framework_results import PortfolioList
from trimtab.workflow.ports.records import RecordStore
from trimtab.workflow.ports.results import Cell, Table

PORTFOLIO_COLUMNS: Final = (
    "portfolio_id", "framework_id", "version", "account_number", "total_value", "base_ccy", "accepted_at",
    "last_rebalance", "sessions",
)  # fmt: skip
DUE_COLUMNS: Final = (
    "portfolio_id", "framework_id", "version", "account_number", "last_rebalance", "next_check", "total_drift",
    "out_of_band", "reason", "note",
)  # fmt: skip
UNCHECKED: Final = "unchecked"


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """An accepted portfolio with its framework, and what became of its sessions."""

    row: PortfolioRow
    accepted: AcceptedPortfolio
    found: Chosen
    sessions: tuple[str, ...]
    traded: Traded

    @property
    def last_rebalance(self) -> date:
        """The day it was accepted, or on which an execution of it was completed."""
        return max(filter(None, (self.accepted.accepted_on, self.traded.completed_on)))


class Portfolios:
    """Reads the portfolios of an owner."""

    def __init__(self, records: FrameworkRecords, orders: RecordStore) -> None:
        """`orders` says what became of sessions."""
        self._records = records
        self._orders = orders

    async def standing(self, owner: str, portfolio_id: str) -> Standing:
        """A portfolio as it stands.

        Raises:
            NotFound: the owner has none of that id.
        """
        try:
            row = await self._records.portfolio(owner, portfolio_id)
        except NotFound as error:
            raise no_portfolio("portfolio_id") from error
        return await self._standing(owner, row)

    async def _standing(self, owner: str, row: PortfolioRow) -> Standing:
        sessions = await self._records.sessions_of(owner, row.portfolio_id)
        found = await known(self._records, owner, framework_id=row.framework_id, version=row.framework_version)
        return Standing(row, accepted_of(row), found, sessions, await traded(self._orders, sessions))

    async def all(self, owner: str) -> tuple[Standing, ...]:
        """The newest first."""
        return tuple([await self._standing(owner, row) for row in await self._records.portfolios(owner)])


def portfolios_told(found: Sequence[Standing]) -> PortfolioList:
    """All of them."""
    rows = (
        (
            each.row.portfolio_id,
            each.row.framework_id,
            each.row.framework_version,
            each.row.account_number,
            rounded(each.accepted.total_value),
            each.accepted.base_ccy,
            each.row.accepted_at,
            each.last_rebalance.isoformat(),
            len(each.sessions),
        )
        for each in found
    )
    return PortfolioList(portfolios=table(PORTFOLIO_COLUMNS, rows))


async def due(found: Sequence[Standing], goods: Goods, *, today: date) -> Table:
    """What has to be looked at or brought back, of the portfolio accepted last for each account.

    Money that was never put to work isn't out of its bands: it isn't invested.
    """
    working = [each for each in found if each.traded.at_work or not each.accepted.is_new_money]
    newest = {each.row.account_number: each for each in reversed(working)}
    rows = await anyio.to_thread.run_sync(partial(_rows, tuple(newest.values()), goods, today=today))
    return table(DUE_COLUMNS, rows)


def _rows(found: Sequence[Standing], goods: Goods, *, today: date) -> tuple[tuple[Cell, ...], ...]:
    return tuple(row for each in found for row in _due(each, goods, today=today))


def _due(each: Standing, goods: Goods, *, today: date) -> Iterator[tuple[Cell, ...]]:
    """A row where something is due, or can't be told."""
    upcoming = next_check(each.found.framework.rebalancing.cadence, last=each.last_rebalance, today=today)
    head = (
        each.row.portfolio_id,
        each.row.framework_id,
        each.row.framework_version,
        each.row.account_number,
        each.last_rebalance.isoformat(),
        None if upcoming is None else upcoming.isoformat(),
    )
    try:
        subject = of_accepted(each.found, each.accepted, goods=goods, traded=each.traded)
        allocation = compared(subject, goods, today=today).allocation
    except TrimtabError as error:
        yield (*head, None, None, UNCHECKED, error.message)
        return
    if allocation.rebalance_needed:
        note = " ".join(subject.notes) or None
        yield (*head, rounded(allocation.total_drift), allocation.out_of_band, allocation.reason, note)
