"""Products in a folder of CSV or Parquet files."""

from dataclasses import dataclass
from pathlib import Path

from trimtab.adapters.books.convert import TypedTable
from trimtab.adapters.books.faults import FaultList, shown
from trimtab.adapters.books.sources import FORMATS
from trimtab.adapters.books.sources import FolderSource as Files
from trimtab.adapters.market.folder import MOST_READINGS
from trimtab.adapters.products.look_through_table import build_look_through, check_shares, warn_of_unknown
from trimtab.adapters.products.schema import LOOK_THROUGH, PRODUCTS, TABLES
from trimtab.adapters.products.tables import TableReader, build_products, check_products
from trimtab.domain.errors import Fault, ProductsRefused, Unavailable
from trimtab.domain.frameworks.products import Universe
from trimtab.domain.frameworks.universe import universe_of


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What came of reading products: the universe, or the faults that refuse it; `warnings` change nothing."""

    universe: Universe | None
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class FolderSource:
    """A folder with `products`, and with `lookthrough` where it has it: a `ProductSource`."""

    path: Path

    def stamp(self) -> str:
        """Changes when one of the files does."""
        return Files(self.path).stamp(TABLES)

    def load(self) -> Universe:
        """Reads the folder, again where it changed meanwhile.

        Raises:
            ProductsRefused: it has faults; the error carries all of them.
            Unavailable: it changes each time that it is read.
        """
        for _ in range(MOST_READINGS):
            before = self.stamp()
            reading = read_products(self.path)
            if self.stamp() == before:
                return _universe(self.path, reading)
        raise Unavailable(f"The folder of products {_name(self.path)} is being written.", field="products")


def read_products(path: Path) -> Reading:
    """Reads the folder at `path`; never raises for what is wrong in its files."""
    faults, warnings = FaultList(), FaultList()
    if not path.is_dir():
        missing = "there is no such folder" if not path.exists() else "this is no folder"
        message = f"{missing}: give a folder with {', '.join(PRODUCTS + suffix for suffix in FORMATS)}"
        return Reading(None, (Fault(_name(path), None, None, message, "no_products"),))
    tables = _read_tables(Files(path), faults=faults, warnings=warnings)
    if len(faults):
        return Reading(None, faults.sorted(), warnings.sorted())
    products = build_products(tables[PRODUCTS])
    universe = universe_of(products, build_look_through(tables.get(LOOK_THROUGH), products.code))
    return Reading(universe, (), warnings.sorted())


def _read_tables(files: Files, *, faults: FaultList, warnings: FaultList) -> dict[str, TypedTable]:
    """Every table that is there, with what is wrong between the rows; the products have to be."""
    reader = TableReader(files, faults, warnings)
    tables: dict[str, TypedTable] = {}
    for number, (name, table) in enumerate(TABLES.items()):
        faults.start_table(number)
        warnings.start_table(number)
        typed = reader.read(name, table) if name == PRODUCTS or files.has(name) else None
        if typed is None:
            continue
        tables[name] = typed
        if name == PRODUCTS:
            check_products(typed, faults=faults)
        else:
            check_shares(typed, faults=faults)
            if PRODUCTS in tables:
                warn_of_unknown(typed, tables[PRODUCTS], warnings=warnings)
    return tables


def _universe(path: Path, reading: Reading) -> Universe:
    if reading.universe is None:
        raise ProductsRefused(_name(path), reading.faults)
    return reading.universe


def _name(path: Path) -> str:
    return shown(path.resolve().name) or "."
