"""What of an answer is shown, and how: trimmed matrices, values or text. What was computed stays as it is."""

from collections.abc import Callable
from typing import Final

from trimtab.formatters.factors import (
    figures_table,
    figures_toon,
    matrix_table,
    matrix_toon,
    only,
    strongest,
)
from trimtab.workflow.ports.factor_requests import ComputeCorrelations, ComputePerformance, Format, RecommendOffsets
from trimtab.workflow.ports.factor_results import Correlations, Macro, MacroEtf, Matrix, Offsets, Performance
from trimtab.workflow.ports.results import Table

Change = Callable[[Matrix], Matrix]
_AS_TEXT: Final[tuple[Format, ...]] = ("table", "both", "toon")
_WITH_VALUES: Final[tuple[Format, ...]] = ("json", "both")
_RANKED: Final = (
    "ticker", "category", "correlation", "t_stat", "n_months", "distinguishable", "verdict", "volatility_change",
    "beta_change", "max_drawdown_change",
)  # fmt: skip


def shown_correlations(answer: Correlations, asked: ComputeCorrelations) -> Correlations:
    """The answer in the format that was asked for, each matrix with at most `top_n_per_matrix` labels."""
    trimmed = with_at_most(answer, asked.top_n_per_matrix)
    return _changed(trimmed, lambda matrix: _formatted(matrix, asked.format))


def with_at_most(answer: Correlations, labels: int | None) -> Correlations:
    """The answer with matrices of at most so many labels: those that move most with the others."""
    return answer if labels is None else _changed(answer, lambda matrix: _trimmed(matrix, labels))


def shown_performance(answer: Performance, asked: ComputePerformance) -> Performance:
    """The answer in the format that was asked for: its tables, or one text of them."""
    changes: dict[str, object] = {}
    if asked.format in _AS_TEXT:
        changes["text"] = _tables_as_text(_tables(answer), asked.format)
    if asked.format not in _WITH_VALUES:
        changes |= {"profiles": None, "composites": None}
    return answer.model_copy(update=changes)


def shown_offsets(answer: Offsets, asked: RecommendOffsets) -> Offsets:
    """The answer with its ranking as text, where that was asked for; the recommendations are there in any case."""
    if asked.format not in _AS_TEXT:
        return answer
    rows = tuple(tuple(getattr(each, name) for name in _RANKED) for each in answer.recommendations)
    text = _tables_as_text({"recommendations": Table(columns=_RANKED, rows=rows)}, asked.format)
    return answer.model_copy(update={"text": text})


def matrices_of(answer: Correlations) -> tuple[Matrix, ...]:
    """Every matrix of the answer."""
    found: list[Matrix] = []

    def seen(matrix: Matrix) -> Matrix:
        found.append(matrix)
        return matrix

    _changed(answer, seen)
    return tuple(found)


def _changed(answer: Correlations, change: Change) -> Correlations:
    """The answer with every matrix changed."""
    return answer.model_copy(
        update={
            "matrices": _all_changed(answer.matrices, change),
            "macro": None if answer.macro is None else _macro(answer.macro, change),
            "regimes": _all_changed(answer.regimes, change),
        }
    )


def _all_changed(matrices: dict[str, Matrix] | None, change: Change) -> dict[str, Matrix] | None:
    return None if matrices is None else {name: change(matrix) for name, matrix in matrices.items()}


def _macro(macro: Macro, change: Change) -> Macro:
    composite, etf = macro.composite, macro.etf
    return Macro(
        composite=None if composite is None else change(composite),
        etf=None if etf is None else MacroEtf(matrix=change(etf.matrix), groups=etf.groups, fallback=etf.fallback),
    )


def _trimmed(matrix: Matrix, most: int) -> Matrix:
    if matrix.values is None or len(matrix.labels) <= most:
        return matrix
    places = strongest(matrix.values, most)
    labels = tuple(matrix.labels[place] for place in places)
    total = matrix.total or len(matrix.labels)
    return matrix.model_copy(update={"labels": labels, "values": only(matrix.values, places), "total": total})


def _formatted(matrix: Matrix, wanted: Format) -> Matrix:
    if matrix.values is None or wanted == "json":
        return matrix
    as_text = matrix_toon if wanted == "toon" else matrix_table
    values = matrix.values if wanted in _WITH_VALUES else None
    return matrix.model_copy(update={"text": as_text(matrix.labels, matrix.values), "values": values})


def _tables(answer: Performance) -> dict[str, Table]:
    profiles = {} if answer.profiles is None else {"profiles": answer.profiles}
    return profiles | {f"composites.{name}": table for name, table in (answer.composites or {}).items()}


def _tables_as_text(tables: dict[str, Table], wanted: Format) -> str:
    if wanted == "toon":
        return figures_toon({name: (table.columns, table.rows) for name, table in tables.items()})
    return "\n\n".join(f"{name}\n{_as_table(table)}" for name, table in tables.items())


def _as_table(table: Table) -> str:
    """The longest texts last, so that figures stand near their names."""
    order = sorted(range(len(table.columns)), key=lambda place: table.columns[place] == "members")
    rows = [[row[place] for place in order] for row in table.rows]
    return figures_table([table.columns[place] for place in order], rows)
