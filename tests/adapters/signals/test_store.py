"""What was computed of signals is kept once, comes back as it was, and nobody sees another's."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.records.stores import Place
from tests.adapters.signals.sample_rows import DAY, allocation, kept, many, performance, sha, signal
from tests.clock import NOON, FixedClock
from tests.redis_servers import free_port
from trimtab.adapters.records import migrate
from trimtab.adapters.signals.store import SqlSignalRecords
from trimtab.domain.errors import OlderVersion, Unavailable
from trimtab.workflow.ports.signal_records import AllocationRow, PerformanceRow, SignalRecords, SignalRow, Sought

ALL = Sought()
Row = SignalRow | AllocationRow | PerformanceRow
EXACT_NUMBERS = {"least": 5e-324, "most": 1.7976931348623157e308, "sum": 0.1 + 0.2, "third": -1 / 3, "zero": -0.0}


async def everything(records: SignalRecords, owner: str, sought: Sought = ALL) -> list[tuple[Sequence[Row], int]]:
    return [
        await records.signals(owner, sought),
        await records.allocations(owner, sought),
        await records.performance(owner, sought),
    ]


async def test_what_is_kept_comes_back_to_the_last_bit_with_the_time_of_keeping(records: SignalRecords) -> None:
    signals = [
        signal("AAA", alpha_score=-1 / 3, confidence=0.1 + 0.2, metadata=EXACT_NUMBERS, volatility_adjusted=True),
        signal("BBB", metadata={}),
    ]
    shares = allocation(allocations={"AAA": 1 / 3, "BBB": -5e-324}, inputs={"name": "\u00fc \0", "deep": [[{}]]})
    undefined = performance(sharpe_ratio=None, total_return=None, max_drawdown=None, win_rate=None)
    assert await records.keep_signals("jane", signals) == 2
    assert await records.keep_allocation("jane", shares)
    assert await records.keep_performance("jane", [undefined]) == 1
    assert await everything(records, "jane") == [
        (kept(*signals, at=NOON), 2),
        (kept(shares, at=NOON), 1),
        (kept(undefined, at=NOON), 1),
    ]


async def test_the_same_rows_once_more_change_nothing_not_even_their_time(
    records: SignalRecords, clock: FixedClock
) -> None:
    await records.keep_signals("jane", [signal()])
    await records.keep_allocation("jane", allocation())
    await records.keep_performance("jane", [performance()])
    clock.advance(timedelta(hours=1))
    twice = signal("BBB")
    assert await records.keep_signals("jane", [signal(), twice, twice]) == 1
    assert not await records.keep_allocation("jane", allocation(total_capital=5.0))
    assert await records.keep_performance("jane", [performance(), performance("best")]) == 1
    found = await everything(records, "jane")
    later = NOON + timedelta(hours=1)
    assert found == [
        ((*kept(signal(), at=NOON), *kept(twice, at=later)), 2),
        (kept(allocation(), at=NOON), 1),
        ((*kept(performance("best"), at=later), *kept(performance(), at=NOON)), 2),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"market_digest": sha("another market")},
        {"strategy": "macd_rsi_confluence"},
        {"symbol": "BBB"},
        {"day": DAY - timedelta(days=1)},
        {"alpha_score": 0.26},
        {"confidence": 0.6},
        {"horizon_days": 5},
        {"volatility_adjusted": True},
        {"metadata": {"rank": 3.0, "skip_days": 20.0}},
    ],
)
async def test_a_signal_that_differs_in_anything_is_another_row(tmp_path: Path, changes: dict[str, Any]) -> None:
    records = SqlSignalRecords(f"sqlite:///{tmp_path / 'records.db'}")
    assert await records.keep_signals("jane", [signal(), replace(signal(), **changes)]) == 2
    assert (await records.signals("jane", ALL))[1] == 2
    await records.close()


async def test_a_number_is_the_same_as_a_whole_one_and_with_either_sign_of_zero(records: SignalRecords) -> None:
    as_floats = signal(alpha_score=0.0, metadata={"rank": 3.0, "slope": 0.0})
    as_given = signal(alpha_score=-0.0, metadata={"slope": -0.0, "rank": 3})
    assert await records.keep_signals("jane", [as_floats]) == 1
    assert await records.keep_signals("jane", [as_given]) == 0


async def test_nobody_sees_anothers_rows_nor_keeps_them_from_being_kept(records: SignalRecords) -> None:
    for owner in ("jane", "tom"):
        assert await records.keep_signals(owner, [signal()]) == 1
        assert await records.keep_allocation(owner, allocation())
        assert await records.keep_performance(owner, [performance()]) == 1
    await records.keep_allocation("tom", allocation("toms", allocations={"TOM": 1.0}))
    assert [total for _, total in await everything(records, "jane")] == [1, 1, 1]
    assert await everything(records, "mallory") == [((), 0)] * 3
    assert await records.allocations("jane", Sought(symbol="TOM")) == ((), 0)


async def test_rows_of_many_batches_are_counted_and_kept_whole(records: SignalRecords) -> None:
    rows = many(4_500)
    assert await records.keep_signals("jane", rows[:1_000]) == 1_000
    assert await records.keep_signals("jane", rows) == 3_500
    assert await records.keep_signals("jane", rows) == 0
    found, total = await records.signals("jane", Sought(symbol="S7", limit=1_000))
    assert total == 45
    assert found == kept(*(row for row in rows if row.symbol == "S7"), at=NOON)


async def test_only_keeping_a_row_makes_a_database(tmp_path: Path) -> None:
    path = tmp_path / "new" / "records.db"
    records = SqlSignalRecords(f"sqlite:///{path}")
    assert await everything(records, "jane") == [((), 0)] * 3
    assert await records.keep_signals("jane", []) == 0
    assert await records.keep_performance("jane", []) == 0
    with pytest.raises(ValueError, match="can't keep 1 of these rows"):
        await records.keep_signals("jane", [signal(symbol="")])
    assert not path.parent.exists()
    assert await records.keep_signals("jane", [signal()]) == 1
    assert (await records.signals("jane", ALL))[1] == 1
    await records.close()


async def test_a_database_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'records.db'}"
    migrate.upgrade(url, to="0004")
    older = SqlSignalRecords(url)
    away = SqlSignalRecords(f"postgresql://desk@127.0.0.1:{free_port()}/records")
    calls: list[Callable[[SignalRecords], Awaitable[object]]] = [
        lambda records: records.keep_signals("jane", [signal()]),
        lambda records: records.keep_allocation("jane", allocation()),
        lambda records: records.keep_performance("jane", [performance()]),
        lambda records: records.signals("jane", ALL),
        lambda records: records.allocations("jane", ALL),
        lambda records: records.performance("jane", ALL),
    ]
    for call in calls:
        with pytest.raises(Unavailable, match="can't be reached"):
            await call(away)
        with pytest.raises(OlderVersion, match="form of an older release"):
            await call(older)
    await older.close()
    await away.close()
    with pytest.raises(Unavailable, match="closed"):
        await older.keep_signals("jane", [signal()])


async def test_kept_rows_leave_no_evidence_and_verifying_is_content(place: Place, records: SignalRecords) -> None:
    await records.keep_signals("jane", [signal()])
    found = await place.open().verify()
    assert (found.entries, found.rows, found.breaks) == (0, 0, ())
