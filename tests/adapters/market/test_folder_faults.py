"""What refuses market data: every fault, with its file, line and column."""

import gzip

import pandas as pd
import pytest

from tests.adapters.books.small_book import write_parquet
from tests.adapters.market.small_market import TABLES, edited, frame, prices_of, write_market
from trimtab.adapters.market import price_rows
from trimtab.adapters.market.folder import read_market


def faults(folder):
    reading = read_market(folder)
    assert (reading.market is None) == bool(reading.faults)
    return [str(fault) for fault in reading.faults]


NUMBER = "must be a number such as 1234.5 (no currency, no thousands separators), not"
DATE = "must be a date such as 2026-11-20 (year-month-day), not"
ALONE = "must be a date such as 2026-11-20 alone, without a time or a time zone, not"
TICKER = (
    "A ticker has 1 to 32 letters, digits or any of . = ^ _ - and blanks within, and begins with a letter, a digit or ^"
)
CATEGORY = "must be one of industry, style, market, bond, cash, commodity, crypto (or fixed_income), not"
ASSET_CLASS = "must be one of equity, bond, cash, commodity, crypto, real_estate (or fixed_income, reit), not"
CELLS = [
    ("prices", "101.5", "", ["prices.csv:4 close: must not be empty"]),
    ("prices", "101.5", "$101.5", [f"prices.csv:4 close: {NUMBER} '$101.5'"]),
    ("prices", "101.5", "nan", [f"prices.csv:4 close: {NUMBER} 'nan'"]),
    ("prices", "99.5", "True", [f"prices.csv:4 adj_close: {NUMBER} 'True'"]),
    ("prices", "99.5", "1e999", ["prices.csv:4 adj_close: must be finite, not inf"]),
    ("prices", "0.1", "-0.1", ["prices.csv:3 dividend: must be 0 or more, not -0.1"]),
    ("prices", "1100", "-1100", ["prices.csv:4 volume: must be 0 or more, not -1100"]),
    ("prices", "06,GLD", "06,", ["prices.csv:5 ticker: must not be empty"]),
    ("prices", "06,GLD", "06,G/D", [f"prices.csv:5 ticker: {TICKER}: not 'G/D'"]),
    ("prices", "2026-01-06,GLD", "06.01.2026,GLD", [f"prices.csv:5 date: 'GLD': {DATE} '06.01.2026'"]),
    ("prices", "2026-01-06,GLD", "2026-02-30,GLD", [f"prices.csv:5 date: 'GLD': {DATE} '2026-02-30'"]),
    ("prices", "2026-01-06,GLD", ",GLD", ["prices.csv:5 date: 'GLD': must not be empty"]),
    ("prices", "2026-01-06,GLD", "2026-01-06 16:00,GLD", [f"prices.csv:5 date: 'GLD': {ALONE} '2026-01-06 16:00'"]),
    ("prices", "2026-01-06,GLD", "2026-01-06T00:00:00+01:00,GLD",
     [f"prices.csv:5 date: 'GLD': {ALONE} '2026-01-06T00:00:00+01:00'"]),
    ("prices", "2026-01-06,GLD", "2026-01-06Z,GLD", [f"prices.csv:5 date: 'GLD': {ALONE} '2026-01-06Z'"]),
    ("prices", "GLD,200.25,,,", "GLD,200.25,,",
     ["prices.csv:5: the row has 5 cells and the header 6: quote cells with commas"]),
    ("yields", "2026-01-06", "6 Jan 2026", [f"yields.csv:3 date: {DATE} '6 Jan 2026'"]),
    ("yields", "2026-01-06", "2026-01-05", ["yields.csv:3 date: 2026-01-05 stands twice: keep one row of a day"]),
    ("yields", "2026-01-07", "2026-01-04",
     ["yields.csv:4 date: 2026-01-04 comes after 2026-01-06: sort the rows by date, each day once"]),
    ("yields", "4.3", "4,3", ["yields.csv:3: the row has 4 cells and the header 3: quote cells with commas"]),
    ("yields", "4.3", "n/a", [f"yields.csv:3 UST10Y: {NUMBER} 'n/a'"]),
    ("yields", "UST2Y,UST10Y", "2Y,10Y",
     ["yields.csv:1: there is no column of yields: give one or more of UST2Y, UST5Y, UST10Y, UST30Y"]),
    ("universe", "SPY,", ",", ["universe.csv:2 ticker: must not be empty"]),
    ("universe", "500,market", "500,world", [f"universe.csv:2 category: {CATEGORY} 'world'"]),
    ("universe", "market,equity", "market,stocks", [f"universe.csv:2 asset_class: {ASSET_CLASS} 'stocks'"]),
    ("universe", "market,equity", "market,", ["universe.csv:2 asset_class: must not be empty"]),
    ("universe", "5e11", "0", ["universe.csv:2 aum_value: must be above 0, not 0"]),
    ("universe", "SMH,Chips,industry", "AGG,Chips,bond",
     ["universe.csv:4 ticker: 'bond', 'AGG' stands twice: first on line 3"]),
]  # fmt: skip


@pytest.mark.parametrize(("table", "old", "new", "expected"), CELLS)
def test_a_faulty_cell_is_named_with_what_is_allowed(tmp_path, table, old, new, expected):
    assert faults(write_market(tmp_path, **edited(table, old, new))) == expected


def test_what_stands_in_a_file_can_be_left_out_of_a_fault(tmp_path):
    changes = edited("prices", "2026-01-06,GLD", "secret,GLD") | edited("universe", "500,market", "500,secret")
    changes |= edited("yields", "4.25", "secret")
    found = read_market(write_market(tmp_path, **changes)).faults
    assert len(found) == 3
    assert all("secret" in str(fault) and "secret" not in fault.without_content for fault in found)


def test_all_faults_of_all_files_are_said_at_once(tmp_path):
    changes = edited("prices", "2026-01-05,SPY,100", "never,SPY,x") | edited("yields", "3.5", "?")
    changes |= edited("universe", "SMH,Chips,industry,equity", "SMH,Chips,chips,chips")
    assert [fault.partition(": ")[0] + ":" for fault in faults(write_market(tmp_path, **changes))] == [
        "prices.csv:2 date:",
        "prices.csv:2 close:",
        "yields.csv:2 UST2Y:",
        "universe.csv:4 category:",
        "universe.csv:4 asset_class:",
    ]


@pytest.mark.parametrize("column", ["date", "ticker", "close"])
def test_a_missing_column_is_named_with_those_that_are_there(tmp_path, column):
    cells = {"date": "2026-01-05", "ticker": "A", "close": "1", "extra": "1"}
    del cells[column]
    table = prices_of(",".join(cells.values()), columns=",".join(cells))
    expected = f"prices.csv:1 {column}: the column is missing; there are {', '.join(cells)}"
    assert faults(write_market(tmp_path, prices=table)) == [expected]


def test_the_universe_needs_ticker_category_and_asset_class(tmp_path):
    assert faults(write_market(tmp_path, universe="name\nS&P\n")) == [
        f"universe.csv:1 {column}: the column is missing; there are name"
        for column in ("ticker", "category", "asset_class")
    ]


def test_yields_need_a_date(tmp_path):
    assert faults(write_market(tmp_path, yields="UST2Y\n1\n")) == [
        "yields.csv:1 date: the column is missing; there are UST2Y"
    ]


def test_a_column_that_stands_twice_is_a_fault(tmp_path):
    table = prices_of("2026-01-05,A,1,2", columns="date,ticker,close,close")
    assert faults(write_market(tmp_path, prices=table)) == [
        "prices.csv:1: 'close' stands twice in the header: keep one"
    ]


def test_columns_that_are_not_used_are_only_a_warning(tmp_path):
    table = prices_of("2026-01-05,A,1,2", columns="date,ticker,close,open")
    reading = read_market(write_market(tmp_path, prices=table))
    assert reading.market is not None
    assert [str(warning) for warning in reading.warnings] == [
        "prices.csv:1 open: isn't used; the columns are ticker, date, close, adj_close, dividend, volume"
    ]


def test_warnings_are_said_of_a_refused_market_too(tmp_path):
    table = prices_of("2026-01-05,A,x,2", columns="date,ticker,close,open")
    reading = read_market(write_market(tmp_path, prices=table))
    assert (len(reading.faults), len(reading.warnings)) == (1, 1)


@pytest.mark.parametrize("table", ["prices", "yields", "universe"])
def test_a_table_without_rows_is_a_fault(tmp_path, table):
    header = TABLES[table].splitlines()[0]
    assert faults(write_market(tmp_path, **{table: header + "\n"})) == [
        f"{table}.csv: there are no rows: give some, or leave the file out where it isn't needed"
    ]


def test_the_prices_have_to_be_there(tmp_path):
    assert faults(write_market(tmp_path, prices=None)) == [
        "prices.csv: the file is missing; the folder holds universe.csv, yields.csv"
    ]


@pytest.mark.parametrize("table", ["prices", "yields", "universe"])
def test_one_table_stands_in_one_file(tmp_path, table):
    folder = write_market(tmp_path)
    (folder / f"{table}.csv.gz").write_bytes(gzip.compress(TABLES[table].encode()))
    assert faults(folder) == [f"{table}.csv: the table stands in several files ({table}.csv, {table}.csv.gz): keep one"]


def test_a_file_that_is_not_whole_gzip_is_a_fault(tmp_path):
    folder = write_market(tmp_path, prices=None)
    (folder / "prices.csv.gz").write_bytes(gzip.compress(TABLES["prices"].encode())[:-9])
    (fault,) = faults(folder)
    assert fault.startswith("prices.csv.gz: the file is not whole gzip data")


FORMATS = "give a folder with prices.csv, prices.csv.gz, prices.parquet"


def test_what_is_not_a_folder_is_a_fault(tmp_path):
    folder = write_market(tmp_path)
    assert faults(folder / "gone") == [f"gone: there is no such folder: {FORMATS}"]
    assert faults(folder / "prices.csv") == [f"prices.csv: this is no folder: {FORMATS}"]


def test_a_time_or_a_time_zone_in_parquet_is_refused_and_not_cut_off(tmp_path):
    folder = write_market(tmp_path, prices=None, universe=None, yields=None)
    days = pd.to_datetime(["2026-01-05 00:00", "2026-01-06 16:00"])
    table = pd.DataFrame({"date": days, "ticker": ["SPY", "GLD"], "close": [1.0, 2.0]})
    write_parquet(folder / "prices.parquet", table)
    assert faults(folder) == [
        f"prices.parquet date[0]: 'SPY': {ALONE} '2026-01-05T00:00:00'",
        f"prices.parquet date[1]: 'GLD': {ALONE} '2026-01-06T16:00:00'",
    ]
    table["date"] = pd.to_datetime(["2026-01-05", "2026-01-06"]).as_unit("ns").tz_localize("America/New_York")
    write_parquet(folder / "prices.parquet", table)
    assert all(ALONE in fault for fault in faults(folder))
    assert len(faults(folder)) == 2


def test_a_missing_day_in_parquet_is_an_empty_cell(tmp_path):
    folder = write_market(tmp_path, prices=None)
    table = frame("prices").astype({"date": "datetime64[ns]"})
    table.loc[1, "date"] = pd.NaT
    write_parquet(folder / "prices.parquet", table)
    assert faults(folder) == ["prices.parquet date[1]: 'AGG': must not be empty"]


def test_more_days_and_tickers_than_memory_holds_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("trimtab.adapters.market.folder.MOST_CELLS", 8)
    assert faults(write_market(tmp_path)) == ["prices.csv: 3 days of 3 tickers are too many: days x tickers may be 8"]
    assert price_rows.MOST_CELLS >= 5_000 * 2_600


def test_a_market_without_a_usable_ticker_is_refused_and_its_findings_are_told(tmp_path):
    reading = read_market(write_market(tmp_path, prices=prices_of("2026-01-05,A,0", "2026-01-05,B,-1")))
    assert [str(fault) for fault in reading.faults] == [
        "prices.csv: no ticker has prices that can be used; the first: A has a wrong close or adjusted close on "
        "1 day, first on 2026-01-05: a price has to be from 0.000001 to 1e12"
    ]
    assert [finding.ticker for finding in reading.findings] == ["A", "B"]
