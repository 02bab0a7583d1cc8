"""Why a leaf is short of products, rule by rule. Section 3 of `docs/framework-mapping.md`."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from trimtab.domain.frameworks.mapping.mapped import Gap
from trimtab.domain.frameworks.mapping.meeting import PATH
from trimtab.domain.frameworks.mapping.steps import Step
from trimtab.domain.frameworks.mapping.vocabulary import unknown_words

PRODUCTS: Final = "products"


def gaps_of(steps: Sequence[Step], *, size: int, wanted: int) -> Iterator[Gap]:
    """What each rule took of `size` products, in the order of the rules, as far as it took any."""
    if size < wanted:
        yield Gap(PRODUCTS, size, 0, f"{_counted(size)} in all, {wanted} wanted")
    kept = np.ones(size, dtype=np.bool_)
    for step in steps:
        before = int(kept.sum())
        kept &= step.kept
        lost = before - int(kept.sum())
        if lost:
            yield Gap(step.rule, before, lost, f"{_counted(before)}, {lost} lost to {step.rule}{_mend(step)}")


def _mend(step: Step) -> str:
    """How the rule would take less, where that can be said."""
    if step.rule == PATH:
        return "; rules would say better what it takes"
    unknown = unknown_words(step.rule, step.names, known=step.known)
    return f": {unknown}" if unknown else ""


def _counted(number: int) -> str:
    return f"{number} candidate{'s' if number != 1 else ''}"
