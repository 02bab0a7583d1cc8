"""What the prompts about signals share: which strategies and symbols, and tables short enough to read."""

from collections.abc import Callable, Mapping
from typing import Annotated, Final

from pydantic import Field

from trimtab.tools.completions import Completer, Known, strategy_names
from trimtab.tools.context import AppContext
from trimtab.tools.prompts.definition import Arguments
from trimtab.tools.prompts.facts import listed
from trimtab.workflow.ports.results import Cell, Table

DECIMALS: Final = 4
_LONGEST_LIST: Final = 2_000


class OfStrategies(Arguments):
    """Which strategies, over which symbols."""

    strategies: Annotated[
        str, Field(description="Strategies, with commas between; without any, all", max_length=_LONGEST_LIST)
    ] = ""
    symbols: Annotated[
        str, Field(description="Symbols, with commas between; without any, all", max_length=_LONGEST_LIST)
    ] = ""


def scope(asked: OfStrategies) -> dict[str, list[str] | None]:
    """The fields of a request that these arguments stand for."""
    return {"strategies": listed(asked.strategies), "symbols": listed(asked.symbols)}


def rounded(table: Table) -> Table:
    """The table with figures of so many decimals as one reads."""
    return Table(columns=table.columns, rows=tuple(tuple(map(_rounded, row)) for row in table.rows))


def rounded_all(figures: Mapping[str, float | None]) -> dict[str, float | None]:
    """Figures by name, alike."""
    return {name: None if value is None else round(value, DECIMALS) for name, value in figures.items()}


def column(table: Table, name: str) -> tuple[Cell, ...]:
    """The cells under this name."""
    place = table.columns.index(name)
    return tuple(row[place] for row in table.rows)


def only(table: Table, *names: str) -> Table:
    """The columns of these names."""
    places = [table.columns.index(name) for name in names]
    return Table(columns=names, rows=tuple(tuple(row[place] for place in places) for row in table.rows))


def count(cells: tuple[Cell, ...], fails: Callable[[float], bool]) -> int:
    """How many figures fail; what isn't defined shows nothing, so it does."""
    return sum(not isinstance(cell, int | float) or fails(cell) for cell in cells)


async def nothing(_app: AppContext, _known: Known) -> tuple[str, ...]:
    """Nothing: there are too many symbols to offer, and a market is read for none of them alone."""
    return ()


COMPLETES: Final[Mapping[str, Completer]] = {"strategies": strategy_names, "symbols": nothing}


def _rounded(cell: Cell) -> Cell:
    return round(cell, DECIMALS) if isinstance(cell, float) else cell
