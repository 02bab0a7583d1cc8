"""Rows of signals, allocations and performance for the tests, and the records that keep them."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from trimtab.workflow.ports.records import moment
from trimtab.workflow.ports.signal_records import AllocationRow, PerformanceRow, SignalRow

DAY = date(2026, 3, 2)
EARLIER = date(2026, 2, 27)
R = TypeVar("R", SignalRow, AllocationRow, PerformanceRow)


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


MARKET = sha("market")


def signal(symbol: str = "AAA", **changes: Any) -> SignalRow:
    row = SignalRow("momentum_rank", symbol, DAY, 0.25, 0.5, 21, False, {"rank": 3.0, "skip_days": 21.0}, MARKET)
    return replace(row, **changes)


def allocation(name: str = "one", **changes: Any) -> AllocationRow:
    row = AllocationRow(
        sha(name),
        DAY,
        "weighted",
        {"AAA": 0.6, "BBB": -0.1},
        0.5,
        1_000_000.0,
        {"strategies": ["momentum_rank"], "held": {}, "unkept": None, "long_only": False},
        MARKET,
    )
    return replace(row, **changes)


def performance(subject: str = "momentum_rank", **changes: Any) -> PerformanceRow:
    row = PerformanceRow(
        subject,
        "strategy",
        DAY,
        252,
        sharpe_ratio=1.25,
        total_return=0.1,
        max_drawdown=-0.05,
        win_rate=0.55,
        ic_mean=None,
        metrics={"sortino_ratio": 1.5, "calmar_ratio": None},
        inputs={"cadence": "monthly", "cost_bps": 5.0},
        run_id=sha(subject),
        market_digest=MARKET,
    )
    return replace(row, **changes)


def kept(*rows: R, at: Any) -> tuple[R, ...]:
    """The rows as they come back once they are kept."""
    return tuple(replace(row, recorded_at=moment(at)) for row in rows)


def many(count: int) -> list[SignalRow]:
    """Signals of 100 symbols, each different."""
    return [
        signal(f"S{number % 100}", day=date.fromordinal(DAY.toordinal() - number // 100), metadata={"z": number / 7})
        for number in range(count)
    ]


def symbols_of(rows: Iterable[SignalRow]) -> list[str]:
    return [row.symbol for row in rows]
