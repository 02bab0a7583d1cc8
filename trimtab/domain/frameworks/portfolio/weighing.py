"""Weights of the portfolio that sum to exactly 1. Section 6 of `docs/framework-maths.md`."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from trimtab.domain.errors import InvalidInput
from trimtab.domain.frameworks.apportioning import apportioned
from trimtab.domain.frameworks.findings import shown
from trimtab.domain.frameworks.mapping import LeafMapping
from trimtab.domain.frameworks.portfolio.choosing import Choice
from trimtab.domain.frameworks.portfolio.result import PLACES, STEPS


@dataclass(frozen=True, slots=True)
class Weights:
    """Of the choices, of cash, and of leaves without a product; all of 6 places, and together exactly 1."""

    of_choices: tuple[Decimal, ...]
    cash: Decimal
    unplaced: Decimal


def weighed(leaves: Sequence[LeafMapping], choices: Sequence[Choice], *, kept_cash: Decimal) -> Weights:
    """The weights; what is locked is as it is, cash and what can't be placed too, and the others share the rest.

    Args:
        leaves: all of the framework, in order.
        choices: the products that they are filled with.
        kept_cash: fraction that is kept as cash beside the leaves, 0 to 1.

    Raises:
        InvalidInput: no leaf has a target, locked weights are more than there is room for, or nothing takes the rest.
    """
    total = sum(Fraction(leaf.target_weight) for leaf in leaves)
    if not total:
        raise InvalidInput("No bucket has a target weight: give some a weight above 0.", field="framework")
    scale = (1 - Fraction(kept_cash)) / total
    filled = {choice.leaf for choice in choices}
    empty = [leaf for place, leaf in enumerate(leaves) if place not in filled]
    cash = _steps(Fraction(kept_cash) + scale * sum(Fraction(leaf.target_weight) for leaf in empty if leaf.cash))
    unplaced = _steps(scale * sum(Fraction(leaf.target_weight) for leaf in empty if not leaf.cash))
    locked = [_steps(Fraction(choice.locked or 0)) for choice in choices]
    free = _apportioned(leaves, choices, rest=STEPS - cash - unplaced - sum(locked))
    return Weights(
        tuple(_weight(given + part) for given, part in zip(locked, free, strict=True)), _weight(cash), _weight(unplaced)
    )


def _apportioned(leaves: Sequence[LeafMapping], choices: Sequence[Choice], *, rest: int) -> list[int]:
    """Steps of each choice that isn't locked, by what its leaf has left beside locked ones; 0 for those that are."""
    locked: defaultdict[int, Fraction] = defaultdict(Fraction)
    for choice in choices:
        locked[choice.leaf] += Fraction(choice.locked or 0)
    left = [max(Fraction(leaf.target_weight) - locked[place], Fraction(0)) for place, leaf in enumerate(leaves)]
    sharing = {choice.leaf for choice in choices if choice.share}
    total = sum(left[place] for place in sharing)
    if rest < 0:
        said = f"Locked weights are {shown(_weight(-rest))} more than cash and empty buckets leave room for"
        raise InvalidInput(f"{said}: lower some of them by that.", field="overrides")
    if rest and not total:
        said = f"Locked weights leave {shown(_weight(rest))} that no other product takes"
        raise InvalidInput(f"{said}: raise some of them by that, or lock one less.", field="overrides")
    if not rest:
        return [0] * len(choices)
    return apportioned([choice.share * left[choice.leaf] * rest / total for choice in choices], rest)


def _steps(weight: Fraction) -> int:
    return round(weight * STEPS)


def _weight(steps: int) -> Decimal:
    return Decimal(steps).scaleb(-PLACES)
