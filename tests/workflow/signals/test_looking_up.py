"""Kept rows come back as pages of tables, each owner's own."""

from dataclasses import replace
from datetime import date

import pytest

from tests.workflow.signals.memory import ALLOCATION, DAY, SIGNAL, GivenRecords
from trimtab.domain.errors import InvalidInput
from trimtab.workflow.ports.signal_records import PerformanceRow, Sought
from trimtab.workflow.ports.signal_requests import ReadSignalRecords
from trimtab.workflow.signals.looking_up import ALLOCATIONS, PERFORMANCE, SIGNALS, looked_up

FIGURES = PerformanceRow(
    subject="momentum_rank",
    kind="strategy",
    evaluation_day=DAY,
    lookback_days=252,
    sharpe_ratio=None,
    total_return=0.1,
    max_drawdown=-0.05,
    win_rate=0.5,
    ic_mean=0.02,
    metrics={"calmar": None},
    inputs={"cadence": "monthly"},
    run_id="c" * 64,
    market_digest="a" * 64,
)


async def test_pages_of_signals_follow_one_another_until_there_are_no_more() -> None:
    records = GivenRecords()
    await records.keep_signals("ann", [replace(SIGNAL, symbol=symbol) for symbol in ("AGG", "GLD", "SPY")])
    await records.keep_signals("bob", [SIGNAL])
    first = await looked_up(records, "ann", request=ReadSignalRecords(limit=2))
    assert first.rows.columns == SIGNALS
    assert [row[2] for row in first.rows.rows] == ["AGG", "GLD"]
    assert (first.total, first.next_offset) == (3, 2)
    last = await looked_up(records, "ann", request=ReadSignalRecords(limit=2, offset=2))
    assert last.rows.rows == (("2026-02-27", "momentum_rank", "SPY", 0.5, 0.25, 21, False, '{"momentum":0.1}', ""),)
    assert last.next_offset is None


async def test_what_is_sought_goes_on_as_it_was_asked() -> None:
    records = GivenRecords()
    first, last = date(2026, 1, 1), date(2026, 2, 1)
    asked = ReadSignalRecords(name="momentum_rank", symbol="SPY", start_date=first, end_date=last, offset=5)
    await looked_up(records, "ann", request=asked)
    wanted = Sought("momentum_rank", "SPY", first_day=first, last_day=last, limit=100, offset=5)
    assert records.sought == [wanted]


async def test_allocations_and_figures_are_tables_too_with_json_where_there_is_more_than_a_number() -> None:
    records = GivenRecords()
    await records.keep_allocation("ann", ALLOCATION)
    await records.keep_performance("ann", [FIGURES])
    allocations = await looked_up(records, "ann", request=ReadSignalRecords(kind="allocations"))
    assert allocations.rows.columns == ALLOCATIONS
    assert allocations.rows.rows[0][1:6] == ("2026-02-27", "weighted", 100.0, 0.25, '{"SPY":0.75}')
    performance = await looked_up(records, "ann", request=ReadSignalRecords(kind="performance"))
    assert performance.rows.columns == PERFORMANCE
    assert performance.rows.rows[0][2:11] == (
        "momentum_rank", "strategy", 252, None, 0.1, -0.05, 0.5, 0.02, '{"calmar":null}',
    )  # fmt: skip


async def test_what_cannot_be_looked_up_is_refused() -> None:
    request = ReadSignalRecords(
        kind="performance", symbol="SPY", start_date=date(2026, 2, 1), end_date=date(2026, 1, 1)
    )
    with pytest.raises(InvalidInput) as refused:
        await looked_up(GivenRecords(), "ann", request=request)
    assert [problem.field for problem in refused.value.problems] == ["symbol", "end_date"]
