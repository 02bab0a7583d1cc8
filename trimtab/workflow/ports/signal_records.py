"""What is kept of signals, so that every decision can be looked up later: signals, allocations, performance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

MOST_ROWS = 1_000
"""The most that one question gets."""


@dataclass(frozen=True, slots=True)
class SignalRow:
    """A strategy's signal of a symbol on a day; the same market, strategy and parameters give the same one.

    Attributes:
        strategy: its name.
        symbol: whose.
        day: the date of the newest price it rests on.
        alpha_score: -1 to 1.
        confidence: 0 to 1.
        horizon_days: trading days.
        volatility_adjusted: whether alpha is measured in the symbol's own volatility.
        metadata: indicators of that day and parameters, by name.
        market_digest: SHA-256 of the market data, and of the symbols where not all were looked at.
        recorded_at: when it was first kept (ISO, UTC); empty before.
    """

    strategy: str
    symbol: str
    day: date
    alpha_score: float
    confidence: float
    horizon_days: int
    volatility_adjusted: bool
    metadata: dict[str, float]
    market_digest: str
    recorded_at: str = ""


@dataclass(frozen=True, slots=True)
class AllocationRow:
    """Weights that were worked out.

    Attributes:
        allocation_id: SHA-256 of everything below but the time: the same question to the same data has the same one.
        day: the day they are for.
        combination_method: how signals were combined.
        allocations: weight by symbol, without those of 0.
        cash_weight: what is left.
        total_capital: money.
        inputs: strategies, parameters, sizing, constraints, what was held, and what wasn't kept, as JSON holds it.
        market_digest: SHA-256 of the market data.
        recorded_at: when it was first kept (ISO, UTC); empty before.
    """

    allocation_id: str
    day: date
    combination_method: str
    allocations: dict[str, float]
    cash_weight: float
    total_capital: float
    inputs: dict[str, Any]
    market_digest: str
    recorded_at: str = ""


@dataclass(frozen=True, slots=True)
class PerformanceRow:
    """How a strategy, or a combination of several, did over a range; what isn't defined is None.

    Attributes:
        subject: a strategy's name, or that of a combining method for a portfolio of several.
        kind: `strategy` or `portfolio`.
        evaluation_day: the last day of the range.
        lookback_days: trading days in it.
        sharpe_ratio: annualized.
        total_return: fraction.
        max_drawdown: fraction, 0 or less.
        win_rate: 0 to 1.
        ic_mean: information coefficient, -1 to 1.
        metrics: all others, by name.
        inputs: the rules of the run, as JSON holds them.
        run_id: SHA-256 of the inputs, subject and market: the same run has the same one.
        market_digest: SHA-256 of the market data.
        recorded_at: when it was first kept (ISO, UTC); empty before.
    """

    subject: str
    kind: str
    evaluation_day: date
    lookback_days: int
    sharpe_ratio: float | None
    total_return: float | None
    max_drawdown: float | None
    win_rate: float | None
    ic_mean: float | None
    metrics: dict[str, float | None]
    inputs: dict[str, Any]
    run_id: str
    market_digest: str
    recorded_at: str = ""


@dataclass(frozen=True, slots=True)
class Sought:
    """Which rows: those of this name (strategy, method or subject), symbol and days, the newest day first.

    `symbol` finds allocations that hold it. At most `limit` rows, at most 1,000, after `offset` of them.
    """

    name: str | None = None
    symbol: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    limit: int = 100
    offset: int = 0


class SignalRecords(Protocol):
    """Rows of one owner; kept rows never change, and the same row once more changes nothing.

    Every operation raises Unavailable, or another of the records' errors, where the database can't be used.
    """

    async def keep_signals(self, owner: str, rows: Sequence[SignalRow]) -> int:
        """Keeps those that aren't there; how many that were."""

    async def keep_allocation(self, owner: str, row: AllocationRow) -> bool:
        """Keeps it; False where it was there."""

    async def keep_performance(self, owner: str, rows: Sequence[PerformanceRow]) -> int:
        """Keeps those that aren't there; how many that were."""

    async def signals(self, owner: str, sought: Sought) -> tuple[tuple[SignalRow, ...], int]:
        """These rows by day (newest first), strategy and symbol; and how many there are in all."""

    async def allocations(self, owner: str, sought: Sought) -> tuple[tuple[AllocationRow, ...], int]:
        """These rows by day (newest first) and time; and how many there are in all."""

    async def performance(self, owner: str, sought: Sought) -> tuple[tuple[PerformanceRow, ...], int]:
        """These rows by day (newest first), subject and time; and how many there are in all."""
