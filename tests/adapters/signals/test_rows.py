"""Rows that nobody could have written are refused on their way in, and named where somebody else put them there."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.records.stores import Place, literal
from tests.adapters.signals.sample_rows import MARKET, allocation, performance, sha, signal
from trimtab.adapters.signals.store import SqlSignalRecords
from trimtab.domain.errors import BrokenRecord
from trimtab.workflow.ports.signal_records import SignalRecords, Sought

NAN = float("nan")
FORGED = "content_hash is wrong. It doesn't fit the row"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("strategy", ""),
        ("strategy", "s" * 65),
        ("symbol", "S" * 33),
        ("symbol", "A\0"),
        ("symbol", "\ud800"),
        ("alpha_score", 1.01),
        ("alpha_score", NAN),
        ("confidence", -0.01),
        ("horizon_days", 0),
        ("horizon_days", 2_521),
        ("horizon_days", 2.0),
        ("volatility_adjusted", 1),
        ("metadata", {"z": NAN}),
        ("metadata", {"z": float("inf")}),
        ("market_digest", MARKET.upper()),
        ("market_digest", MARKET[:-1]),
    ],
)
async def test_a_signal_that_holds_what_is_not_kept_is_refused_by_its_column(
    tmp_path: Path, column: str, value: Any
) -> None:
    records = SqlSignalRecords(f"sqlite:///{tmp_path / 'records.db'}")
    with pytest.raises(ValueError, match=f"signals can't keep 1 of these rows. row 1: {column}\\."):
        await records.keep_signals("jane", [signal(), signal(**{column: value})])
    assert await records.signals("jane", Sought()) == ((), 0)
    await records.close()


async def test_all_that_is_refused_is_told_at_once(tmp_path: Path) -> None:
    records = SqlSignalRecords(f"sqlite:///{tmp_path / 'records.db'}")
    endless: dict[str, Any] = {}
    endless["self"] = endless
    for inputs in ({"rate": NAN}, {"day": object()}, {"name": "\ud800"}, endless):
        with pytest.raises(ValueError, match="row 0: inputs"):
            await records.keep_allocation("jane", allocation(inputs=inputs))
    with pytest.raises(ValueError, match="row 0: allocations, cash_weight"):
        await records.keep_allocation("jane", allocation(allocations={"": 1.0}, cash_weight=NAN))
    with pytest.raises(ValueError, match="12 of these rows") as told:
        await records.keep_performance("jane", [performance(kind="guess", run_id="") for _ in range(12)])
    assert str(told.value).count("run_id, kind") == 10
    with pytest.raises(ValueError, match="row 0: owner"):
        await records.keep_performance("j" * 256, [performance()])
    await records.close()


SPOILED = [
    ("signals", "alpha_score", 0.75, FORGED),
    ("signals", "symbol", "BBB", FORGED),
    ("signals", "metadata", '{"rank":4.0,"skip_days":21.0}', FORGED),
    ("signals", "metadata", '{"rank": 3.0, "skip_days": 21.0}', FORGED),
    ("signals", "metadata", "[" * 5_000, "metadata is wrong"),
    ("signals", "metadata", '{"rank":NaN}', "metadata is wrong"),
    ("signals", "metadata", '{"rank":true}', "metadata is wrong"),
    ("signals", "market_digest", MARKET.upper(), "market_digest is wrong"),
    ("signals", "day", "2026-02-30", "day is wrong"),
    ("signals", "day", "2026-W10-1", "day is wrong"),
    ("signals", "recorded_at", "2026-03-02T13:00:00.000000+01:00", "recorded_at is wrong"),
    ("signals", "recorded_at", "2026-03-02T12:00:00", "recorded_at is wrong"),
    ("signals", "content_hash", sha("another"), FORGED),
    ("signal_allocations", "allocations", '{"AAA":0.7,"BBB":-0.1}', FORGED),
    ("signal_allocations", "allocations", '["AAA"]', "allocations is wrong"),
    ("signal_allocations", "total_capital", 5, FORGED),
    ("signal_allocations", "inputs", "{}", FORGED),
    ("signal_allocations", "inputs", "null", "inputs is wrong"),
    ("strategy_performance", "sharpe_ratio", None, FORGED),
    ("strategy_performance", "kind", "portfolio", FORGED),
    ("strategy_performance", "metrics", '{"sortino_ratio":"x"}', "metrics is wrong"),
    ("strategy_performance", "evaluation_day", "2026-03-2x", "evaluation_day is wrong"),
]


def as_sql(value: object) -> str:
    return str(value) if isinstance(value, float) else literal(value)


async def read(records: SignalRecords, table: str) -> Sequence[object]:
    looks = {
        "signals": records.signals,
        "signal_allocations": records.allocations,
        "strategy_performance": records.performance,
    }
    return (await looks[table]("jane", Sought()))[0]


async def keep_one_of_each(records: SignalRecords) -> None:
    for owner in ("jane", "tom"):
        await records.keep_signals(owner, [signal()])
        await records.keep_allocation(owner, allocation())
        await records.keep_performance(owner, [performance()])


async def test_a_row_that_somebody_changed_is_named_with_what_is_wrong(place: Place, records: SignalRecords) -> None:
    await keep_one_of_each(records)
    for table, column, value, said in SPOILED:
        ((before,),) = place.sql(f"SELECT {column} FROM {table} WHERE owner = 'jane'")
        place.sql(f"UPDATE {table} SET {column} = {as_sql(value)} WHERE owner = 'jane'")
        with pytest.raises(BrokenRecord, match=f'^{table}: in the row "[^"]+" {said}') as told:
            await read(records, table)
        assert told.value.next_action.startswith("Delete these rows")
        assert "[[" not in told.value.message
        place.sql(f"UPDATE {table} SET {column} = {as_sql(before)} WHERE owner = 'jane'")
        assert len(await read(records, table)) == 1


async def test_anothers_spoiled_rows_trouble_nobody(place: Place, records: SignalRecords) -> None:
    await keep_one_of_each(records)
    for table in ("signals", "signal_allocations", "strategy_performance"):
        place.sql(f"UPDATE {table} SET market_digest = '{MARKET.upper()}' WHERE owner = 'jane'")
        with pytest.raises(BrokenRecord):
            await read(records, table)
    for look in (records.signals, records.allocations, records.performance):
        assert (await look("tom", Sought()))[1] == 1


async def test_every_spoiled_row_is_told_at_once_and_can_be_kept_anew(place: Place, records: SignalRecords) -> None:
    rows = [signal("AAA"), signal("BBB\nand more"), signal("CCC")]
    await records.keep_signals("jane", rows)
    place.sql("UPDATE signals SET metadata = '[', recorded_at = '' WHERE symbol <> 'CCC'")
    with pytest.raises(BrokenRecord, match="4 values of this table are wrong in all") as told:
        await records.signals("jane", Sought())
    assert {each.field for each in told.value.problems} == {
        f"signals momentum_rank, {symbol}, 2026-03-02 {column}"
        for symbol in ("AAA", "BBB and more")
        for column in ("metadata", "recorded_at")
    }
    place.sql("DELETE FROM signals WHERE symbol <> 'CCC'")
    assert await records.keep_signals("jane", rows) == 2
    assert (await records.signals("jane", Sought()))[1] == 3


async def test_an_allocation_that_does_not_hold_the_symbol_it_was_found_by_is_told(
    place: Place, records: SignalRecords
) -> None:
    await records.keep_allocation("jane", allocation())
    place.sql("UPDATE signal_allocation_symbols SET symbol = 'ZZZ' WHERE symbol = 'BBB'")
    with pytest.raises(BrokenRecord, match='signal_allocation_symbols: in the row "ZZZ, '):
        await records.allocations("jane", Sought(symbol="ZZZ"))
    assert (await records.allocations("jane", Sought(symbol="AAA")))[1] == 1


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("alpha_score", "'much'"),
        ("alpha_score", "9e999"),
        ("confidence", "2"),
        ("horizon_days", "5.5"),
        ("horizon_days", "x'ff'"),
        ("volatility_adjusted", "2"),
        ("volatility_adjusted", "'yes'"),
        ("symbol", "x'ff'"),
        ("strategy", "''"),
        ("metadata", "x'7b7d'"),
        ("content_hash", "x'ff'"),
    ],
)
async def test_whatever_sqlite_keeps_in_a_column_is_told(tmp_path: Path, column: str, value: str) -> None:
    place = Place("sqlite", tmp_path)
    records = SqlSignalRecords(place.url)
    await records.keep_signals("jane", [signal()])
    place.sql("PRAGMA ignore_check_constraints = ON", f"UPDATE signals SET {column} = {value}")
    with pytest.raises(BrokenRecord, match=f"{column} is wrong"):
        await records.signals("jane", Sought())
    await records.close()
    place.spoilt = True
    await place.close()
