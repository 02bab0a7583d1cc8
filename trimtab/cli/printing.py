"""What tables of answers share: titles above rows, and lines below them; on a narrow terminal names break at `_`."""

from collections.abc import Sequence
from typing import Final

import typer
from rich.console import ConsoleDimensions
from rich.table import Table as Shown
from rich.text import Text

from trimtab.cli.console import terminal
from trimtab.cli.fitting_columns import NARROW_GAP, Column, fitted
from trimtab.domain.outside_text import clean
from trimtab.workflow.ports.results import Table

DIGITS: Final = 2
CENTS: Final = 2
LARGE: Final = 10_000


def print_table(title: str, found: Table, *, digits: int = DIGITS) -> None:
    """A table of an answer under its title."""
    print_rows(title, found.columns, rows=found.rows, digits=digits)


def print_rows(title: str, columns: Sequence[str], *, rows: Sequence[Sequence[object]], digits: int = DIGITS) -> None:
    """Rows under a title, which may be empty; numbers with so many digits behind the point."""
    out = terminal()
    out.print()
    if title:
        out.print(title, style="bold", soft_wrap=True)
    whole = [_column(name, [row[place] for row in rows], digits=digits) for place, name in enumerate(columns)]
    found, gap = fitted(whole, width=out.width)
    if gap == NARROW_GAP:  # a number that is cut is another number: rather a line that goes on below
        needed = sum(each.width for each in found) + gap * (len(found) - 1)
        out.size = ConsoleDimensions(max(out.width, needed), out.height)
    out.print(_shown(found, rows, gap=gap))


def print_lines(lines: Sequence[str]) -> None:
    """Lines below what was printed, if there are any."""
    if lines:
        typer.echo("\n" + "\n".join(clean(line, None) for line in lines))


def _shown(columns: Sequence[Column], rows: Sequence[Sequence[object]], *, gap: int) -> Shown:
    shown = Shown(box=None, header_style="bold", pad_edge=False, padding=(0, gap, 0, 0))
    for place, column in enumerate(columns):
        there = [row[place] for row in rows if row[place] is not None]
        numbers = sum(isinstance(cell, int | float) for cell in there)
        shown.add_column(Text(column.name), justify="right" if 2 * numbers > len(there) else "left", overflow="fold")
    for cells in zip(*(column.cells for column in columns), strict=True):
        shown.add_row(*map(Text, cells))
    return shown


def _column(name: str, cells: Sequence[object], *, digits: int) -> Column:
    """Large amounts of money have cents, and no more digits than that."""
    large = any(isinstance(cell, float) and abs(cell) >= LARGE for cell in cells)
    behind = min(digits, CENTS) if large else digits
    return Column(name, [_cell(cell, behind) for cell in cells])


def _cell(value: object, digits: int) -> str:
    if isinstance(value, float):
        return f"{round(value, digits) + 0.0:,.{digits}f}"  # never a minus before zero
    return "" if value is None else clean(str(value), None)
