"""What the records hold, as pages of tables."""

import json
from collections.abc import Mapping
from typing import Any, Final

from trimtab.domain.errors import InvalidInput, Problem
from trimtab.workflow.factors.tables import table
from trimtab.workflow.ports.results import Cell, Table
from trimtab.workflow.ports.signal_records import (
    AllocationRow,
    PerformanceRow,
    SignalRecords,
    SignalRow,
    Sought,
)
from trimtab.workflow.ports.signal_requests import ReadSignalRecords
from trimtab.workflow.ports.signal_results import SignalRecordsPage

SIGNALS: Final = (
    "day", "strategy", "symbol", "alpha_score", "confidence", "horizon_days", "volatility_adjusted", "metadata",
    "recorded_at",
)  # fmt: skip
ALLOCATIONS: Final = (
    "allocation_id", "day", "combination_method", "total_capital", "cash_weight", "allocations", "inputs",
    "recorded_at",
)  # fmt: skip
PERFORMANCE: Final = (
    "run_id", "evaluation_day", "subject", "kind", "lookback_days", "sharpe_ratio", "total_return", "max_drawdown",
    "win_rate", "ic_mean", "metrics", "inputs", "recorded_at",
)  # fmt: skip


async def looked_up(records: SignalRecords, owner: str, *, request: ReadSignalRecords) -> SignalRecordsPage:
    """A page of this owner's rows.

    Raises:
        InvalidInput: a symbol of performance, which has none; days that end before they start.
    """
    _refuse_unfit(request)
    sought = Sought(
        name=request.name,
        symbol=request.symbol,
        first_day=request.start_date,
        last_day=request.end_date,
        limit=request.limit,
        offset=request.offset,
    )
    rows, total = await _rows(records, owner, request=request, sought=sought)
    seen = request.offset + len(rows.rows)
    return SignalRecordsPage(
        kind=request.kind, rows=rows, total=total, next_offset=seen if rows.rows and seen < total else None
    )


def _refuse_unfit(request: ReadSignalRecords) -> None:
    problems = []
    if request.kind == "performance" and request.symbol is not None:
        problems.append(Problem("symbol", "Performance is kept of strategies and portfolios; leave symbol out."))
    if request.start_date and request.end_date and request.start_date > request.end_date:
        problems.append(
            Problem("end_date", f"It is before start_date, {request.start_date}; give that day or a later one.")
        )
    if problems:
        raise InvalidInput(problems[0].message, problems=problems)


async def _rows(records: SignalRecords, owner: str, *, request: ReadSignalRecords, sought: Sought) -> tuple[Table, int]:
    if request.kind == "signals":
        signals, total = await records.signals(owner, sought)
        return _table(SIGNALS, signals), total
    if request.kind == "allocations":
        allocations, total = await records.allocations(owner, sought)
        return _table(ALLOCATIONS, allocations), total
    performance, total = await records.performance(owner, sought)
    return _table(PERFORMANCE, performance), total


def _table(
    columns: tuple[str, ...], rows: tuple[SignalRow, ...] | tuple[AllocationRow, ...] | tuple[PerformanceRow, ...]
) -> Table:
    return table(columns, ([_cell(getattr(row, column)) for column in columns] for row in rows))


def _cell(value: Any) -> Cell:
    if isinstance(value, Mapping):
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)
