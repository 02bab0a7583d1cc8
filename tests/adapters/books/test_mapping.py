"""The mapping file: a custodian's export loads without being edited."""

from datetime import date

from tests.adapters.books.small_book import TABLES, as_json, write_book
from trimtab.adapters.books.check import check_book
from trimtab.adapters.books.load import load_book
from trimtab.domain.trading.policy import Policy

MAPPING = """
[files]
portfolios = "accounts.csv"
[columns.portfolios]
account_number = "Account No"
client_name = "Client"
[defaults.portfolios]
base_currency = "AUD"
[defaults.book]
name = "Custodian"
as_of = "2026-11-20"
"""


def _export(folder):
    """The small book as somebody else would write it."""
    write_book(folder)
    (folder / "book.json").unlink()
    (folder / "portfolios.csv").unlink()
    rows = TABLES["portfolios"].replace("account_number,client_name", "Account No,Client")
    rows = rows.replace(",base_currency", "").replace("Growth,AUD", "Growth")
    (folder / "accounts.csv").write_text(rows)
    return folder


def _faults(path, **options):
    return [str(fault) for fault in check_book(path, policy=Policy(), **options).faults]


def test_files_and_columns_are_renamed_and_missing_columns_filled(tmp_path):
    folder = _export(tmp_path)
    (folder / "mapping.toml").write_text(MAPPING)
    book = load_book(folder)
    assert (book.name, book.as_of) == ("Custodian", date(2026, 11, 20))
    assert book.portfolios.account_number == ("ACC1", "ACC2")
    assert book.portfolios.client_name == ("Mei Chen", "O'Brien Trust")
    assert book.portfolios.base_currency == ("AUD", "AUD")


def test_a_mapping_elsewhere_goes_before_the_folders_own(tmp_path):
    folder = _export(tmp_path / "export")
    (folder / "mapping.toml").write_text("nonsense = 1")
    other = tmp_path / "other.toml"
    other.write_text(MAPPING)
    assert load_book(folder, mapping=other).name == "Custodian"


def test_faults_name_the_file_and_column_of_the_export(tmp_path):
    folder = _export(tmp_path)
    (folder / "mapping.toml").write_text(MAPPING)
    accounts = folder / "accounts.csv"
    accounts.write_text(accounts.read_text().replace("ACC1", "ACC2"))
    assert _faults(folder)[0] == "accounts.csv:3 Account No: 'ACC2' stands twice: first on line 2"


def test_json_tables_and_the_books_facts_are_renamed_too(tmp_path):
    import json

    document = as_json(head={"title": "Renamed", "as_of": "2026-11-20"})
    del document["book"]
    document["rates"] = document.pop("fx")
    path = tmp_path / "all.json"
    path.write_text(json.dumps(document))
    mapping = tmp_path / "m.toml"
    mapping.write_text('[files]\nbook = "head"\nfx = "rates"\n[columns.book]\nname = "title"\n')
    assert load_book(path, mapping=mapping).name == "Renamed"


def test_a_column_of_the_file_goes_before_its_default(tmp_path):
    folder = write_book(tmp_path)
    (folder / "mapping.toml").write_text('[defaults.portfolios]\nbase_currency = "USD"\n')
    assert load_book(folder).portfolios.base_currency == ("AUD", "AUD")


def test_every_wrong_name_in_a_mapping_is_a_fault(tmp_path):
    folder = write_book(tmp_path)
    (folder / "mapping.toml").write_text(
        '[files]\nlot = "x.csv"\n[columns.fx]\nrat = "Rate"\n[defaults.models]\nname = "M"\n'
    )
    tables = "book, instruments, models, model_lines, portfolios, lots, fx, restrictions"
    assert _faults(folder) == [
        f"mapping.toml files.lot: unknown table; the tables are {tables}",
        "mapping.toml columns.fx.rat: unknown column; fx has from_currency, to_currency, rate",
        "mapping.toml defaults.models.name: unknown column; models has model, target_cash_pct, tolerance_pct",
    ]


def test_a_mapping_that_cannot_be_read_is_a_fault(tmp_path):
    folder = write_book(tmp_path)
    wrong, shape = tmp_path / "wrong.toml", tmp_path / "shape.toml"
    wrong.write_text("[files")
    shape.write_text("[file]\nx = 1\n[files]\nfx = []\n")
    assert [fault.partition(":")[0] for fault in _faults(folder, mapping=wrong)] == ["wrong.toml"]
    assert [fault.partition(":")[0] for fault in _faults(folder, mapping=shape)] == [
        "shape.toml files.fx",
        "shape.toml file",
    ]
    assert _faults(folder, mapping=tmp_path / "none.toml") == [
        "none.toml: the mapping file can't be read: No such file or directory"
    ]
