"""Loading a book: what becomes of its cells, and that every source gives the same book."""

import json
from datetime import date
from pathlib import Path

import fastparquet
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.adapters.books.small_book import TABLES, as_json, edited, frames, gzipped, keyed, write_book
from trimtab.adapters.books.load import load_book
from trimtab.domain.errors import BookRefused
from trimtab.domain.trading.book import Restriction

KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"
SMALL_DIGEST = "b2853cbbf615bfc687c4392ab34e9d7676785d9443f5ad829e699f81097baa2f"
"""What the small book's digest has always been: sessions over a book last as long as it stays."""


def test_every_table_is_sorted_by_its_key_and_refers_by_row(tmp_path):
    book = load_book(write_book(tmp_path))
    assert (book.name, book.as_of) == ("Small book", date(2026, 11, 20))
    assert book.instruments.code == ("AAPL", "BHP")
    assert book.instruments.tags == ((), ("big", "mining"))
    assert book.models.line_code == ("AAPL", "BHP")
    assert book.models.line_instrument.tolist() == [0, 1]
    assert book.models.line_tolerance_pct.tolist() == [0.5, 1.5]
    assert book.portfolios.account_number == ("ACC1", "ACC2")
    assert book.portfolios.model.tolist() == [0, 0]
    assert book.lots.portfolio.tolist() == [0, 0, 0, 1]
    assert book.lots.code == ("AAPL", "BHP", "BHP", "BHP")
    assert book.lots.instrument.tolist() == [0, 1, 1, 1]
    assert book.lots.units.tolist() == [2.5, 5, 10, 7]
    assert [str(day) for day in book.lots.acquired] == ["2023-01-31", "2020-03-01", "2025-03-01", "2024-05-06"]
    assert dict(book.fx) == {("USD", "AUD"): 1.515, ("GBP", "AUD"): 1.985}
    assert book.restrictions == (
        Restriction("AAPL", "hold", "Under review"),
        Restriction("BHP", "do_not_sell", "Inherited", "ACC1", date(2026, 12, 31)),
    )


def test_empty_cells_are_unknown_or_the_documented_default(tmp_path):
    book = load_book(write_book(tmp_path))
    assert np.isnan(book.portfolios.cash).tolist() == [False, True]
    assert book.portfolios.pending_withdrawal.tolist() == [250, 0]
    assert book.portfolios.tax_country == ("AU", "NZ")
    assert [str(day) for day in book.instruments.price_date] == ["2026-11-18", "2026-11-20"]
    assert np.isnat(book.instruments.ex_date).tolist() == [True, False]
    assert np.isnan(book.instruments.adv_value).tolist() == [True, False]


def test_optional_columns_may_be_absent(tmp_path):
    portfolios = "\n".join(line.rpartition(",")[0] for line in TABLES["portfolios"].splitlines())
    assert load_book(write_book(tmp_path, portfolios=portfolios)).portfolios.tax_country == ("AU", "AU")


def test_an_instrument_has_the_books_own_key_where_it_gives_one(tmp_path):
    book = load_book(write_book(tmp_path / "keys", **keyed(f" {KEY.upper()} ")))
    assert book.instruments.instrument_key == ("", KEY)
    assert load_book(write_book(tmp_path / "none")).instruments.instrument_key == ("", "")


def test_keys_count_in_the_digest_only_where_the_book_gives_some(tmp_path):
    plain, without, with_one, with_other = (
        _digest(write_book(tmp_path / str(number), **changes))
        for number, changes in enumerate(({}, keyed(""), keyed(KEY), keyed("", KEY)))
    )
    assert plain == without == SMALL_DIGEST
    assert len({plain, with_one, with_other}) == 3


def test_what_only_stops_single_portfolios_does_not_refuse_the_book(tmp_path):
    changes = edited("instruments", "43.85", "-1") | edited("lots", "ACC2,BHP", "ACC2,XYZ")
    changes |= edited("portfolios", "trust,Growth", "trust,Gone")
    book = load_book(write_book(tmp_path, **changes))
    assert book.lots.instrument.tolist() == [0, 1, 1, -1]
    assert book.lots.code[-1] == "XYZ"
    assert (book.portfolios.model_name[1], book.portfolios.model[1]) == ("Gone", -1)


def test_free_text_is_cleaned_and_names_lose_their_spaces(tmp_path):
    changes = edited("portfolios", "Mei Chen", '" Mei ""M""\r\nChen, [bold]\x1b[31m "')
    changes |= edited("lots", "ACC2,BHP", " ACC2 ,BHP ")
    book = load_book(write_book(tmp_path, **changes))
    assert book.portfolios.client_name[0] == 'Mei "M" Chen, [bold][31m'
    assert book.lots.portfolio.tolist() == [0, 0, 0, 1]


def test_codes_that_look_like_numbers_stay_text(tmp_path):
    changes = {name: text.replace("BHP", "007") for name, text in TABLES.items()}
    assert load_book(write_book(tmp_path, **changes)).instruments.code == ("007", "AAPL")


def _digest(folder: Path) -> str:
    return load_book(folder).digest


def test_gzip_a_byte_order_mark_and_line_ends_do_not_change_the_book(tmp_path):
    plain = _digest(write_book(tmp_path / "plain"))
    folder = write_book(tmp_path / "other")
    gzipped(folder / "lots.csv")
    models = folder / "models.csv"
    models.write_bytes(b"\xef\xbb\xbf" + models.read_bytes().replace(b"\n", b"\r\n"))
    portfolios = folder / "portfolios.csv"
    portfolios.write_bytes(portfolios.read_bytes().replace(b"\n", b"\n\n").rstrip())
    fx = folder / "fx.csv"
    fx.write_bytes(fx.read_bytes().replace(b"\n", b"\r"))
    assert _digest(folder) == plain


@pytest.mark.parametrize("suffix", [".json", ".json.gz"])
def test_one_json_file_gives_the_same_book(tmp_path, suffix):
    path = tmp_path / "book.json"
    path.write_text(json.dumps(as_json()))
    if suffix == ".json.gz":
        gzipped(path)
    assert _digest(tmp_path / f"book{suffix}") == _digest(write_book(tmp_path / "csv"))


def test_parquet_files_give_the_same_book(tmp_path):
    folder = write_book(tmp_path / "parquet")
    for name, frame in frames().items():
        if name == "lots":
            frame["acquired"] = frame["acquired"].astype("datetime64[ns]")
        fastparquet.write(str(folder / f"{name}.parquet"), frame)
        (folder / f"{name}.csv").unlink()
    assert _digest(folder) == _digest(write_book(tmp_path / "csv"))


@given(st.randoms(use_true_random=False))
def test_the_digest_does_not_depend_on_the_order_of_rows(tmp_path_factory, random):
    folder = tmp_path_factory.mktemp("book")
    twins = TABLES | {"lots": TABLES["lots"] + "ACC1,BHP,5,2020-03-01,90\nACC1,BHP,4,2020-03-01,100\n"}
    plain = _digest(write_book(folder / "plain", **twins))
    shuffled = {}
    for name, text in twins.items():
        header, *rows = text.splitlines()
        random.shuffle(rows)
        shuffled[name] = "\n".join([header, *rows]) + "\n"
    assert _digest(write_book(folder / "shuffled", **shuffled)) == plain


@pytest.mark.parametrize(
    ("table", "old", "new"),
    [
        ("instruments", "43.85", "43.86"),
        ("instruments", "Materials", "Energy"),
        ("models", "1.5", "1.6"),
        ("model_lines", "30,0.5", "30,0.6"),
        ("portfolios", "Mei Chen", "Mei Chan"),
        ("portfolios", "1000.5", ""),
        ("lots", "2025-03-01", "2025-03-02"),
        ("lots", "400.25", "400.26"),
        ("fx", "1.515", "1.5150000000000001"),
        ("restrictions", "2026-12-31", "2026-12-30"),
    ],
)
def test_every_change_of_content_changes_the_digest(tmp_path, table, old, new):
    plain = _digest(write_book(tmp_path / "plain"))
    assert _digest(write_book(tmp_path / "changed", **edited(table, old, new))) != plain


def test_lots_of_one_day_keep_the_order_of_the_file(tmp_path):
    lots = TABLES["lots"] + "ACC1,BHP,4,2020-03-01,90\nACC1,BHP,1,2020-03-01,95\n"
    assert load_book(write_book(tmp_path, lots=lots)).lots.units.tolist() == [2.5, 5, 4, 1, 10, 7]


def test_a_refused_book_raises_with_all_faults(tmp_path):
    changes = edited("lots", "2.5", "-2.5") | edited("fx", "1.515", "0")
    with pytest.raises(BookRefused, match="2 faults") as refused:
        load_book(write_book(tmp_path, **changes))
    assert [str(fault) for fault in refused.value.faults] == [
        "lots.csv:5 units: must be 0 or more, not -2.5",
        "fx.csv:2 rate: must be above 0, not 0",
    ]
