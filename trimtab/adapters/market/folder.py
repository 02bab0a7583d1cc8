"""Market data in a folder of CSV or Parquet files."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from trimtab.adapters.books.convert import TypedTable
from trimtab.adapters.books.faults import FaultList, shown
from trimtab.adapters.books.sources import FORMATS
from trimtab.adapters.books.sources import FolderSource as Files
from trimtab.adapters.market.assembling import assemble
from trimtab.adapters.market.price_rows import MOST_CELLS, PriceRows, price_rows
from trimtab.adapters.market.schema import PRICES, TABLES, UNIVERSE, YIELDS
from trimtab.adapters.market.tables import TableReader
from trimtab.adapters.market.universe_table import build_entries, check_universe
from trimtab.adapters.market.yield_table import build_yields, check_yields
from trimtab.domain.errors import Fault, MarketRefused, Unavailable
from trimtab.domain.factors.market import Finding, Market

MOST_READINGS: Final = 3
"""How often a folder is read that somebody writes to meanwhile."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What came of reading a market: the market, or the structural faults that refuse it.

    `findings` are those of single tickers, which are there even where the market is refused for them; `warnings`
    change nothing.
    """

    market: Market | None
    faults: tuple[Fault, ...] = ()
    findings: tuple[Finding, ...] = ()
    warnings: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class FolderSource:
    """A folder with `prices`, and with `yields` and `universe` where it has them: a `PriceSource`.

    The market is called as the folder is, or `called` something else.
    """

    path: Path
    called: str = ""

    def stamp(self) -> str:
        """Changes when one of the files does."""
        return Files(self.path).stamp(TABLES)

    def load(self) -> Market:
        """Reads the folder, again where it changed meanwhile: half of an old market and half of a new one is none.

        Raises:
            MarketRefused: it has structural faults; the error carries all of them.
            Unavailable: it changes each time that it is read.
        """
        for _ in range(MOST_READINGS):
            before = self.stamp()
            reading = read_market(self.path)
            if self.stamp() == before:
                market = _market(self.path, reading)
                return replace(market, name=self.called or market.name)
        raise Unavailable(f"The market {_name(self.path)} is being written.", field="market")


def _market(path: Path, reading: Reading) -> Market:
    if reading.market is None:
        raise MarketRefused(_name(path), reading.faults)
    return reading.market


def read_market(path: Path) -> Reading:
    """Reads the folder at `path`; never raises for what is wrong in its files."""
    faults, warnings = FaultList(), FaultList()
    if not path.is_dir():
        missing = "there is no such folder" if not path.exists() else "this is no folder"
        message = f"{missing}: give a folder with {', '.join(PRICES + suffix for suffix in FORMATS)}"
        return Reading(None, (Fault(_name(path), None, None, message, "no_market"),))
    tables = _read_tables(path, faults=faults, warnings=warnings)
    prices = tables.get(PRICES)
    if len(faults) or prices is None:
        return Reading(None, faults.sorted(), (), warnings.sorted())
    return replace(_reading(_name(path), tables, rows=price_rows(prices)), warnings=warnings.sorted())


def _read_tables(path: Path, *, faults: FaultList, warnings: FaultList) -> dict[str, TypedTable]:
    """Every table that is there; what is wrong between the rows of yields and of the universe is a fault too."""
    files = Files(path)
    reader = TableReader(files, faults, warnings)
    tables = {}
    for number, (name, table) in enumerate(TABLES.items()):
        faults.start_table(number)
        warnings.start_table(number)
        typed = reader.read(name, table) if name == PRICES or files.has(name) else None
        if typed is None:
            continue
        tables[name] = typed
        if name == YIELDS:
            check_yields(typed, faults=faults)
        elif name == UNIVERSE:
            check_universe(typed, faults=faults)
    return tables


def _reading(name: str, tables: dict[str, TypedTable], *, rows: PriceRows) -> Reading:
    file = tables[PRICES].raw.file
    if rows.cell_count > MOST_CELLS:
        size = f"{len(rows.dates):,} days of {len(rows.tickers):,} tickers"
        message = f"{size} are too many: days x tickers may be {MOST_CELLS:,}"
        return Reading(None, (Fault(file, None, None, message, "too_large"),))
    made = assemble(
        rows,
        name=name,
        yields=build_yields(tables[YIELDS]) if YIELDS in tables else None,
        listed=build_entries(tables[UNIVERSE]) if UNIVERSE in tables else (),
    )
    if made.market is None:
        own = "no ticker has prices that can be used"
        fault = Fault(file, None, None, f"{own}; the first: {made.findings[0].message}", "nothing_usable", own)
        return Reading(None, (fault,), made.findings)
    return Reading(made.market, (), made.findings)


def _name(path: Path) -> str:
    return shown(path.resolve().name) or "."
