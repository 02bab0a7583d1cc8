"""Market data in a folder: what becomes of its cells, and that every format gives the same market."""

import os
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.adapters.books.small_book import write_parquet
from tests.adapters.market.small_market import TABLES, edited, frame, gzipped, prices_of, write_market
from trimtab.adapters.market.folder import FolderSource, read_market
from trimtab.domain.errors import MarketRefused, Unavailable
from trimtab.domain.factors.universe import Entry
from trimtab.workflow.ports.market import PriceSource


def load(folder):
    source: PriceSource = FolderSource(folder)
    return source.load()


def pivot(figure, table=None):
    prices = frame("prices") if table is None else table
    return prices.pivot(index="date", columns="ticker", values=figure).to_numpy(dtype=float)


def same(left, right):
    return np.array_equal(left, right, equal_nan=True)


def test_prices_are_what_pandas_makes_of_the_same_file(tmp_path):
    market = load(write_market(tmp_path / "my market"))
    assert market.name == "my market"
    assert market.prices.tickers == ("AGG", "GLD", "SPY")
    assert market.prices.dates.astype(str).tolist() == ["2026-01-05", "2026-01-06", "2026-01-07"]
    assert same(market.prices.close, pivot("close"))
    assert same(market.prices.adj_close, pivot("adj_close"))
    assert same(market.prices.volume, pivot("volume"))
    assert market.as_of == date(2026, 1, 7)
    assert market.findings == ()


def test_a_market_may_be_called_otherwise_and_is_the_same(tmp_path):
    folder = write_market(tmp_path)
    called = FolderSource(folder, called="invented").load()
    assert called.name == "invented"
    assert called.digest == load(folder).digest


def test_who_tells_a_dividend_paid_none_on_other_days(tmp_path):
    dividend = load(write_market(tmp_path)).prices.dividend
    assert same(dividend, [[0.1, np.nan, 0], [0, np.nan, 0], [0, np.nan, 0.5]])


def test_only_date_ticker_and_close_are_needed(tmp_path):
    table = prices_of("2026-01-05,SPY,100", "2026-01-06,SPY,101")
    market = load(write_market(tmp_path, prices=table, yields=None, universe=None))
    assert (market.yields, market.listed) == (None, ())
    assert market.prices.close.tolist() == [[100], [101]]
    for column in (market.prices.adj_close, market.prices.dividend, market.prices.volume):
        assert np.isnan(column).all()


def test_yields_are_percent_and_have_the_maturities_of_the_file(tmp_path):
    yields = load(write_market(tmp_path)).yields
    assert yields is not None
    assert yields.maturities == ("UST2Y", "UST10Y")
    assert yields.dates.astype(str).tolist() == ["2026-01-05", "2026-01-06", "2026-01-07"]
    assert same(yields.values_pct, [[3.5, 4.25], [np.nan, 4.3], [-0.1, np.nan]])


def test_the_universe_is_sorted_and_speaks_our_names(tmp_path):
    assert load(write_market(tmp_path)).listed == (
        Entry("bond", "AGG", "bond", name="Aggregate"),
        Entry(
            "industry", "SMH", "equity",
            name="Chips", industry="Technology", subindustry="Semiconductors", sector_group="sensitive", currency="USD",
        ),
        Entry("market", "SPY", "equity", name="S&P 500", aum_value=5e11, currency="USD"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "category", "asset_class"),
    [("fixed_income,fixed_income", "bond", "bond"), (" Industry , REIT ", "industry", "real_estate")],
)
def test_other_names_of_categories_and_asset_classes_are_understood(tmp_path, given, category, asset_class):
    universe = f"ticker,category,asset_class\nVNQ,{given}\n"
    (entry,) = load(write_market(tmp_path, universe=universe)).listed
    assert (entry.category, entry.asset_class) == (category, asset_class)


def test_a_column_of_zeros_and_empty_cells_is_numbers(tmp_path):
    table = prices_of("2026-01-05,SPY,1,0", "2026-01-06,SPY,1,", columns="date,ticker,close,dividend")
    prices = load(write_market(tmp_path, prices=table)).prices
    assert (prices.close.tolist(), prices.dividend.tolist()) == ([[1], [1]], [[0], [0]])


def as_parquet(folder, name, table):
    write_parquet(folder / f"{name}.parquet", table)
    (folder / f"{name}.csv").unlink()


def test_gzip_a_byte_order_mark_line_ends_and_quotes_give_the_same_market(tmp_path):
    plain = load(write_market(tmp_path / "plain"))
    folder = write_market(tmp_path / "other", universe=TABLES["universe"].replace("Chips", '"Chips"'))
    prices = folder / "prices.csv"
    prices.write_bytes(
        b"\xef\xbb\xbf" + prices.read_bytes().replace(b"\n", b"\r\n").replace(b"SPY,100,", b' SPY,"100",')
    )
    gzipped(prices)
    yields = folder / "yields.csv"
    yields.write_bytes(yields.read_bytes().replace(b"\n", b"\n\n"))
    assert load(folder).digest == plain.digest


@pytest.mark.parametrize("as_moments", [False, True])
def test_parquet_files_give_the_same_market(tmp_path, as_moments):
    folder = write_market(tmp_path / "parquet")
    for name in TABLES:
        table = frame(name)
        if as_moments and "date" in table:
            table["date"] = table["date"].astype("datetime64[ns]")
        as_parquet(folder, name, table)
    market, plain = load(folder), load(write_market(tmp_path / "csv"))
    assert same(market.prices.close, plain.prices.close)
    assert market.digest == plain.digest


def test_whole_numbers_of_parquet_are_numbers(tmp_path):
    folder = write_market(tmp_path, yields=None, universe=None)
    rows = {"date": ["2026-01-05", "2026-01-06"], "ticker": ["SPY", "SPY"], "close": [7, 8], "volume": [2**40, 1]}
    as_parquet(folder, "prices", pd.DataFrame(rows))
    prices = load(folder).prices
    assert (prices.close.tolist(), prices.volume.tolist()) == ([[7], [8]], [[2**40], [1]])


@given(st.randoms(use_true_random=False))
def test_the_order_of_tickers_within_a_day_does_not_matter(tmp_path_factory, random):
    folder = tmp_path_factory.mktemp("market")
    header, *rows = TABLES["prices"].splitlines()
    shuffled = sorted(rows, key=lambda row: (row.split(",")[0], random.random()))
    plain, other = (
        load(write_market(folder / "plain")),
        load(write_market(folder / "other", prices="\n".join([header, *shuffled]) + "\n")),
    )
    assert same(other.prices.close, plain.prices.close)
    assert (other.digest, other.findings) == (plain.digest, ())


@given(st.randoms(use_true_random=False))
def test_rows_by_ticker_give_the_same_market_as_rows_by_date(tmp_path_factory, random):
    folder = tmp_path_factory.mktemp("market")
    header, *rows = TABLES["prices"].splitlines()
    tickers = ["SPY", "AGG", "GLD"]
    random.shuffle(tickers)
    by_ticker = sorted(rows, key=lambda row: (tickers.index(row.split(",")[1]), row))
    other = load(write_market(folder / "other", prices="\n".join([header, *by_ticker]) + "\n"))
    assert (other.digest, other.findings) == (load(write_market(folder / "plain")).digest, ())


CELLS = st.none() | st.floats(0.01, 1e6, allow_nan=False).map(lambda value: round(value, 4))


@given(
    st.dictionaries(
        st.tuples(st.dates(date(2023, 12, 20), date(2024, 1, 31)), st.sampled_from(["A", "BB", "^C-1"])),
        st.tuples(st.floats(0.01, 1e6).map(lambda value: round(value, 6)), CELLS, CELLS),
        min_size=1,
        max_size=40,
    )
)
def test_any_market_is_what_pandas_makes_of_the_same_rows(tmp_path_factory, cells):
    folder = tmp_path_factory.mktemp("market")
    rows = sorted((day.isoformat(), ticker, *figures) for (day, ticker), figures in cells.items())
    table = pd.DataFrame(rows, columns=["date", "ticker", "close", "volume", "dividend"])
    market = load(write_market(folder, prices=table.to_csv(index=False)))
    assert same(market.prices.close, pivot("close", table))
    assert same(market.prices.volume, pivot("volume", table))
    told = table.groupby("ticker")["dividend"].count().to_numpy() > 0
    assert same(market.prices.dividend, np.where(told, np.nan_to_num(pivot("dividend", table)), np.nan))


@pytest.mark.parametrize(
    ("table", "old", "new"),
    [
        ("prices", "SPY,100,", "SPY,100.01,"),
        ("prices", "99.5", "99.6"),
        ("prices", "0.1", "0.2"),
        ("prices", "1100", ""),
        ("prices", "2026-01-06,GLD", "2026-01-05,GLD"),
        ("prices", "2026-01-06,GLD,200.25", "2026-01-07,GLD,-1"),
        ("yields", "4.25", "4.26"),
        ("yields", "2026-01-05", "2026-01-04"),
        ("yields", "UST10Y", "UST30Y"),
        ("universe", "sensitive", "cyclical"),
        ("universe", "5e11", "6e11"),
    ],
)
def test_every_change_of_content_changes_the_digest(tmp_path, table, old, new):
    plain = load(write_market(tmp_path / "plain")).digest
    assert load(write_market(tmp_path / "changed", **edited(table, old, new))).digest != plain


def test_without_yields_or_a_universe_the_digest_is_another(tmp_path):
    digests = {
        load(write_market(tmp_path / str(number), **without)).digest
        for number, without in enumerate(({}, {"yields": None}, {"universe": None}))
    }
    assert len(digests) == 3


def test_the_stamp_changes_with_every_file_and_with_nothing_else(tmp_path):
    source = FolderSource(write_market(tmp_path))
    stamps = [source.stamp()]
    (tmp_path / "notes.txt").write_text("not a table")
    assert source.stamp() == stamps[0]
    os.utime(tmp_path / "prices.csv", ns=(1, 1))
    stamps.append(source.stamp())
    (tmp_path / "yields.csv").write_text(TABLES["yields"] + "2026-01-08,1,1\n")
    stamps.append(source.stamp())
    gzipped(tmp_path / "universe.csv")
    stamps.append(source.stamp())
    assert len(set(stamps)) == 4


def test_the_stamp_changes_with_a_file_of_the_same_size_and_time(tmp_path):
    source, prices = FolderSource(write_market(tmp_path)), tmp_path / "prices.csv"
    before, stamps = prices.stat(), [source.stamp()]
    prices.write_text(TABLES["prices"].replace("101.5", "105.1"))
    os.utime(prices, ns=(before.st_atime_ns, before.st_mtime_ns))
    stamps.append(source.stamp())
    other = tmp_path / "other"
    other.write_text(TABLES["prices"])
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(prices)
    stamps.append(source.stamp())
    assert prices.stat().st_size == before.st_size
    assert prices.stat().st_mtime_ns == before.st_mtime_ns
    assert len(set(stamps)) == 3


class Written(type(Path())):  # type: ignore[misc]  # the class of paths depends on the system
    """A folder of which somebody replaces the prices by each of some tables, one as each reading begins."""

    tables: list[str]

    def is_dir(self) -> bool:
        if self.tables:
            (self / "prices.csv").write_text(self.tables.pop(0))
        return super().is_dir()


def written(folder, *closes):
    path = Written(write_market(folder, yields=None, universe=None))
    path.tables = [prices_of(f"2026-01-05,SPY,{close}") for close in closes]
    return FolderSource(path)


@pytest.mark.parametrize("closes", [["5.25"], ["4.125", "5.25"], ["not yet", "5.25"]])
def test_a_folder_that_changes_while_it_is_read_is_read_again(tmp_path, closes):
    market = written(tmp_path, *closes).load()
    assert market.prices.close.tolist() == [[5.25]]


def test_a_folder_that_changes_at_every_reading_is_unavailable(tmp_path):
    with pytest.raises(Unavailable, match="is being written") as refused:
        written(tmp_path / "busy", "4.125", "not yet", "5.25").load()
    assert refused.value.retryable
    assert "busy" in refused.value.message


def test_the_stamp_of_a_folder_that_is_not_there_is_empty(tmp_path):
    assert FolderSource(tmp_path / "gone").stamp() == ""


def test_a_refused_market_raises_with_all_faults(tmp_path):
    changes = edited("prices", "101.5", "many") | edited("yields", "4.25", "x")
    with pytest.raises(MarketRefused, match="2 faults") as refused:
        load(write_market(tmp_path / "bad", **changes))
    assert [fault.file for fault in refused.value.faults] == ["prices.csv", "yields.csv"]
    assert "bad" in refused.value.message


def test_the_folder_of_this_process_has_its_own_name(tmp_path, monkeypatch):
    monkeypatch.chdir(write_market(tmp_path / "here"))
    reading = read_market(type(tmp_path)("."))
    assert reading.market is not None
    assert reading.market.name == "here"
