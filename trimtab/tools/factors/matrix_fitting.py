"""Matrices as large as a reply can hold: one that was cut by rows would be no matrix, so labels are left out."""

from bisect import bisect_left
from typing import Final

from trimtab.tools.factors.shaping import matrices_of, shown_correlations, with_at_most
from trimtab.tools.fitting import MOST_TOKENS, cost, is_short
from trimtab.tools.payload import Payload, as_json, as_text, dump
from trimtab.workflow.ports.factor_requests import ComputeCorrelations
from trimtab.workflow.ports.factor_results import Correlations

PLAIN_FIELD: Final = "text"
_MOST_OF_TABLES: Final = 0.4
"""The share of a reply that is kept for tables, which can be cut, where they need it; the rest is the matrices'."""
_CLOSER: Final = 0.97
_MOST_LABELS: Final = 90
"""No larger matrix fits: a cell takes at least two tokens."""


def fitting_correlations(answer: Correlations, asked: ComputeCorrelations) -> Correlations:
    """The answer as it is shown, its matrices trimmed to as many labels as fit into a reply, which a note then says."""
    shown = shown_correlations(answer, asked)
    largest = max((len(matrix.labels) for matrix in matrices_of(shown)), default=0)
    if largest <= _MOST_LABELS and _fits(shown):
        return shown
    fewer = range(min(largest, _MOST_LABELS + 1) - 1, 0, -1) or range(1, 0, -1)
    place = bisect_left(fewer, True, key=lambda most: _fits(_shown_with(answer, asked, most=most)))
    most = fewer[min(place, len(fewer) - 1)]
    return _noted(_shown_with(answer, asked, most=most), most)


def _shown_with(answer: Correlations, asked: ComputeCorrelations, *, most: int) -> Correlations:
    return shown_correlations(with_at_most(answer, most), asked)


def _fits(shown: Correlations) -> bool:
    """Whether the matrices leave enough room for what stands beside them."""
    whole = dump(shown, plain_field=PLAIN_FIELD)
    if is_short(whole, as_text(whole, PLAIN_FIELD)):
        return True
    matrices = _tokens(_alone(shown))
    beside = min(_tokens(whole) - matrices, MOST_TOKENS * _MOST_OF_TABLES)
    return matrices + beside <= MOST_TOKENS * _CLOSER


def _alone(shown: Correlations) -> Payload:
    """The matrices, without what of them can be cut."""
    parts = (matrix.model_copy(update={"strong_pairs": None}) for matrix in matrices_of(shown))
    return {str(number): dump(part, plain_field=PLAIN_FIELD) for number, part in enumerate(parts)}


def _tokens(payload: Payload) -> float:
    return max(cost(as_json(payload)), cost(as_text(payload, PLAIN_FIELD)))


def _noted(shown: Correlations, most: int) -> Correlations:
    note = (
        f"Matrices show at most {most} labels each, those with the largest mean |correlation|, because a reply holds "
        "no more; total is how many there are. Ask for single sections, fewer categories or a factor_universe to "
        "see others."
    )
    quality = shown.data_quality
    return shown.model_copy(update={"data_quality": quality.model_copy(update={"notes": (*quality.notes, note)})})
