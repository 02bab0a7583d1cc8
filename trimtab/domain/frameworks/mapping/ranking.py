"""The best of many, and equal ones always in the same order."""

import numpy as np

from trimtab.domain.columns import FloatColumn, IntColumn


def best(score: FloatColumn, *, most: int) -> IntColumn:
    """Positions of the highest scores, the highest first; of equal ones those that stand first.

    Args:
        score: N.
        most: how many, at least 1.
    """
    taken: IntColumn = np.arange(len(score))
    if len(score) > most:
        edge = np.partition(score, -most)[-most]
        above = np.flatnonzero(score > edge)
        level = np.flatnonzero(score == edge)[: most - len(above)]
        taken = np.sort(np.concatenate([above, level]))
    return taken[np.argsort(-score[taken], kind="stable")]
