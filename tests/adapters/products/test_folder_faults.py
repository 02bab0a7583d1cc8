"""What refuses products: every fault, with its file, line and column."""

import pytest

from tests.adapters.products.small_products import TABLES, edited, write_products
from trimtab.adapters.products.folder import read_products


def faults(folder):
    reading = read_products(folder)
    assert (reading.universe is None) == bool(reading.faults)
    return [str(fault) for fault in reading.faults]


NUMBER = "must be a number such as 1234.5 (no currency, no thousands separators), not"
DATE = "must be a date such as 2026-11-20 (year-month-day), not"
CURRENCY = "A currency is three capital letters, such as USD"
AT_MOST = "they may sum to 1 at most, what lacks is unknown"
SPY = "equity; core;;equity"
CELLS = [
    ("products", "SPY,S&P 500", ",S&P 500", ["products.csv:2 code: must not be empty"]),
    ("products", "SPY,S&P 500", "SPY,", ["products.csv:2 name: must not be empty"]),
    ("products", "ETF", "etf", ["products.csv:2 type: must be one of Stock, ETF, Fund, Bond, not 'etf'"]),
    ("products", "ETF,Equity", "ETF,", ["products.csv:2 asset_class: must not be empty"]),
    ("products", "USD", "usd", [f"products.csv:2 currency: {CURRENCY}: not 'usd'"]),
    ("products", "3.9e10", "$39", [f"products.csv:2 adv_value: {NUMBER} '$39'"]),
    ("products", "3.9e10", "-1", ["products.csv:2 adv_value: must be 0 or more, not -1"]),
    ("products", "0.09", "101", ["products.csv:2 expense_ratio_pct: must be 0 or more and 100 or less, not 101"]),
    ("products", "650000000000", "nan", [f"products.csv:2 aum_value: {NUMBER} 'nan'"]),
    ("products", "0.03", "1e999",
     ["products.csv:2 tracking_error_pct: must be finite and 0 or more and 100 or less, not inf"]),
    ("products", "154", "1201", ["products.csv:2 history_months: must be 0 or more and 1200 or less, not 1201"]),
    ("products", "2026-11-20", "20.11.2026", [f"products.csv:2 price_date: {DATE} '20.11.2026'"]),
    ("products", "NYSE", "Arca", ["products.csv:2 exchange: must be one of ASX, NYSE, NASDAQ, LSE, not 'Arca'"]),
    ("products", "553.1", "0", ["products.csv:2 price: must be above 0, not 0"]),
    ("products", "BHP,", "CASH,", ["products.csv:3 code: CASH is reserved for cash: give the product another code"]),
    ("products", "NEW,", "SPY,", ["products.csv:4 code: 'SPY' stands twice: first on line 2"]),
    ("products", SPY, "a,b", ["products.csv:2: the row has 20 cells and the header 19: quote cells with commas"]),
    ("lookthrough", "SPY,Sector", ",Sector", ["lookthrough.csv:2 code: must not be empty"]),
    ("lookthrough", "Sector", "Sectors",
     ["lookthrough.csv:2 dimension: must be one of AssetClass, Region, Sector, Sleeve, not 'Sectors'"]),
    ("lookthrough", "Technology", "", ["lookthrough.csv:2 key: must not be empty"]),
    ("lookthrough", "0.33", "", ["lookthrough.csv:2 share: must not be empty"]),
    ("lookthrough", "0.33", "33", ["lookthrough.csv:2 share: must be 0 or more and 1 or less, not 33"]),
    ("lookthrough", "0.33", "-0.1", ["lookthrough.csv:2 share: must be 0 or more and 1 or less, not -0.1"]),
    ("lookthrough", "Bonds,0.4", "Bonds,0.41",
     [f"lookthrough.csv:5 share: shares of 'NEW' by 'AssetClass' sum to 1.01: {AT_MOST}"]),
    ("lookthrough", "Bonds,0.4", "Equity,0.4",
     ["lookthrough.csv:5 key: 'NEW', 'AssetClass', 'Equity' stands twice: first on line 4"]),
]  # fmt: skip


@pytest.mark.parametrize(("table", "old", "new", "expected"), CELLS)
def test_a_faulty_cell_is_named_with_what_is_allowed(tmp_path, table, old, new, expected):
    assert faults(write_products(tmp_path, **edited(table, old, new))) == expected


@pytest.mark.parametrize(("share", "refused"), [("0.4000000009", False), ("0.400000002", True)])
def test_shares_may_sum_to_more_than_one_by_float_noise_only(tmp_path, share, refused):
    found = faults(write_products(tmp_path, **edited("lookthrough", "Bonds,0.4", f"Bonds,{share}")))
    assert bool(found) == refused


def test_shares_of_several_products_are_summed_apart_and_told_in_the_order_of_lines(tmp_path):
    rows = ["SPY,Region,US,0.6", "NEW,Region,US,0.6", "NEW,Sector,Energy,0.6", "NEW,Region,EM,0.6", "SPY,Region,EM,0.7"]
    table = "\n".join(["code,dimension,key,share", *rows]) + "\n"
    found = faults(write_products(tmp_path, lookthrough=table))
    assert [fault.partition(" sum")[0] for fault in found] == [
        "lookthrough.csv:5 share: shares of 'NEW' by 'Region'",
        "lookthrough.csv:6 share: shares of 'SPY' by 'Region'",
    ]


def test_what_stands_in_a_file_can_be_left_out_of_a_fault(tmp_path):
    changes = edited("products", "USD", "secret") | edited(
        "lookthrough", "SPY,Sector,Technology,0.33", "secret,Sector,T,1"
    )
    changes["lookthrough"] += "NEW,AssetClass,Cash,0.1\n"
    reading = read_products(write_products(tmp_path, **changes))
    assert [fault.without_content for fault in (*reading.faults, *reading.warnings)] == [
        f"products.csv:2 currency: {CURRENCY}",
        f"lookthrough.csv:6 share: shares of a product and dimension sum to 1.1: {AT_MOST}",
        "lookthrough.csv:2 code: isn't in products, so the row isn't used: give it a row there",
    ]
    assert any("secret" in str(fault) for fault in reading.faults)


def test_all_faults_of_both_files_are_said_at_once(tmp_path):
    changes = edited("products", "ETF,Equity", "ETFs,") | edited("lookthrough", "Sector,Technology,0.33", "S,,x")
    assert [fault.partition(": ")[0] for fault in faults(write_products(tmp_path, **changes))] == [
        "products.csv:2 type",
        "products.csv:2 asset_class",
        "lookthrough.csv:2 dimension",
        "lookthrough.csv:2 key",
        "lookthrough.csv:2 share",
    ]


def test_missing_columns_are_named_with_those_that_are_there(tmp_path):
    assert faults(write_products(tmp_path, products="code,name\nA,B\n", lookthrough="code,share\nA,1\n")) == [
        *(
            f"products.csv:1 {column}: the column is missing; there are code, name"
            for column in TABLES["products"].splitlines()[0].split(",")[2:-2]
        ),
        "lookthrough.csv:1 dimension: the column is missing; there are code, share",
        "lookthrough.csv:1 key: the column is missing; there are code, share",
    ]


def test_a_column_that_is_not_used_is_a_warning(tmp_path):
    reading = read_products(write_products(tmp_path, **edited("lookthrough", "share", "share,note"), products=None))
    assert [fault.code for fault in reading.faults] == [
        "missing_file",
        "row_width",
        "row_width",
        "row_width",
        "row_width",
    ]
    assert [warning.code for warning in reading.warnings] == ["unknown_column"]


def test_unknown_products_are_not_looked_for_where_rows_or_codes_cannot_be_read(tmp_path):
    cut = edited("products", "NEW,A new thing", "NEW,,A new thing")
    assert read_products(write_products(tmp_path / "rows", **cut)).warnings == ()
    renamed = edited("products", "code,", "ticker,")
    warned = read_products(write_products(tmp_path / "code", **renamed)).warnings
    assert [warning.code for warning in warned] == ["unknown_column"]
    assert read_products(write_products(tmp_path / "shares", **edited("lookthrough", "code", "x"))).faults


@pytest.mark.parametrize(("name", "said"), [("gone", "there is no such folder"), ("file", "this is no folder")])
def test_what_is_no_folder_is_refused(tmp_path, name, said):
    (tmp_path / "file").write_text("x")
    assert faults(tmp_path / name) == [
        f"{name}: {said}: give a folder with products.csv, products.csv.gz, products.parquet"
    ]


def test_an_empty_file_lacks_its_header(tmp_path):
    assert faults(write_products(tmp_path, products="")) == [
        "products.csv: the file is empty: its first line must name the columns"
    ]
