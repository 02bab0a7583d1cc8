"""Products in a folder: what becomes of their cells, and that every format gives the same universe."""

import os
from pathlib import Path

import numpy as np
import pytest

from tests.adapters.books.small_book import gzipped, write_parquet
from tests.adapters.products.small_products import TABLES, edited, frame, header, write_products
from trimtab.adapters.products.folder import FolderSource, read_products
from trimtab.domain.errors import ProductsRefused, Unavailable
from trimtab.domain.frameworks.products import Universe
from trimtab.workflow.ports.products import ProductSource

NAN = float("nan")


def load(folder: Path) -> Universe:
    source: ProductSource = FolderSource(folder)
    return source.load()


def test_cells_become_columns_and_what_is_empty_is_unknown(tmp_path):
    products = load(write_products(tmp_path)).products
    assert products.code == ("BHP", "NEW", "SPY")
    assert products.name == ("BHP Group", "A new thing", "S&P 500")
    assert products.type == ("Stock", "Fund", "ETF")
    assert products.asset_class == ("Equity", "Multi-Asset", "Equity")
    assert (products.region, products.sleeve) == (("International", "", "US"), ("", "", "Core"))
    assert (products.sector, products.sector_group) == (("Materials", "", "Diversified"), ("Cyclical", "", ""))
    assert (products.issuer, products.currency) == (("", "", "State Street"), ("AUD", "", "USD"))
    assert (products.exchange, products.source) == (("ASX", "", "NYSE"), ("products",) * 3)
    assert products.tags == (("equity",), (), ("equity", "core"))
    np.testing.assert_equal(products.adv_value, [NAN, NAN, 3.9e10])
    np.testing.assert_equal(products.expense_ratio_pct, [NAN, NAN, 0.09])
    np.testing.assert_equal(products.aum_value, [NAN, NAN, 6.5e11])
    np.testing.assert_equal(products.tracking_error_pct, [NAN, NAN, 0.03])
    np.testing.assert_equal(products.history_months, [NAN, NAN, 154])
    np.testing.assert_equal(products.price, [NAN, NAN, 553.1])
    assert products.price_date.astype(str).tolist() == ["NaT", "NaT", "2026-11-20"]


def test_shares_stand_by_product_dimension_and_key(tmp_path):
    lies = load(write_products(tmp_path)).look_through
    assert lies.product.tolist() == [1, 1, 2, 2]
    assert lies.dimension == ("AssetClass", "AssetClass", "Region", "Sector")
    assert lies.key == ("Bonds", "Equity", "US", "Technology")
    assert lies.share.tolist() == [0.4, 0.6, 1.0, 0.33]


def test_exchange_price_and_the_whole_of_look_through_may_be_absent(tmp_path):
    table = frame("products").drop(columns=["exchange", "price"]).to_csv(index=False)
    found = load(write_products(tmp_path, products=table, lookthrough=None))
    assert found.products.exchange == ("", "", "")
    assert np.isnan(found.products.price).all()
    assert len(found.look_through.share) == 0


def test_tables_without_rows_are_an_empty_universe(tmp_path):
    reading = read_products(write_products(tmp_path, products=header("products"), lookthrough=header("lookthrough")))
    assert reading.universe is not None
    assert (len(reading.universe.products), reading.warnings) == (0, ())


def test_a_share_of_an_unknown_product_is_a_warning_and_is_not_used(tmp_path):
    reading = read_products(write_products(tmp_path, **edited("lookthrough", "SPY,Region", "SPX,Region")))
    assert [str(warning) for warning in reading.warnings] == [
        "lookthrough.csv:3 code: 'SPX' isn't in products, so the row isn't used: give it a row there"
    ]
    assert reading.universe is not None
    assert reading.universe.look_through.dimension == ("AssetClass", "AssetClass", "Sector")


def test_a_byte_order_mark_line_ends_gzip_and_another_order_give_the_same_universe(tmp_path):
    plain = load(write_products(tmp_path / "plain"))
    head, *rows = TABLES["products"].splitlines(keepends=True)
    folder = write_products(tmp_path / "other", products=head + "".join(reversed(rows)))
    products = folder / "products.csv"
    products.write_bytes(b"\xef\xbb\xbf" + products.read_bytes().replace(b"\n", b"\r\n"))
    gzipped(folder / "lookthrough.csv")
    assert load(folder).digest == plain.digest


def test_parquet_files_give_the_same_universe(tmp_path):
    folder = write_products(tmp_path / "parquet")
    for name in TABLES:
        write_parquet(folder / f"{name}.parquet", frame(name))
        (folder / f"{name}.csv").unlink()
    assert load(folder).digest == load(write_products(tmp_path / "plain")).digest


def test_twenty_thousand_products_are_read(tmp_path):
    count = 20_000
    rows = (f"P{number},A name,ETF,Equity" + "," * 15 for number in range(count))
    shares = (f"P{number},Region,US,0.5" for number in range(count))
    table = header("products") + "\n".join(rows) + "\n"
    lookthrough = header("lookthrough") + "\n".join(shares) + "\n"
    found = load(write_products(tmp_path, products=table, lookthrough=lookthrough))
    assert (len(found.products), len(found.look_through.share)) == (count, count)


def test_the_stamp_changes_with_each_file_and_with_nothing_else(tmp_path):
    source = FolderSource(write_products(tmp_path))
    stamps = [source.stamp()]
    (tmp_path / "notes.txt").write_text("not a table")
    assert source.stamp() == stamps[0]
    os.utime(tmp_path / "products.csv", ns=(1, 1))
    stamps.append(source.stamp())
    (tmp_path / "lookthrough.csv").unlink()
    stamps.append(source.stamp())
    assert len(set(stamps)) == 3
    assert FolderSource(tmp_path / "gone").stamp() == ""


class Written(type(Path())):  # type: ignore[misc]  # the class of paths depends on the system
    """A folder of which somebody replaces the products by each of some tables, one as each reading begins."""

    tables: list[str]

    def is_dir(self) -> bool:
        if self.tables:
            (self / "products.csv").write_text(self.tables.pop(0))
        return super().is_dir()


def written(folder, *prices):
    path = Written(write_products(folder, lookthrough=None))
    path.tables = [edited("products", "553.1", price)["products"] for price in prices]
    return FolderSource(path)


@pytest.mark.parametrize("prices", [["5.25"], ["4.125", "5.25"], ["not yet", "5.25"]])
def test_a_folder_that_changes_while_it_is_read_is_read_again(tmp_path, prices):
    assert written(tmp_path, *prices).load().products.price[-1] == 5.25


def test_a_folder_that_changes_at_every_reading_is_unavailable(tmp_path):
    with pytest.raises(Unavailable, match="busy is being written") as refused:
        written(tmp_path / "busy", "4.125", "not yet", "5.25").load()
    assert (refused.value.retryable, refused.value.field) == (True, "products")


def test_refused_products_raise_with_all_faults(tmp_path):
    changes = edited("products", "553.1", "many") | edited("lookthrough", "0.33", "x")
    with pytest.raises(ProductsRefused, match="The products folder bad has 2 faults") as refused:
        load(write_products(tmp_path / "bad", **changes))
    assert [fault.file for fault in refused.value.faults] == ["products.csv", "lookthrough.csv"]
    assert (refused.value.code, refused.value.retryable) == ("products_refused", False)
