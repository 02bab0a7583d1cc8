"""Sections of a framework's backtest as long as a reply can hold."""

from collections.abc import Mapping
from typing import Final

from trimtab.tools.payload import dump
from trimtab.tools.section_rows import most_rows, newest, spread
from trimtab.workflow.ports.framework_results import FrameworkBacktest
from trimtab.workflow.ports.results import Table

_SECTIONS: Final = ("equity", "trades", "contributions")
_SHOWN: Final = ("section", "shown", "total")


def fitting_backtest(answer: FrameworkBacktest) -> FrameworkBacktest:
    """The answer with as many rows of each section as a reply holds: of trades the last, of days evenly spread ones,
    of contributions the first. `shown` counts them."""
    tables = {name: table for name in _SECTIONS if (table := getattr(answer, name)) is not None}
    most = most_rows(tables.values(), beside=dump(answer.model_copy(update=dict.fromkeys(_SECTIONS))))
    if most is None:
        return answer
    fewer = {name: _fewer(name, table, most=most) for name, table in tables.items()}
    note = f"Sections show at most {most} rows each, because a reply holds no more; shown says how many there are."
    basis = answer.basis.model_copy(update={"notes": (*answer.basis.notes, note)})
    return answer.model_copy(update={**fewer, "shown": _shown(answer, fewer), "basis": basis})


def _fewer(name: str, table: Table, *, most: int) -> Table:
    if name == "contributions":
        return Table(columns=table.columns, rows=table.rows[:most])
    return newest(table, most) if name == "trades" else spread(table, most)


def _shown(answer: FrameworkBacktest, fewer: Mapping[str, Table]) -> Table:
    """A row per section; totals are the desk's, which may have left out rows itself."""
    said = () if answer.shown is None else answer.shown.rows
    totals = {str(row[0]): row[-1] for row in said}
    rows = tuple(
        (name, len(table.rows), totals.get(name, len(getattr(answer, name).rows))) for name, table in fewer.items()
    )
    return Table(columns=_SHOWN, rows=rows)
