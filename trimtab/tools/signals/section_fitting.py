"""Sections of a backtest as long as a reply can hold: each gives up rows, so that none pushes another out."""

from collections.abc import Mapping
from typing import Final

from trimtab.tools.payload import dump
from trimtab.tools.section_rows import most_rows, newest, spread
from trimtab.workflow.ports.results import Table
from trimtab.workflow.ports.signal_results import Backtested, Scatter, Shown

_FIELDS: Final[Mapping[str, str]] = {
    "equity": "equity", "weights": "weights", "trades": "trades", "contributions": "contributions_over_time",
    "scatter": "scatter", "confidence": "confidence",
}  # fmt: skip
"""Where each section that has days stands; a histogram is never long."""
_NEWEST: Final = frozenset({"weights", "trades"})
"""Rows of these belong together, so the last ones are shown; of the others evenly spread ones: as the desk does."""
_WHOLE_DAYS: Final = frozenset({"weights"})
"""Rows of one day of these are a whole, of which a part would look like all that is held."""


def fitting_backtest(answer: Backtested) -> Backtested:
    """The answer with as many rows of each section as a reply holds; `shown` counts them."""
    tables = _tables(answer)
    most = most_rows(tables.values(), beside=dump(answer.model_copy(update=dict.fromkeys(_FIELDS.values()))))
    if most is None:
        return answer
    fewer = {section: _with_at_most(table, most, section=section) for section, table in tables.items()}
    return _noted(_with(answer, fewer), most)


def _tables(answer: Backtested) -> dict[str, Table]:
    found = {section: getattr(answer, field) for section, field in _FIELDS.items()}
    return {
        section: value.points if isinstance(value, Scatter) else value
        for section, value in found.items()
        if value is not None
    }


def _with_at_most(table: Table, most: int, *, section: str) -> Table:
    count = len(table.rows)
    if count <= most or section not in _NEWEST:
        return spread(table, most)
    return newest(table, count - _day_begins(table, count - most, section=section))


def _day_begins(table: Table, first: int, *, section: str) -> int:
    """The place from here on where a day begins, where its rows are a whole; here, where the last day begins before."""
    if section not in _WHOLE_DAYS:
        return first
    place = table.columns.index("day")
    days = [row[place] for row in table.rows[first - 1 :]]
    return next((first + past for past in range(len(days) - 1) if days[past] != days[past + 1]), first)


def _with(answer: Backtested, tables: Mapping[str, Table]) -> Backtested:
    totals = {each.section: each.total for each in answer.shown}
    before = _tables(answer)
    changes: dict[str, object] = {_FIELDS[section]: table for section, table in tables.items()}
    if answer.scatter is not None:
        changes["scatter"] = answer.scatter.model_copy(update={"points": tables["scatter"]})
    counted = {
        section: Shown(section=section, shown=len(table.rows), total=totals.get(section, len(before[section].rows)))
        for section, table in tables.items()
    }
    others = tuple(each for each in answer.shown if each.section not in counted)
    return answer.model_copy(update={**changes, "shown": (*others, *counted.values())})


def _noted(answer: Backtested, most: int) -> Backtested:
    note = (
        f"Sections show at most {most} rows each, the last weights and trades, of others evenly spread ones, because a "
        "reply holds no more; shown says how many there are. Ask for one section, or a shorter range, to see more."
    )
    basis = answer.basis
    return answer.model_copy(update={"basis": basis.model_copy(update={"notes": (*basis.notes, note)})})
