"""Which products fill the leaves. Section 6 of `docs/framework-maths.md`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from trimtab.domain.errors import InvalidInput, Problem
from trimtab.domain.frameworks.findings import ONE, ZERO, meant_in_percent, shown
from trimtab.domain.frameworks.mapping import LeafMapping, Mapped
from trimtab.domain.frameworks.methods import Weighting
from trimtab.domain.frameworks.portfolio.result import PLACES, Override
from trimtab.domain.outside_text import clean

_SCORE_STEPS = 10**9
"""Scores have as many places, and are shared by in whole numbers."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A product that a leaf is to be filled with.

    Attributes:
        leaf: its place among the leaves.
        row: in the products of the universe.
        code: the product's.
        score: in this leaf.
        share: of what the leaf has beside locked weights; 0 for a locked one.
        locked: the weight that it has whatever the leaf has.
    """

    leaf: int
    row: int
    code: str
    score: float
    share: Fraction
    locked: Decimal | None = None


def chosen(
    mapped: Mapped, *, per_bucket: int, weighting: Weighting, overrides: Sequence[Override]
) -> tuple[Choice, ...]:
    """The best products of each leaf, or those that overrides name for it, leaf by leaf; none for a leaf without any.

    A leaf with a target of 0, or held as cash, has products by override alone.

    Raises:
        InvalidInput: overrides that can't be: every problem.
    """
    rows = {code: row for row, code in enumerate(mapped.universe.products.code)}
    places = {leaf.path.casefold(): place for place, leaf in enumerate(mapped.leaves)}
    problems = tuple(_problems(overrides, leaves=[leaf.path for leaf in mapped.leaves], rows=rows))
    if problems:
        raise InvalidInput("The overrides can't be made.", problems=problems)
    found: list[Choice] = []
    for place, leaf in enumerate(mapped.leaves):
        own = [override for override in overrides if places[override.path.casefold()] == place]
        if own:
            found.extend(_overridden(own, place, leaf=leaf, rows=rows))
        elif leaf.target_weight > 0:
            found.extend(_best(leaf, place, per_bucket=per_bucket, weighting=weighting))
    return tuple(found)


def _best(leaf: LeafMapping, place: int, *, per_bucket: int, weighting: Weighting) -> Iterator[Choice]:
    best = leaf.products[:per_bucket]
    parts = [round(each.score * _SCORE_STEPS) for each in best]
    if weighting == "equal" or not any(parts):
        parts = [1] * len(best)
    for each, part in zip(best, parts, strict=True):
        yield Choice(place, each.row, each.code, each.score, Fraction(part, sum(parts)))


def _overridden(
    overrides: Sequence[Override], place: int, *, leaf: LeafMapping, rows: Mapping[str, int]
) -> Iterator[Choice]:
    scores = {each.code: each.score for each in leaf.products}
    free = sum(override.weight is None for override in overrides)
    for override in overrides:
        share = Fraction(1, free) if override.weight is None else Fraction(0)
        locked = None if override.weight is None else round(override.weight, PLACES)
        yield Choice(place, rows[override.code], override.code, scores.get(override.code, 0.0), share, locked)


def _problems(overrides: Sequence[Override], *, leaves: Sequence[str], rows: Mapping[str, int]) -> Iterator[Problem]:
    known = {leaf.casefold() for leaf in leaves}
    seen: set[tuple[str, str]] = set()
    for number, override in enumerate(overrides):
        at, path, code = f"overrides[{number}]", override.path.casefold(), override.code
        if path not in known:
            said = f"{clean(override.path)} is no bucket that products go to: name one without buckets below it"
            yield Problem(f"{at}.path", f"{said}, such as {clean(_near(path, leaves))}.")
        if code not in rows:
            yield Problem(f"{at}.code", f"There is no product {clean(code)}: name one of the list of products.")
        if (path, code) in seen:
            yield Problem(at, f"{clean(code)} stands twice for {clean(override.path)}: keep one of the two.")
        seen.add((path, code))
        if override.weight is not None and not ZERO <= override.weight <= ONE:
            said = (
                f"weight is {shown(override.weight)}: give a fraction from 0 to 1{meant_in_percent(override.weight)}."
            )
            yield Problem(f"{at}.weight", said)


def _near(path: str, leaves: Sequence[str]) -> str:
    """A leaf that begins like the path, else the first one."""
    return next((leaf for leaf in leaves if leaf.casefold().startswith(path)), next(iter(leaves), "none"))
