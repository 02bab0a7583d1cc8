"""Checking a book: every fault, with its file, line and column."""

import gzip
import json
import sys

import fastparquet
import pytest

from tests.adapters.books.small_book import HEAD, TABLES, as_json, edited, frames, keyed, write_book
from trimtab.adapters.books import faults as fault_lists
from trimtab.adapters.books.check import check_book
from trimtab.domain.trading.instrument_keys import instrument_key
from trimtab.domain.trading.policy import Policy


def _check(path, **options):
    return check_book(path, policy=Policy(), **options)


def _faults(path, **options):
    return [str(fault) for fault in _check(path, **options).faults]


def _warnings(path, **options):
    return [str(warning) for warning in _check(path, **options).warnings]


def test_a_sound_book_has_nothing_to_report(tmp_path):
    report = _check(write_book(tmp_path))
    assert (report.exit_code, report.faults, report.warnings, report.unable) == (0, (), (), ())


def test_portfolios_that_cannot_be_valued_give_exit_code_1(tmp_path):
    report = _check(write_book(tmp_path, **edited("lots", "ACC2,BHP", "ACC2,XYZ")))
    assert report.exit_code == 1
    assert [(unable.account_number, [r.code for r in unable.reasons]) for unable in report.unable] == [
        ("ACC2", ["unknown_instrument"])
    ]


NUMBER = "must be a number such as 1234.5 (no currency, no thousands separators), not"
DAY = "must be a date such as 2026-11-20 (year-month-day), not"
EXCHANGE = "must be one of ASX, NYSE, NASDAQ, LSE, not"
SUM = "cash and lines of 'Growth' add up to 100.0200, and must be 100"
RULE = "must be one of do_not_buy, do_not_sell, hold, not"
CODE = "must be a name without characters that can't be seen, not"
LONG = "U" * 41
CELLS = [
    ("instruments", "43.85", "$43.85", f"instruments.csv:2 price: {NUMBER} '$43.85'"),
    ("instruments", "43.85", "inf", f"instruments.csv:2 price: {NUMBER} 'inf'"),
    ("instruments", "43.85", "nan", f"instruments.csv:2 price: {NUMBER} 'nan'"),
    ("instruments", "43.85", "1_0", f"instruments.csv:2 price: {NUMBER} '1_0'"),
    ("instruments", "43.85", "1e999", "instruments.csv:2 price: must be finite, not inf"),
    ("instruments", "43.85,1,", "43.85,0,", "instruments.csv:2 lot_size: must be above 0, not 0"),
    ("instruments", "43.85,1,", "43.85,,", "instruments.csv:2 lot_size: must not be empty"),
    ("instruments", "BHP,ASX", "BHP,XASX", f"instruments.csv:2 exchange: {EXCHANGE} 'XASX'"),
    ("instruments", "Mining,Stock", "Mining,stock",
     "instruments.csv:2 type: must be one of Stock, ETF, Fund, Bond, not 'stock'"),
    ("instruments", "2026-12-01", "01/12/2026", f"instruments.csv:2 ex_date: {DAY} '01/12/2026'"),
    ("instruments", "2026-12-01", "2026-02-30", f"instruments.csv:2 ex_date: {DAY} '2026-02-30'"),
    ("instruments", "2026-11-18", "2026-11-21",
     "instruments.csv:3 price_date: 2026-11-21 is after the book's day, 2026-11-20"),
    ("instruments", "Apple", " ", "instruments.csv:3 name: must not be empty"),
    ("models", "Growth,20", "Growth,20.02", f"models.csv:2 target_cash_pct: {SUM}"),
    ("models", "1.5", "101", "models.csv:2 tolerance_pct: must be 0 or more and 100 or less, not 101"),
    ("portfolios", "trust", "Trust",
     "portfolios.csv:2 entity: must be one of individual, trust, smsf, company, not 'Trust'"),
    ("portfolios", "250", "-1", "portfolios.csv:3 pending_withdrawal: must be 0 or more, not -1"),
    ("lots", "2020-03-01", "", "lots.csv:4 acquired: must not be empty"),
    ("lots", "ACC2", "ACC9", "lots.csv:2 account_number: 'ACC9' isn't in the book's portfolios"),
    ("lots", "ACC2", "", "lots.csv:2 account_number: must not be empty"),
    ("lots", "400.25", "inf", f"lots.csv:3 cost_base: {NUMBER} 'inf'"),
    ("lots", "ACC1,AAPL", "ACC1,AAPL,x", "lots.csv:5: the row has 6 cells and the header 5: quote cells with commas"),
    ("lots", "ACC1,AAPL,", "ACC1,", "lots.csv:5: the row has 4 cells and the header 5: quote cells with commas"),
    ("fx", "1.515", "-1", "fx.csv:2 rate: must be above 0, not -1"),
    ("fx", "GBP,AUD", "USD,AUD", "fx.csv:3 to_currency: 'USD', 'AUD' stands twice: first on line 2"),
    ("restrictions", "do_not_sell", "never", f"restrictions.csv:2 rule: {RULE} 'never'"),
    ("restrictions", "ACC1", "ACC9",
     "restrictions.csv:2 account_number: 'ACC9' isn't in the book's portfolios"),
    ("restrictions", ",AAPL", ",AAPX", "restrictions.csv:3 code: 'AAPX' isn't in the book's instruments"),
    ("fx", "USD,AUD", "US\x07D,AUD", f"fx.csv:2 from_currency: {CODE} 'USD'"),
    ("fx", "USD,AUD", "US  D,AUD", f"fx.csv:2 from_currency: {CODE} 'US D'"),
    ("fx", "USD,AUD", f"{LONG},AUD", f"fx.csv:2 from_currency: must be at most 40 characters long, not '{LONG}'"),
    ("fx", "1.515", "1e16", "fx.csv:2 rate: must be between -1e+15 and 1e+15 and above 0, not 1e+16"),
    ("instruments", "43.85", "-1e300", "instruments.csv:2 price: must be between -1e+15 and 1e+15, not -1e+300"),
    ("instruments", "Apple", "\u200b\u202e", "instruments.csv:3 name: must not be empty"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "old", "new", "fault"), CELLS, ids=lambda value: str(value)[:20])
def test_a_wrong_cell_is_named_with_what_is_allowed(tmp_path, table, old, new, fault):
    report = _check(write_book(tmp_path, **edited(table, old, new)))
    assert (report.exit_code, [str(found) for found in report.faults]) == (2, [fault])


@pytest.mark.parametrize(
    ("table", "old", "new", "own"),
    [
        ("lots", "ACC2", "ACC9", "lots.csv:2 account_number: isn't in the book's portfolios"),
        ("fx", "GBP,AUD", "USD,AUD", "fx.csv:3 to_currency: stands twice: first on line 2"),
        (
            "models",
            "Growth,20",
            "Growth,20.02",
            "models.csv:2 target_cash_pct: cash and lines add up to 100.0200, and must be 100",
        ),
        ("instruments", "BHP,ASX", "BHP,XASX", "instruments.csv:2 exchange: must be one of ASX, NYSE, NASDAQ, LSE"),
        ("fx", "to_currency", "rate", "fx.csv:1: a column stands twice in the header: keep one"),
    ],
)
def test_a_fault_can_be_said_without_what_the_file_holds(tmp_path, table, old, new, own):
    faults = _check(write_book(tmp_path, **edited(table, old, new))).faults
    assert own in [fault.without_content for fault in faults]
    assert own not in [str(fault) for fault in faults]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Mei\u202e Chen", "Mei Chen"),
        ("Mei\x1b[2J", "Mei[2J"),
        ("x" * 501, "x" * 499 + "…"),
        ("M" + "\u0336" * 9, "M" + "\u0336" * 4),
    ],
)
def test_text_for_reading_is_cleaned_and_that_is_a_warning(tmp_path, name, kept):
    report = _check(write_book(tmp_path, **edited("portfolios", "Mei Chen", name)))
    said = "characters that can't be seen are left out, and all after the first 500"
    assert [str(warning) for warning in report.warnings] == [f"portfolios.csv:3 client_name: {said}"]
    assert (report.exit_code, report.book.portfolios.client_name[0]) == (0, kept)


@pytest.mark.parametrize("name", ["  Mei   Chen ", "Mei\u00a0Chen", "Zoe\u0308"])
def test_white_space_and_the_form_of_letters_are_no_warning(tmp_path, name):
    assert _check(write_book(tmp_path, **edited("portfolios", "Mei Chen", name))).warnings == ()


def test_the_books_name_is_cleaned_and_may_not_be_empty_then(tmp_path):
    folder = write_book(tmp_path)
    (folder / "book.json").write_text(json.dumps({"name": "My\ud800\u202e book " + "k" * 500, "as_of": "2026-11-20"}))
    assert _check(folder).book.name == "My book " + "k" * 71 + "…"
    (folder / "book.json").write_text(json.dumps({"name": "\u200b", "as_of": "2026-11-20"}))
    assert _faults(folder) == ["book.json name: must be a text that isn't empty"]


def test_cash_is_a_reserved_code_and_model_lines_need_a_model(tmp_path):
    lines = TABLES["model_lines"] + "Growth,CASH,0,\nGrwth,BHP,5,\nGrowth,BHP,0,\n"
    instruments = TABLES["instruments"].replace("AAPL", "CASH")
    found = _faults(
        write_book(
            tmp_path,
            model_lines=lines,
            instruments=instruments,
            restrictions=edited("restrictions", ",AAPL", ",BHP")["restrictions"],
        )
    )
    reserved = "CASH is reserved for the cash line: give the instrument another code"
    assert found == [
        f"instruments.csv:3 code: {reserved}",
        f"model_lines.csv:4 code: {reserved}",
        "model_lines.csv:5 model: 'Grwth' isn't in the book's models",
        "model_lines.csv:6 code: 'Growth', 'BHP' stands twice: first on line 2",
    ]  # fmt: skip


KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"
UUID = "must be a UUID such as 0f8fad5b-d9cb-469f-a165-70867728950e"


@pytest.mark.parametrize("key", ["7", KEY[:-1], f"{{{KEY}}}", f"urn:uuid:{KEY}", KEY.replace("-", ""), KEY[:-1] + "g"])
def test_an_instrument_key_that_is_no_uuid_is_refused(tmp_path, key):
    [fault] = _check(write_book(tmp_path, **keyed(KEY, key))).faults
    assert str(fault) == f"instruments.csv:3 instrument_key: {UUID}, not '{key}'"
    assert fault.without_content == f"instruments.csv:3 instrument_key: {UUID}"


@pytest.mark.parametrize(
    ("keys", "line", "other"),
    [
        ((KEY, KEY.upper()), 3, 2),
        ((instrument_key("NASDAQ", "AAPL"), ""), 2, 3),
        (("", instrument_key("ASX", "BHP")), 3, 2),
    ],
)
def test_two_instruments_never_have_one_key_by_the_book_or_by_the_rule(tmp_path, keys, line, other):
    [fault] = _check(write_book(tmp_path, **keyed(*keys))).faults
    said = f"is the key of another instrument too: on line {other}"
    assert str(fault) == f"instruments.csv:{line} instrument_key: '{(keys[0] or keys[1]).lower()}' {said}"
    assert (fault.code, fault.without_content) == ("duplicate_id", f"instruments.csv:{line} instrument_key: {said}")


def test_an_instrument_may_be_given_the_key_that_it_has_by_the_rule(tmp_path):
    assert _faults(write_book(tmp_path, **keyed(instrument_key("ASX", "BHP")))) == []


def test_keys_are_not_compared_where_exchanges_could_not_be_read(tmp_path):
    changed = {"instruments": keyed(KEY, KEY)["instruments"].replace("exchange", "market", 1)}
    assert [fault.split(":")[0:2] for fault in _faults(write_book(tmp_path, **changed))] == [
        ["instruments.csv", "1 exchange"]
    ]


def test_lines_are_counted_as_an_editor_counts_them(tmp_path):
    portfolios = TABLES["portfolios"].replace("O'Brien Trust", '"O\'Brien\nTrust"').replace("\nACC1", "\n\n\nACC1")
    found = _faults(write_book(tmp_path, portfolios=portfolios.replace("individual", "person")))
    assert [fault.split(" ")[0] for fault in found] == ["portfolios.csv:6"]


def test_a_column_of_nothing_but_true_is_not_a_column_of_ones(tmp_path):
    lots = "account_number,code,units,acquired,cost_base\nACC1,BHP,True,2020-03-01,5\n"
    assert _faults(write_book(tmp_path, lots=lots)) == [f"lots.csv:2 units: {NUMBER} 'True'"]


def test_a_column_of_ones_is_read_as_numbers(tmp_path):
    lots = "account_number,code,units,acquired,cost_base\nACC1,BHP,1,2020-03-01,0\n"
    assert _check(write_book(tmp_path, lots=lots)).exit_code == 0


def test_missing_files_and_columns_are_all_named(tmp_path):
    folder = write_book(tmp_path, fx="from_currency,rate\nUSD,1.5\n", models="")
    (folder / "book.json").unlink()
    (folder / "lots.csv").unlink()
    holds = "fx.csv, instruments.csv, model_lines.csv, models.csv, portfolios.csv, restrictions.csv"
    assert _faults(folder) == [
        f"book.json: the file is missing; the folder holds {holds}",
        "models.csv: the file is empty: its first line must name the columns",
        f"lots.csv: the file is missing; the folder holds {holds}",
        "fx.csv:1 to_currency: the column is missing; there are from_currency, rate",
    ]


def test_an_empty_folder_names_every_file(tmp_path):
    assert len(_faults(tmp_path)) == 8


def test_an_account_number_may_stand_once(tmp_path):
    portfolios = TABLES["portfolios"] + "ACC1,Twin,trust,Growth,AUD,1,0,AU\n"
    found = _faults(write_book(tmp_path, portfolios=portfolios))
    assert found == ["portfolios.csv:4 account_number: 'ACC1' stands twice: first on line 3"]


def test_a_book_without_instruments_and_portfolios_is_refused(tmp_path):
    header_only = {name: text.splitlines()[0] + "\n" for name, text in TABLES.items()}
    assert _faults(write_book(tmp_path, **header_only)) == [
        "instruments.csv: instruments has no rows: a book needs one or more",
        "portfolios.csv: portfolios has no rows: a book needs one or more",
    ]


def test_a_book_without_models_loads_and_none_of_its_portfolios_can_be_checked(tmp_path):
    kept = ("portfolios", "instruments")
    header_only = {name: text.splitlines()[0] + "\n" for name, text in TABLES.items() if name not in kept}
    report = _check(write_book(tmp_path, **header_only))
    assert (report.exit_code, len(report.unable)) == (1, 2)


def test_rows_that_could_not_be_read_cause_no_faults_elsewhere(tmp_path):
    folder = write_book(tmp_path, **edited("portfolios", "Mei Chen", "Chen, Mei"), **edited("model_lines", "50,", "50"))
    assert [fault.split(":")[0] for fault in _faults(folder)] == ["model_lines.csv", "portfolios.csv"]


def test_stray_quotes_are_named_by_line(tmp_path):
    message = 'a quote is not closed, or not doubled inside a quoted cell: write "say ""no"" here"'
    inside = write_book(tmp_path / "a", **edited("portfolios", "Mei Chen", 'Mei "M" Chen'))
    opened = write_book(tmp_path / "b", **edited("portfolios", "Mei Chen", '"Mei Chen'))
    assert _faults(inside) == [f"portfolios.csv:3: {message}"]
    assert _faults(opened) == [f"portfolios.csv:3: {message}"]


def test_what_is_not_utf8_is_named_by_line_and_byte(tmp_path):
    folder = write_book(tmp_path)
    for name, old, new in (("portfolios", b"Mei", b"M\xe9i"), ("restrictions", b"Inherited", b"In\0herited")):
        path = folder / f"{name}.csv"
        path.write_bytes(path.read_bytes().replace(old, new))
    fx = folder / "fx.csv"
    fx.write_bytes(fx.read_text().encode("utf-16"))
    assert _faults(folder) == [
        "portfolios.csv:3: byte 7 of the line is not UTF-8 text: save the file as UTF-8",
        "fx.csv: the file is UTF-16: save it as UTF-8",
        "restrictions.csv:2: byte 24 of the line is not UTF-8 text: save the file as UTF-8",
    ]


def test_many_faults_of_a_kind_are_listed_up_to_a_limit_and_then_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(fault_lists, "FAULTS_OF_A_KIND", 2)
    lots = TABLES["lots"].replace("2020-03-01", "x").replace("2023-01-31", "x").replace("2024-05-06", "x")
    fx = TABLES["fx"] + "A,B\nC,D\nE,F\n"
    assert _faults(write_book(tmp_path, lots=lots, fx=fx)) == [
        f"lots.csv:2 acquired: {DAY} 'x'",
        f"lots.csv:4 acquired: {DAY} 'x'",
        "lots.csv:5 acquired: 1 more like this, here and below",
        *(f"fx.csv:{line}: the row has 2 cells and the header 3: quote cells with commas" for line in (4, 5)),
        "fx.csv:6: 1 more like this, here and below",
    ]


def test_two_columns_of_one_name_and_two_files_of_one_table_are_ambiguous(tmp_path):
    folder = write_book(tmp_path, **edited("fx", "to_currency", "rate"))
    (folder / "models.csv.gz").write_bytes(gzip.compress(b""))
    found = _faults(folder)
    assert "models.csv: the table stands in several files (models.csv, models.csv.gz): keep one" in found
    assert "fx.csv:1: 'rate' stands twice in the header: keep one" in found


def test_broken_gzip_data_and_unreadable_files_are_faults(tmp_path):
    folder = write_book(tmp_path)
    for name, content in (("fx", b"no gzip"), ("lots", gzip.compress(b"a,b\n" * 99)[:-9])):
        (folder / f"{name}.csv").unlink()
        (folder / f"{name}.csv.gz").write_bytes(content)
    assert [fault.split(":")[0] for fault in _faults(folder)] == ["lots.csv.gz", "fx.csv.gz"]


@pytest.mark.parametrize("name", ["nowhere", "notes.txt"])
def test_a_path_without_a_book_says_what_can_hold_one(tmp_path, name):
    (tmp_path / "notes.txt").write_text("")
    [fault] = _faults(tmp_path / name)
    assert fault.startswith(f"{name}: th")
    assert fault.endswith("give a folder of .csv, .csv.gz, .parquet files, or one .json or .json.gz file")


def test_warnings_do_not_refuse_the_book(tmp_path):
    changes = edited("models", "1.5", "50") | edited("lots", "2025-03-01", "2026-11-25")
    changes |= {"fx": TABLES["fx"] + "GBX,AUD,0.02\nAUD,AUD,1\n"}
    changes |= {
        "restrictions": TABLES["restrictions"]
        .replace("until", "until,note")
        .replace("-31", "-31,a")
        .replace("review,", "review,,")
    }
    folder = write_book(tmp_path, **changes)
    (folder / "book.json").write_text(json.dumps(HEAD | {"owner": "desk"}))
    report = _check(folder)
    assert report.exit_code == 0
    assert [str(warning) for warning in report.warnings] == [
        "book.json owner: isn't used",
        "model_lines.csv:2 tolerance_pct: the tolerance 50 is not under the target 50:"
        " that line is never bought (inside_wide_band)",
        "lots.csv:3 acquired: 2026-11-25 is after the book's day, 2026-11-20",
        "fx.csv:4 rate: isn't used: GBX is GBP / 100, give the rate of GBP",
        "fx.csv:5 rate: isn't used: a currency in itself is 1",
        "restrictions.csv:1 note: isn't used; if it is one of the book's columns, name it in the mapping file",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        ('{"name": "B"}', ["book.json as_of: must be a date such as 2026-11-20 (year-month-day), and is missing"]),
        (
            '{"name": " ", "as_of": 5}',
            ["book.json name: must be a text that isn't empty", f"book.json as_of: {DAY} '5'"],
        ),
        ("[]", ["book.json: must be a JSON object with the book's tables"]),
        ('{\n"name": }', ["book.json:2: this is not JSON: Expecting value"]),
        ('{"name": NaN}', ["book.json: this is not JSON: NaN is not a number; use null for an empty cell"]),
    ],
)
def test_the_books_own_facts_are_checked(tmp_path, content, faults):
    folder = write_book(tmp_path)
    (folder / "book.json").write_text(content)
    assert _faults(folder) == faults


def test_json_faults_name_the_place_in_the_document(tmp_path):
    lot = {"account_number": "ACC1", "code": ["BHP"], "units": -1, "acquired": "2020-01-01", "cost_base": 1}
    document = as_json(lots=[lot], fx=[1], restrictions="none", book=1)  # fmt: skip
    del document["models"]
    document["portfolios"][1]["entity"] = True
    document["portfolios"][0]["account_number"] = document["portfolios"][1]["account_number"]
    path = tmp_path / "all.json"
    path.write_text(json.dumps(document))
    assert _faults(path) == [
        'all.json book: must be an object with "name" and "as_of"',
        'all.json models: is missing: "models": [{"column": value, ...}, ...]',
        "all.json portfolios[1].entity: must be a text, a number or null, not 'True'",
        "all.json portfolios[1].entity: must not be empty",
        "all.json portfolios[1].account_number: 'ACC1' stands twice: first in row 0, counted from 0",
        "all.json lots[0].code: must be a text, a number or null, not \"['BHP']\"",
        "all.json lots[0].code: must not be empty",
        "all.json lots[0].units: must be 0 or more, not -1",
        "all.json fx[0]: every row must be an object",
        'all.json restrictions: must be a list of rows: "restrictions": [{"column": value, ...}, ...]',
    ]


@pytest.mark.parametrize("content", [b"\xff", b"[" * 100_000, b"", b"not gzip"])
def test_a_document_that_is_no_json_is_one_fault(tmp_path, content):
    path = tmp_path / ("book.json.gz" if content == b"not gzip" else "book.json")
    path.write_bytes(content)
    assert len(_faults(path)) == 1


def test_parquet_faults_name_column_and_row(tmp_path, monkeypatch):
    folder = write_book(tmp_path)
    lots = frames()["lots"]
    lots.loc[1, "units"] = -1.0
    lots.loc[2, "cost_base"] = float("inf")
    lots["code"] = [1.0, 2.5, 1.0, float("nan")]
    fastparquet.write(str(folder / "lots.parquet"), lots)
    (folder / "lots.csv").unlink()
    (folder / "fx.csv").unlink()
    (folder / "fx.parquet").write_bytes(b"PAR1 broken")
    found = _faults(folder)
    assert found[:3] == [
        "lots.parquet units[1]: must be 0 or more, not -1",
        "lots.parquet cost_base[2]: must be finite and 0 or more, not inf",
        "lots.parquet code[3]: must not be empty",
    ]
    assert found[3].startswith("fx.parquet: the file can't be read as Parquet")
    monkeypatch.setitem(sys.modules, "fastparquet", None)
    extra = "reading Parquet needs an extra package: pip install 'trimtab[parquet]'"
    assert _faults(folder) == [f"lots.parquet: {extra}", f"fx.parquet: {extra}"]
