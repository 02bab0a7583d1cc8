"""Whole steps that sum to a whole, by largest remainder. Section 6 of `docs/framework-maths.md`."""

from collections.abc import Sequence
from fractions import Fraction


def apportioned(quotas: Sequence[Fraction], whole: int) -> list[int]:
    """Each quota rounded down, and the steps that are then left over to the largest remainders, the first of equals.

    Args:
        quotas: 0 or more; they sum to `whole`, or to less than one step per quota below it.
        whole: what the steps sum to.
    """
    steps = [quota // 1 for quota in quotas]
    order = sorted(range(len(quotas)), key=lambda at: (steps[at] - quotas[at], at))
    for at in order[: whole - sum(steps)]:
        steps[at] += 1
    return steps


def scaled(parts: Sequence[int], whole: int) -> list[int]:
    """Whole parts, 0 or more and not all 0, in proportion scaled to sum to `whole`."""
    total = sum(parts)
    return apportioned([Fraction(part * whole, total) for part in parts], whole)
