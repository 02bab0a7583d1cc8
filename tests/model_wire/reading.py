"""Reads the facts in a prompt as a careful model would: the tables of portfolios, markets and buys.

Figures stay as they are printed, so that whoever repeats one can't change it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tests.formatters.fields import split, split_raw, unquote

_COLUMNS: Final = re.compile(r"(Holdings|Buys|Exchanges|Sectors|Instruments)\{([^}]*)\}:")
_NO_ROW: Final = ("```", "===", "---", "</")
_NEEDED: Final = re.compile(r"Deferral needed: (-?\$[\d,]+)")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a portfolio; `trade` is signed, `tolerance` the line's own or its portfolio's, in points."""

    account: str
    symbol: str
    difference: str
    trade: int
    tolerance: str
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Buy:
    """A buy that is planned; what is missing is empty."""

    symbol: str
    amount: int
    gap: str
    ex_dividend: str
    month: str
    half_year: str


@dataclass(frozen=True, slots=True)
class Shortage:
    """A portfolio's buys, and how much of them has to wait."""

    account: str
    needed: int
    buys: tuple[Buy, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """Returns of an exchange, a sector or an instrument; `against` compares the month with what it is a part of."""

    name: str
    year: str
    half_year: str
    month: str
    exchange: str = ""
    against: str = ""


@dataclass(frozen=True, slots=True)
class Markets:
    """The three levels."""

    exchanges: tuple[Move, ...]
    sectors: tuple[Move, ...]
    instruments: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class _Table:
    """A table with the lines that stand between the last one and itself."""

    kind: str
    heading: tuple[str, ...]
    rows: tuple[str, ...]

    def said(self, start: str) -> str:
        """The last line of the heading that starts so, without that start."""
        return next((line.removeprefix(start) for line in reversed(self.heading) if line.startswith(start)), "")


def read_lines(text: str) -> list[Line]:
    """Every line of every portfolio."""
    return [_line(table, row) for table in _tables(text, "Holdings") for row in table.rows]


def read_shortages(text: str) -> list[Shortage]:
    """The buys of every portfolio."""
    found = []
    for table in _tables(text, "Buys"):
        account = unquote(split_raw(table.said("Portfolio: "), " (")[0])
        needed = _NEEDED.search(table.said("Cash available: "))
        buys = tuple(_buy(row) for row in table.rows)
        found.append(Shortage(account, _dollars(needed[1]) if needed else 0, buys))
    return found


def read_markets(text: str) -> Markets:
    """Exchanges, sectors and instruments."""
    exchanges = [Move(*split(row)) for table in _tables(text, "Exchanges") for row in table.rows]
    sectors = []
    for table in _tables(text, "Sectors"):
        exchange = unquote(split_raw(table.said("=== "), " SECTORS (")[0])
        sectors += [_move(row, exchange) for row in table.rows]
    instruments = [_move(row, "") for table in _tables(text, "Instruments") for row in table.rows]
    return Markets(tuple(exchanges), tuple(sectors), tuple(instruments))


def _line(table: _Table, row: str) -> Line:
    symbol, _, _, difference, trade, *flags = split_raw(row)
    own = flags.pop(0).removeprefix("tol:") if flags and flags[0].startswith("tol:") else ""
    account = unquote(split_raw(table.said("--- Portfolio: "), " (")[0])
    usual = table.said("Model: ").rpartition("| tol ")[2]
    return Line(account, unquote(symbol), difference, int(trade), own or usual, tuple(map(unquote, flags)))


def _buy(row: str) -> Buy:
    symbol, amount, _, _, gap, ex_dividend, month, half_year, *_ = split(row)
    return Buy(symbol, int(amount), gap, ex_dividend, month, half_year)


def _move(row: str, exchange: str) -> Move:
    name, year, half_year, month, against, *_ = split(row)
    return Move(name, year, half_year, month, exchange, against)


def _dollars(text: str) -> int:
    return int(text.replace("$", "").replace(",", ""))


def _tables(text: str, kind: str) -> Iterator[_Table]:
    return (table for table in _all_tables(text) if table.kind == kind)


def _all_tables(text: str) -> Iterator[_Table]:
    """A table ends at the first line that has fewer fields than its columns promise; flags may be left away."""
    heading: list[str] = []
    rows: list[str] | None = None
    found, least = "", 0
    for line in [*text.splitlines(), ""]:
        columns = _COLUMNS.fullmatch(line)
        if rows is not None and not columns and _is_row(line, least):
            rows.append(line)
            continue
        if rows is not None:
            yield _Table(found, tuple(heading), tuple(rows))
            heading, rows = [], None
        if columns:
            rows, found = [], columns[1]
            least = sum(name != "flags" for name in columns[2].split(","))
        else:
            heading.append(line)


def _is_row(line: str, least: int) -> bool:
    return not line.startswith(_NO_ROW) and len(split_raw(line)) >= least
