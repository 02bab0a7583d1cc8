"""Rows are found by exactly what is asked for, the newest day first, a page at a time."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.adapters.signals.sample_rows import DAY, EARLIER, allocation, performance, sha, signal, symbols_of
from tests.clock import FixedClock
from trimtab.workflow.ports.signal_records import SignalRecords, Sought

HOSTILE = (
    "A", "a", "%", "_", "A%", "A_B", "AxB", 'A"B', '":1,"A', "A\\B", "A\\\\B", "A'B", "';--", "A,B", "[A]", "{}",
    "null", "\u00c4", "A\u0308", "\u202eA", "\U0001f4c8", "A ", " A", "\\u0041", "x" * 32,
)  # fmt: skip
"""Symbols that a pattern, a collation or JSON could take for each other."""


async def test_a_symbol_is_found_by_itself_and_never_by_what_looks_like_it(records: SignalRecords) -> None:
    await records.keep_signals("jane", [signal(symbol) for symbol in HOSTILE])
    for symbol in HOSTILE:
        await records.keep_allocation("jane", allocation(symbol, allocations={symbol: 1.0}))
    await records.keep_allocation("jane", allocation("all", allocations=dict.fromkeys(HOSTILE, 0.01), day=EARLIER))
    for symbol in HOSTILE:
        signals, of_signals = await records.signals("jane", Sought(symbol=symbol))
        assert (symbols_of(signals), of_signals) == ([symbol], 1)
        holding, of_allocations = await records.allocations("jane", Sought(symbol=symbol))
        assert [row.allocation_id for row in holding] == [sha(symbol), sha("all")]
        assert of_allocations == 2


async def test_rows_are_found_by_name_and_days_together(records: SignalRecords) -> None:
    days = [DAY - timedelta(days=back) for back in range(4)]
    await records.keep_signals("jane", [signal(strategy=name, day=day) for name in ("one", "two") for day in days])
    await records.keep_performance(
        "jane", [performance(evaluation_day=day, run_id=sha(day.isoformat())) for day in days]
    )
    for day in days:
        await records.keep_allocation("jane", allocation(day.isoformat(), day=day))
    middle: dict[str, Any] = {"first_day": days[2], "last_day": days[1]}
    signals, total = await records.signals("jane", Sought(name="two", **middle))
    assert ([(row.strategy, row.day) for row in signals], total) == ([("two", days[1]), ("two", days[2])], 2)
    weights, total = await records.allocations("jane", Sought(name="weighted", symbol="AAA", **middle))
    assert ([row.day for row in weights], total) == ([days[1], days[2]], 2)
    runs, total = await records.performance("jane", Sought(name="momentum_rank", **middle))
    assert ([row.evaluation_day for row in runs], total) == ([days[1], days[2]], 2)
    for look in (records.signals, records.allocations, records.performance):
        assert await look("jane", Sought(name="tw%")) == ((), 0)
        assert (await look("jane", Sought(first_day=date.max)))[1] == 0
        assert (await look("jane", Sought(last_day=date.min)))[1] == 0


async def test_performance_is_of_no_symbol(records: SignalRecords) -> None:
    await records.keep_performance("jane", [performance()])
    assert await records.performance("jane", Sought(symbol="AAA")) == ((), 0)


async def test_rows_of_a_day_are_by_name_and_symbol_code_point_by_code_point(records: SignalRecords) -> None:
    symbols = ["B", "a", "_", "\u00e9", "A", "Z"]
    await records.keep_signals("jane", [signal(each, strategy=name) for name in ("b", "B") for each in symbols])
    await records.keep_signals("jane", [signal("X", day=EARLIER, strategy="A")])
    found, _ = await records.signals("jane", Sought())
    in_order = [(name, each) for name in ("B", "b") for each in sorted(symbols)]
    assert [(row.strategy, row.symbol) for row in found] == [*in_order, ("A", "X")]


async def test_of_rows_alike_the_one_that_was_kept_last_comes_first(records: SignalRecords, clock: FixedClock) -> None:
    for number in range(3):
        await records.keep_signals("jane", [signal(horizon_days=number + 1)])
        await records.keep_allocation("jane", allocation(str(number)))
        await records.keep_performance("jane", [performance(run_id=sha(str(number)))])
        clock.advance(timedelta(seconds=1))
    newest_first = [sha(str(number)) for number in (2, 1, 0)]
    assert [row.horizon_days for row in (await records.signals("jane", Sought()))[0]] == [3, 2, 1]
    assert [row.allocation_id for row in (await records.allocations("jane", Sought()))[0]] == newest_first
    assert [row.run_id for row in (await records.performance("jane", Sought()))[0]] == newest_first


async def test_pages_follow_each_other_and_tell_how_many_there_are_in_all(records: SignalRecords) -> None:
    rows = [signal(f"S{number:04}") for number in range(1_010)]
    await records.keep_signals("jane", rows)
    first, total = await records.signals("jane", Sought(limit=600))
    second, _ = await records.signals("jane", Sought(limit=600, offset=600))
    assert symbols_of([*first, *second]) == symbols_of(rows)
    assert total == len(rows)
    assert len((await records.signals("jane", Sought(limit=5_000)))[0]) == 1_000
    assert await records.signals("jane", Sought(limit=0)) == ((), 1_010)
    assert await records.signals("jane", Sought(limit=-1, offset=-1)) == ((), 1_010)
    assert await records.signals("jane", Sought(offset=10**30)) == ((), 1_010)


@pytest.mark.parametrize("text", ["A\0", "\ud800"])
async def test_what_no_database_can_hold_is_not_found(records: SignalRecords, text: str) -> None:
    await records.keep_signals("jane", [signal()])
    for sought in (Sought(name=text), Sought(symbol=text)):
        assert await records.signals("jane", sought) == ((), 0)
        assert await records.allocations("jane", sought) == ((), 0)
    assert await records.signals(text, Sought()) == ((), 0)
