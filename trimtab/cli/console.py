"""How commands write to the terminal: tables for people, JSON for scripts; plain where it isn't a
terminal."""

import json
import sys
from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from trimtab.domain.outside_text import clean

_UNWRAPPED: Final = 1_000


def terminal() -> Console:
    """Standard output; where it isn't a terminal without colours and wrapped lines."""
    width = None if sys.stdout.isatty() else _UNWRAPPED
    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False, width=width)


def print_json(value: object) -> None:
    """A value for scripts: indented JSON, never wrapped or coloured."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def table(
    columns: Sequence[str], rows: Sequence[Sequence[object]], *, title: str | None = None, digits: int = 2
) -> Table:
    """Rows under named columns; numbers to the right, with so many digits behind the point. Text from outside is shown
    as it reads, never as markup."""
    shown = Table(
        title=title,
        title_justify="left",
        box=None,
        show_header=any(columns),
        header_style="bold",
        pad_edge=False,
    )
    for index, column in enumerate(columns):
        numbers = bool(rows) and all(isinstance(row[index], int | float) for row in rows)
        shown.add_column(column, justify="right" if numbers else "left", overflow="fold")
    for row in rows:
        shown.add_row(*(Text(_cell(value, digits)) for value in row))
    return shown


def _cell(value: object, digits: int) -> str:
    if isinstance(value, float):
        return f"{value:,.{digits}f}"
    return "" if value is None else clean(str(value), None)
