"""A market of three tickers that tests write to disk and change."""

import gzip
import io
from pathlib import Path

import pandas as pd

from tests.adapters.table_folders import edited_in, write_tables

TABLES = {
    "prices": (
        "date,ticker,close,adj_close,dividend,volume\n"
        "2026-01-05,SPY,100,98,,1000\n"
        "2026-01-05,AGG,50,,0.1,\n"
        "2026-01-06,SPY,101.5,99.5,0,1100\n"
        "2026-01-06,GLD,200.25,,,\n"
        "2026-01-07,SPY,102,100,0.5,1200\n"
        "2026-01-07,AGG,49.5,,,\n"
        "2026-01-07,GLD,201,,,70\n"
    ),
    "yields": "date,UST2Y,UST10Y\n2026-01-05,3.5,4.25\n2026-01-06,,4.3\n2026-01-07,-0.1,\n",
    "universe": (
        "ticker,name,category,asset_class,industry,sector_group,subindustry,aum_value,currency\n"
        "SPY,S&P 500,market,equity,,,,5e11,USD\n"
        "AGG,Aggregate,fixed_income,fixed_income,,,,,\n"
        "SMH,Chips,industry,equity,Technology,sensitive,Semiconductors,,USD\n"
    ),
}


def write_market(folder: Path, **changed: str | None) -> Path:
    """The market as a folder of CSV, with some of its tables replaced, or left out where they are None."""
    return write_tables(folder, TABLES | changed)


def edited(table: str, old: str, new: str) -> dict[str, str]:
    """One table with a piece of its text replaced."""
    return edited_in(TABLES, table, old=old, new=new)


def prices_of(*rows: str, columns: str = "date,ticker,close") -> str:
    """A table of prices of these rows."""
    return "\n".join([columns, *rows]) + "\n"


def frame(table: str) -> pd.DataFrame:
    """A table as pandas reads it."""
    return pd.read_csv(io.StringIO(TABLES[table]))


def gzipped(path: Path) -> None:
    """Replaces a file by its gzipped form."""
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()
