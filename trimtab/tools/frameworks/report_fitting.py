"""Tables of an allocation report as long as a reply can hold: they share its room, so that none is cut to nothing."""

from typing import Final

from trimtab.tools.payload import dump
from trimtab.tools.section_rows import most_rows
from trimtab.workflow.ports.framework_results import AllocationReport
from trimtab.workflow.ports.results import Table

_TABLES: Final = ("buckets", "heatmap", "holdings", "trades")


def fitting_report(answer: AllocationReport) -> AllocationReport:
    """The answer with as many of the first rows of each table as a reply holds; a note says how many there are."""
    tables: dict[str, Table] = {name: getattr(answer, name) for name in _TABLES}
    empty = {name: Table(columns=table.columns, rows=()) for name, table in tables.items()}
    most = most_rows(tables.values(), beside=dump(answer.model_copy(update=empty)))
    if most is None:
        return answer
    fewer = {name: Table(columns=table.columns, rows=table.rows[:most]) for name, table in tables.items()}
    counts = ", ".join(f"{name} {len(table.rows)}" for name, table in tables.items())
    note = f"Tables show their first {most} rows, because a reply holds no more; there are: {counts}."
    basis = answer.basis.model_copy(update={"notes": (*answer.basis.notes, note)})
    return answer.model_copy(update={**fewer, "basis": basis})
