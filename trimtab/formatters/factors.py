"""Correlation matrices and tables of figures as text: aligned for people, TOON for models.

An aligned matrix has two decimals, a compact one four:

              AGG    SPY           matrix[2]{label,AGG,SPY}:
    AGG      1.00  -0.12             AGG,1,-0.1234
    SPY     -0.12   1.00             SPY,-0.1234,1
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Final

from trimtab.domain.decimal_text import fixed
from trimtab.domain.outside_text import clean
from trimtab.formatters.tables import to_toon

Values = Sequence[Sequence[float]]
Cell = str | int | float | bool | None
TABLE_DECIMALS: Final = 2
TOON_DECIMALS: Final = 4
MISSING: Final = "-"
_FRACTIONS: Final = frozenset(
    {"annualized_return", "volatility", "max_drawdown", "dividend_yield", "volatility_change", "max_drawdown_change"}
)
"""Columns of fractions; people read them in percent."""
_GAP: Final = "  "


def strongest(values: Values, most: int) -> tuple[int, ...]:
    """The places of those columns that move most with the others, in their order.

    Args:
        values: a correlation matrix, n x n.
        most: how many to keep, at least 1.

    Returns:
        At most `most` places; those with the largest mean |correlation| to the others, of equals the first.
    """
    sums = [sum(map(abs, row)) for row in values]
    ranked = sorted(range(len(values)), key=lambda place: -sums[place])
    return tuple(sorted(ranked[:most]))


def only(values: Values, places: Sequence[int]) -> tuple[tuple[float, ...], ...]:
    """The matrix of some of its rows and the same columns."""
    return tuple(tuple(values[row][column] for column in places) for row in places)


def matrix_table(labels: Sequence[str], values: Values) -> str:
    """A square matrix as an aligned table, without a final line break.

    Args:
        labels: n names of rows and columns.
        values: n x n finite numbers.

    Raises:
        ValueError: a number is NaN or infinite.
    """
    rows: list[tuple[Cell, ...]] = [(label, *row) for label, row in zip(labels, values, strict=True)]
    return aligned(("", *labels), rows)


def matrix_toon(labels: Sequence[str], values: Values) -> str:
    """The same as TOON: a line for every row, four decimals.

    Raises:
        ValueError: a number is NaN or infinite.
    """
    columns = _each_once(("label", *labels))
    rows = [
        (label, *(float(fixed(value, TOON_DECIMALS)) for value in row))
        for label, row in zip(labels, values, strict=True)
    ]
    return to_toon({"matrix": {"columns": columns, "rows": rows}})


def figures_table(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """A table of figures, aligned; fractions in percent, with `_pct` in the name of their column.

    Raises:
        ValueError: a number is NaN or infinite.
    """
    return aligned([_named(column) for column in columns], [_in_percent(columns, row) for row in rows])


def figures_toon(tables: Mapping[str, tuple[Sequence[str], Sequence[Sequence[Cell]]]]) -> str:
    """Tables by name as TOON; numbers have four decimals, fractions stay fractions.

    Raises:
        ValueError: a number is NaN or infinite.
    """
    return to_toon(
        {
            name: {"columns": list(columns), "rows": [[_short(cell) for cell in row] for row in rows]}
            for name, (columns, rows) in tables.items()
        }
    )


def aligned(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """Cells under their columns: numbers to the right with two decimals, text to the left, what is missing as a dash.

    Raises:
        ValueError: a number is NaN or infinite.
    """
    heads = [clean(column) for column in columns]
    cells = [[_cell(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
    right = [_is_number_column(column) for column in zip(*rows, strict=True)] or [False] * len(heads)
    return "\n".join(_line(line, widths, right=right) for line in (heads, *cells))


def _line(cells: Sequence[str], widths: Sequence[int], *, right: Sequence[bool]) -> str:
    placed = (
        cell.rjust(width) if to_right else cell.ljust(width)
        for cell, width, to_right in zip(cells, widths, right, strict=True)
    )
    return _GAP.join(placed).rstrip()


def _is_number_column(column: Sequence[Cell]) -> bool:
    return all(cell is None or isinstance(cell, int | float) for cell in column)


def _cell(cell: Cell) -> str:
    if cell is None:
        return MISSING
    if isinstance(cell, float):
        return fixed(cell, TABLE_DECIMALS)
    return clean(str(cell))


def _short(cell: Cell) -> Cell:
    return float(fixed(cell, TOON_DECIMALS)) if isinstance(cell, float) else cell


def _named(column: str) -> str:
    return f"{column}_pct" if column in _FRACTIONS else column


def _in_percent(columns: Sequence[str], row: Sequence[Cell]) -> list[Cell]:
    return [
        cell * 100 if column in _FRACTIONS and isinstance(cell, float) else cell
        for column, cell in zip(columns, row, strict=True)
    ]


def _each_once(names: Sequence[str]) -> list[str]:
    """The names as a table can have them: what looks the same gets a number behind it."""
    seen: list[str] = []
    for name in map(clean, names):
        seen.append(next(each for each in _numbered(name) if each not in seen))
    return seen


def _numbered(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name} {number}" for number in count(2))
