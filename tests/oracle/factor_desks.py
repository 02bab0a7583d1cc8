"""The product's factor desk over a folder of market data, given reference rows and given groups."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.clock import FixedClock
from tests.oracle.oracle_factor_data import ReferenceRows
from trimtab.adapters.market.folder import FolderSource
from trimtab.domain.factors.reference import AssetProxy, CashProxy, IndustryProxy, Reference, asset_class_named
from trimtab.domain.trading.policy import Policy
from trimtab.workflow.factors.desk import Factors
from trimtab.workflow.ports.desk import Caller
from trimtab.workflow.ports.reference import FactorGroup, Sourced

TODAY = datetime(2026, 11, 30, 12, tzinfo=UTC)
SOMEBODY = Caller(owner="somebody", actor="somebody")


@dataclass(frozen=True)
class GivenReference:
    """Reference data from memory."""

    rows: ReferenceRows

    async def read(self) -> Sourced:
        reference = Reference(
            asset_proxies=tuple(
                AssetProxy(_named(asset_class), f"key{number}", ticker, is_canonical=canonical, priority=priority)
                for number, (asset_class, ticker, canonical, priority) in enumerate(self.rows.asset)
            ),
            industry_proxies=tuple(
                IndustryProxy(industry, ticker, asset_class=_named(asset_class), sector_group=group)
                for industry, ticker, asset_class, group in self.rows.industry
            ),
            cash_proxies=tuple(CashProxy(currency, ticker) for currency, ticker in self.rows.cash),
        )
        return Sourced(reference, "database")


def _named(text: str):
    asset_class = asset_class_named(text)
    assert asset_class is not None
    return asset_class


class GivenGroups:
    """Factor groups from memory, which only has to give them."""

    def __init__(self, groups: Iterable[FactorGroup] = ()) -> None:
        self._groups = {group.name: group for group in groups}

    async def all(self, owner: str) -> tuple[FactorGroup, ...]:
        return tuple(self._groups.values())

    async def get(self, owner: str, name: str) -> FactorGroup | None:
        return self._groups.get(name)

    async def create(self, owner: str, group: FactorGroup) -> bool:
        return False

    async def replace(self, owner: str, group: FactorGroup) -> bool:
        return False

    async def delete(self, owner: str, name: str) -> bool:
        return False


def open_factors(
    folder: Path, *, rows: ReferenceRows, policy: Policy, groups: Iterable[FactorGroup] = (), today: datetime = TODAY
) -> Factors:
    return Factors(
        lambda _tickers: FolderSource(folder),
        GivenReference(rows),
        groups=GivenGroups(groups),
        policy=policy,
        clock=FixedClock(today),
    )
