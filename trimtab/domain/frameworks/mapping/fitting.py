"""How exactly products meet a leaf's rules, and what they score there. Section 2 of `docs/framework-mapping.md`."""

from collections.abc import Sequence

import numpy as np

from trimtab.domain.columns import FloatColumn, IntColumn
from trimtab.domain.frameworks.mapping.scoring import PLACES, WEIGHTS
from trimtab.domain.frameworks.mapping.steps import Step


def fit_of(steps: Sequence[Step], rows: IntColumn) -> FloatColumn:
    """How exactly the products in these rows meet the rules: the mean over those that can be met more or less."""
    fits = [step.fit[rows] for step in steps if step.fit is not None]
    return np.mean(fits, axis=0) if fits else np.ones(len(rows))


def share_of(steps: Sequence[Step], rows: IntColumn) -> FloatColumn:
    """The fraction of the products in these rows that lies where the rules are about."""
    share = np.ones(len(rows))
    for step in steps:
        if step.share is not None:
            share *= step.share[rows]
    return share


def scores_of(without_fit: FloatColumn, fit: FloatColumn) -> FloatColumn:
    """Scores in a leaf, of what products score by themselves and how they fit."""
    score: FloatColumn = np.round(without_fit + WEIGHTS.fit * fit, PLACES)
    return score
