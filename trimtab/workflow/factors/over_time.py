"""How correlations changed over the window: rolling summaries, and matrices of months that had something in common."""

from dataclasses import replace
from itertools import combinations
from typing import Final

import numpy as np

from trimtab.domain.columns import BoolColumn, FloatColumn
from trimtab.domain.factors.composites import Columns
from trimtab.domain.factors.correlation import common_matrix, common_months
from trimtab.domain.factors.eligibility import Exclusion
from trimtab.domain.factors.regimes import rate_regimes, volatility_regimes
from trimtab.domain.factors.rolling import rolling_summaries
from trimtab.workflow.factors.options import CorrelationOptions
from trimtab.workflow.factors.sections import Computed, NotPossible, macro_columns
from trimtab.workflow.factors.tables import matrix_result, number, table
from trimtab.workflow.factors.view import View
from trimtab.workflow.ports.factor_results import Matrix
from trimtab.workflow.ports.results import Cell

RATE: Final = "UST10Y"
"""The maturity whose changes say whether rates rise."""
_COLUMNS: Final = ("label", "other", "window_months", "mean", "min", "max", "last", "trend_per_year", "n_windows")


def rolling(view: View, options: CorrelationOptions) -> Computed:
    """Rolling correlations of the macro composites, with one another and with the 10-year yield's changes."""
    columns = macro_columns(view, options)
    pairs, left, right = _pairs(view, columns)
    windows = [months for months in options.rolling_windows if months <= view.window.months]
    if not pairs or not windows:
        raise NotPossible(
            "fewer than two macro composites, and no 10-year yield, have enough data in this window"
            if windows
            else f"every rolling window is longer than the {view.window.months} months looked at"
        )
    found = rolling_summaries(left, right, windows=windows)
    figures = (found.mean, found.least, found.most, found.last, found.trend_per_year)
    rows: list[tuple[Cell, ...]] = [
        (*names, months, *(number(figure[pair, place]) for figure in figures), int(found.n_windows[pair, place]))
        for pair, names in enumerate(pairs)
        for place, months in enumerate(windows)
    ]
    too_long = [months for months in options.rolling_windows if months not in windows]
    notes = tuple(
        f"rolling: a window of {months} months is longer than the {view.window.months} looked at."
        for months in too_long
    )
    return Computed(table(_COLUMNS, rows), notes=notes)


def regimes(view: View, options: CorrelationOptions, *, least_months: int) -> Computed:
    """The macro composites' matrix in the months of each regime that has enough of them."""
    masks, missing = _regimes(view, options)
    columns = macro_columns(view, options)
    found: dict[str, Matrix] = {}
    exclusions: list[Exclusion] = []
    for name, mask in masks.items():
        matrix, left_out = _matrix_of(columns, mask, least=least_months)
        if isinstance(matrix, str):
            missing.append(f"{name}: {matrix}")
        else:
            found[name] = matrix
            exclusions += [replace(each, detail=f"{name}: {each.detail}") for each in left_out]
    if not found:
        raise NotPossible("; ".join(missing))
    return Computed(found, tuple(exclusions), notes=tuple(f"regimes: {each}." for each in missing))


def _pairs(view: View, columns: Columns) -> tuple[list[tuple[str, str]], FloatColumn, FloatColumn]:
    """The names of both sides of every pair, and their returns, a column for each pair."""
    count = len(columns.labels)
    places = list(combinations(range(count), 2))
    names = [(columns.labels[one], columns.labels[other]) for one, other in places]
    left = [columns.values[:, one] for one, _ in places]
    right = [columns.values[:, other] for _, other in places]
    changes = _changes(view)
    if changes is not None:
        names += [(label, RATE) for label in columns.labels]
        left += [columns.values[:, place] for place in range(count)]
        right += [changes] * count
    empty = np.empty((view.window.months, 0))
    return names, np.column_stack([empty, *left]), np.column_stack([empty, *right])


def _changes(view: View) -> FloatColumn | None:
    if RATE not in view.panel.maturities:
        return None
    return view.panel.yield_changes[:, view.panel.maturities.index(RATE)]


def _regimes(view: View, options: CorrelationOptions) -> tuple[dict[str, BoolColumn], list[str]]:
    """The months of each regime, and which can't be told, with the reason.

    A benchmark's volatility has its months before the window, too.
    """
    masks: dict[str, BoolColumn] = {}
    missing: list[str] = []
    changes = _changes(view)
    if options.regime != "volatility":
        if changes is None:
            missing.append("the market data has no 10-year yield")
        else:
            masks |= rate_regimes(changes)
    if options.regime != "rates":
        benchmark = options.benchmarks[0]
        if view.column(benchmark) is None:
            missing.append(view.why_unusable(benchmark))
        else:
            whole = view.material.panel
            history = whole.returns[:, whole.tickers.index(benchmark)]
            first = view.window.first - int(whole.months[0])
            masks |= volatility_regimes(history, rows=slice(first, first + view.window.months))
    return masks, missing


def _matrix_of(columns: Columns, mask: BoolColumn, *, least: int) -> tuple[Matrix | str, tuple[Exclusion, ...]]:
    """The matrix, or why there is none; and what doesn't move in these months."""
    values = columns.values[mask]
    common = int(common_months(values).sum()) if len(columns.labels) else 0
    if common < least:
        return f"{common} common months, and {least} are needed", ()
    matrix, left_out = common_matrix(columns.labels, values, min_observations=least)
    return ("nothing moves in it" if matrix is None else matrix_result(matrix)), left_out
