"""What tables of answers share: titles above rows, and lines below them."""

from collections.abc import Sequence
from typing import Final

import typer

from trimtab.cli.console import table, terminal
from trimtab.domain.outside_text import clean
from trimtab.workflow.ports.results import Table

DIGITS: Final = 2


def print_table(title: str, found: Table, *, digits: int = DIGITS) -> None:
    """A table of an answer under its title."""
    print_rows(title, found.columns, rows=found.rows, digits=digits)


def print_rows(title: str, columns: Sequence[str], *, rows: Sequence[Sequence[object]], digits: int = DIGITS) -> None:
    """Rows under a title, which may be empty; numbers with so many digits behind the point."""
    out = terminal()
    out.print()
    if title:
        out.print(title, style="bold", soft_wrap=True)
    out.print(table(columns, [[_without_minus_zero(cell, digits) for cell in row] for row in rows], digits=digits))


def print_lines(lines: Sequence[str]) -> None:
    """Lines below what was printed, if there are any."""
    if lines:
        typer.echo("\n" + "\n".join(clean(line, None) for line in lines))


def _without_minus_zero(cell: object, digits: int) -> object:
    return round(cell, digits) + 0.0 if isinstance(cell, float) else cell
