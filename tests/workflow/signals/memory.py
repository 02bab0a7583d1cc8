"""Records of signals in memory, for tests of the workflow; and rows to put there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from trimtab.workflow.ports.signal_records import AllocationRow, PerformanceRow, SignalRow, Sought

DAY = date(2026, 2, 27)
SIGNAL = SignalRow(
    strategy="momentum_rank",
    symbol="SPY",
    day=DAY,
    alpha_score=0.5,
    confidence=0.25,
    horizon_days=21,
    volatility_adjusted=False,
    metadata={"momentum": 0.1},
    market_digest="a" * 64,
)
ALLOCATION = AllocationRow(
    allocation_id="b" * 64,
    day=DAY,
    combination_method="weighted",
    allocations={"SPY": 0.75},
    cash_weight=0.25,
    total_capital=100.0,
    inputs={"strategies": []},
    market_digest="a" * 64,
    recorded_at="2026-03-02T12:00:00Z",
)


@dataclass
class GivenRecords:
    """A `SignalRecords` that remembers in the order in which rows came."""

    kept_signals: list[tuple[str, SignalRow]] = field(default_factory=list)
    kept_allocations: list[tuple[str, AllocationRow]] = field(default_factory=list)
    kept_performance: list[tuple[str, PerformanceRow]] = field(default_factory=list)
    sought: list[Sought] = field(default_factory=list)

    async def keep_signals(self, owner: str, rows: Sequence[SignalRow]) -> int:
        new = [row for row in rows if (owner, row) not in self.kept_signals]
        self.kept_signals += [(owner, row) for row in new]
        return len(new)

    async def keep_allocation(self, owner: str, row: AllocationRow) -> bool:
        new = (owner, row) not in self.kept_allocations
        self.kept_allocations += [(owner, row)] if new else []
        return new

    async def keep_performance(self, owner: str, rows: Sequence[PerformanceRow]) -> int:
        new = [row for row in rows if (owner, row) not in self.kept_performance]
        self.kept_performance += [(owner, row) for row in new]
        return len(new)

    async def signals(self, owner: str, sought: Sought) -> tuple[tuple[SignalRow, ...], int]:
        self.sought.append(sought)
        rows = [row for whose, row in self.kept_signals if whose == owner]
        return tuple(rows[sought.offset : sought.offset + sought.limit]), len(rows)

    async def allocations(self, owner: str, sought: Sought) -> tuple[tuple[AllocationRow, ...], int]:
        self.sought.append(sought)
        rows = [row for whose, row in self.kept_allocations if whose == owner]
        return tuple(rows[sought.offset : sought.offset + sought.limit]), len(rows)

    async def performance(self, owner: str, sought: Sought) -> tuple[tuple[PerformanceRow, ...], int]:
        self.sought.append(sought)
        rows = [row for whose, row in self.kept_performance if whose == owner]
        return tuple(rows[sought.offset : sought.offset + sought.limit]), len(rows)
