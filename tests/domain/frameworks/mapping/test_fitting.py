"""Rules that are met more or less make a fit, and places a share."""

import numpy as np

from trimtab.domain.frameworks.mapping.fitting import fit_of, scores_of, share_of
from trimtab.domain.frameworks.mapping.steps import Step

KEPT = np.ones(2, dtype=np.bool_)
HALF = Step("regions", KEPT, fit=np.array([0.5, 1.0]), share=np.array([0.5, 1.0]))
TAGS = Step("include_tags", KEPT, fit=np.array([1.0, 0.5]))
ROWS = np.array([0, 1])


def test_the_fit_is_the_mean_of_the_rules_that_are_met_more_or_less_and_shares_are_multiplied() -> None:
    assert fit_of([HALF, TAGS, Step("priced", KEPT)], ROWS).tolist() == [0.75, 0.75]
    assert fit_of([Step("priced", KEPT)], ROWS).tolist() == [1.0, 1.0]
    assert share_of([HALF, TAGS, HALF], ROWS).tolist() == [0.25, 1.0]
    assert scores_of(np.array([0.7]), np.array([1 / 3])).tolist() == [0.766666667]
