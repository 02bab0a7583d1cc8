"""Three products that tests write to disk and change."""

import io
from pathlib import Path

import pandas as pd

from tests.adapters.table_folders import edited_in, write_tables

TABLES = {
    "products": (
        "code,name,type,asset_class,region,sector,sector_group,sleeve,issuer,currency,adv_value,expense_ratio_pct,"
        "aum_value,tracking_error_pct,history_months,price_date,tags,exchange,price\n"
        "SPY,S&P 500,ETF,Equity,US,Diversified,,Core,State Street,USD,3.9e10,0.09,650000000000,0.03,154,2026-11-20,"
        "equity; core;;equity,NYSE,553.1\n"
        "BHP,BHP Group,Stock,Equity,International,Materials,Cyclical,,,AUD,,,,,,,equity,ASX,\n"
        "NEW,A new thing,Fund,Multi-Asset,,,,,,,,,,,,,,,\n"
    ),
    "lookthrough": (
        "code,dimension,key,share\n"
        "SPY,Sector,Technology,0.33\n"
        "SPY,Region,US,1\n"
        "NEW,AssetClass,Equity,0.6\n"
        "NEW,AssetClass,Bonds,0.4\n"
    ),
}


def write_products(folder: Path, **changed: str | None) -> Path:
    """The products as a folder of CSV, with some of the tables replaced, or left out where they are None."""
    return write_tables(folder, TABLES | changed)


def edited(table: str, old: str, new: str) -> dict[str, str]:
    """One table with a piece of its text replaced."""
    return edited_in(TABLES, table, old=old, new=new)


def header(table: str) -> str:
    """A table without rows."""
    return TABLES[table].splitlines()[0] + "\n"


def frame(table: str) -> pd.DataFrame:
    """A table as pandas reads it."""
    return pd.read_csv(io.StringIO(TABLES[table]))
