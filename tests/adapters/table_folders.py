"""Folders of CSV tables, and tables with a piece of their text replaced."""

from collections.abc import Mapping
from pathlib import Path


def write_tables(folder: Path, tables: Mapping[str, str | None]) -> Path:
    """The tables as a folder of CSV, without those that are None."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in tables.items():
        if text is not None:
            (folder / f"{name}.csv").write_bytes(text.encode())
    return folder


def edited_in(tables: Mapping[str, str], table: str, *, old: str, new: str) -> dict[str, str]:
    """One of the tables with a piece of its text replaced."""
    assert old in tables[table]
    return {table: tables[table].replace(old, new, 1)}
