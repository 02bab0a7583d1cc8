"""A book of two portfolios that tests write to disk and change."""

import gzip
import io
import json
import warnings
from pathlib import Path
from typing import Any

import fastparquet
import pandas as pd

HEAD = {"name": "Small book", "as_of": "2026-11-20"}
TABLES = {
    "instruments": (
        "code,exchange,name,sector,industry,type,currency,price,lot_size,adv_value,ex_date,dividend_per_share,"
        "return_12m_pct,return_6m_pct,return_1m_pct,tags,price_date\n"
        "BHP,ASX,BHP Group,Materials,Mining,Stock,AUD,43.85,1,340000000,2026-12-01,0.9,6.9,11.2,2.8,big; mining ,\n"
        "AAPL,NASDAQ,Apple,Information Technology,,Stock,USD,271.4,1,,,,,,,,2026-11-18\n"
    ),
    "models": "model,target_cash_pct,tolerance_pct\nGrowth,20,1.5\n",
    "model_lines": "model,code,target_pct,tolerance_pct\nGrowth,BHP,50,\nGrowth,AAPL,30,0.5\n",
    "portfolios": (
        "account_number,client_name,entity,model,base_currency,cash,pending_withdrawal,tax_country\n"
        "ACC2,O'Brien Trust,trust,Growth,AUD,,,NZ\n"
        "ACC1,Mei Chen,individual,Growth,AUD,1000.5,250,\n"
    ),
    "lots": (
        "account_number,code,units,acquired,cost_base\n"
        "ACC2,BHP,7,2024-05-06,300\n"
        "ACC1,BHP,10,2025-03-01,400.25\n"
        "ACC1,BHP,5,2020-03-01,100\n"
        "ACC1,AAPL,2.5,2023-01-31,500\n"
    ),
    "fx": "from_currency,to_currency,rate\nUSD,AUD,1.515\nGBP,AUD,1.985\n",
    "restrictions": (
        "account_number,code,rule,reason,until\n"
        "ACC1,BHP,do_not_sell,Inherited,2026-12-31\n"
        ",AAPL,hold,Under review,\n"
    ),
}  # fmt: skip


def write_book(folder: Path, **changed: str) -> Path:
    """The book as a folder of CSV, with some of its tables replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "book.json").write_text(json.dumps(HEAD))
    for name, text in (TABLES | changed).items():
        (folder / f"{name}.csv").write_bytes(text.encode())
    return folder


def edited(table: str, old: str, new: str) -> dict[str, str]:
    """One table with a piece of its text replaced."""
    assert old in TABLES[table]
    return {table: TABLES[table].replace(old, new, 1)}


def keyed(bhp: str, aapl: str = "") -> dict[str, str]:
    """The instruments with keys of the book's own."""
    head, *rows = TABLES["instruments"].splitlines()
    lines = [f"{row},{key}" for row, key in zip(rows, (bhp, aapl), strict=True)]
    return {"instruments": "\n".join([f"{head},instrument_key", *lines]) + "\n"}


def frames() -> dict[str, pd.DataFrame]:
    """The tables as pandas reads them."""
    return {name: pd.read_csv(io.StringIO(text)) for name, text in TABLES.items()}


def as_json(**changed: object) -> dict[str, Any]:
    """The book as one JSON document; numbers are numbers, empty cells null."""
    tables = {name: json.loads(frame.to_json(orient="records")) for name, frame in frames().items()}
    return {"book": HEAD, **tables, **changed}


def gzipped(path: Path) -> None:
    """Replaces a file by its gzipped form."""
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()


def write_parquet(path: Path, table: pd.DataFrame) -> None:
    """Writes a Parquet file; what pandas has against how its writer does that isn't ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        fastparquet.write(str(path), table)
