"""Parquet as a source of cells: what the file holds is kept or refused, never cut off."""

import pandas as pd
import pytest

from tests.adapters.books.small_book import frames, write_book, write_parquet
from trimtab.adapters.books.cells import TextCells, Wanted
from trimtab.adapters.books.check import check_book
from trimtab.adapters.books.faults import FaultList
from trimtab.adapters.books.parquet_table import read_parquet_table
from trimtab.domain.trading.policy import Policy


@pytest.mark.parametrize("zone", [None, "Australia/Sydney"])
def test_a_time_or_a_time_zone_refuses_a_day(tmp_path, zone):
    folder = write_book(tmp_path)
    lots = frames()["lots"]
    days = pd.to_datetime(lots["acquired"])
    lots["acquired"] = days + pd.Timedelta(hours=9) if zone is None else days.dt.as_unit("ns").dt.tz_localize(zone)
    write_parquet(folder / "lots.parquet", lots)
    (folder / "lots.csv").unlink()
    found = [str(fault) for fault in check_book(folder, policy=Policy()).faults]
    assert len(found) == len(lots)
    assert found[0].startswith("lots.parquet acquired[0]: must be a date such as 2026-11-20 (year-month-day), not ")


def test_whole_numbers_are_numbers_where_numbers_are_wanted_and_text_where_not(tmp_path):
    path = tmp_path / "table.parquet"
    table = pd.DataFrame({"code": [7, 8], "units": [5, 6], "price": [1, 2]})
    write_parquet(path, table.astype({"price": "Int64"}))
    wanted = Wanted(frozenset(table.columns), numeric=frozenset({"units"}), sparse=frozenset({"price"}))
    raw = read_parquet_table(path.read_bytes(), "table.parquet", wanted=wanted, faults=FaultList())
    assert raw is not None
    code, units, price = (raw.cells[name] for name in table.columns)
    assert isinstance(code, TextCells)
    assert code.rows() == ("7", "8")
    assert not isinstance(units, TextCells)
    assert not isinstance(price, TextCells)
    assert (units.tolist(), price.tolist()) == ([5, 6], [1, 2])
