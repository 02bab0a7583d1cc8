"""Which products fill the leaves. Section 6 of `docs/framework-maths.md`."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from trimtab.domain.errors import InvalidInput, Problem
from trimtab.domain.frameworks.findings import ONE, ZERO, meant_in_percent, shown
from trimtab.domain.frameworks.mapping import LeafMapping, Mapped, judged
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
        score: in this leaf; NaN where it doesn't meet its rules.
        share: of what the leaf has beside locked weights; 0 for a locked one.
        locked: the weight that it has whatever the leaf has.
        broken: the leaf's rules that it doesn't meet.
    """

    leaf: int
    row: int
    code: str
    score: float
    share: Fraction
    locked: Decimal | None = None
    broken: tuple[str, ...] = ()


def chosen(
    mapped: Mapped, *, per_bucket: int, weighting: Weighting, overrides: Sequence[Override]
) -> tuple[Choice, ...]:
    """The best products of each leaf, or those that overrides name for it, leaf by leaf; none for a leaf without any.

    A leaf with a target of 0 has products by override alone, and one that is held as cash has none.

    Raises:
        InvalidInput: overrides that can't be: every problem.
    """
    rows = {code: row for row, code in enumerate(mapped.universe.products.code)}
    problems = tuple(_problems(overrides, leaves=mapped.leaves, rows=rows))
    if problems:
        raise InvalidInput("The overrides can't be made.", problems=problems)
    named = _overridden(mapped, overrides, rows=rows)
    found: list[Choice] = []
    for place, leaf in enumerate(mapped.leaves):
        if place in named:
            found.extend(named[place])
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
    mapped: Mapped, overrides: Sequence[Override], *, rows: Mapping[str, int]
) -> Mapping[int, Sequence[Choice]]:
    """The products that overrides name, by the place of their leaf."""
    places = {leaf.path.casefold(): place for place, leaf in enumerate(mapped.leaves)}
    place_of = [places[override.path.casefold()] for override in overrides]
    free = Counter(place for place, override in zip(place_of, overrides, strict=True) if override.weight is None)
    named = [(place, rows[override.code]) for place, override in zip(place_of, overrides, strict=True)]
    found: dict[int, list[Choice]] = {}
    for (place, row), override, said in zip(named, overrides, judged(mapped, named), strict=True):
        share = Fraction(1, free[place]) if override.weight is None else Fraction(0)
        locked = None if override.weight is None else round(override.weight, PLACES)
        found.setdefault(place, []).append(Choice(place, row, override.code, said.score, share, locked, said.broken))
    return found


def _problems(
    overrides: Sequence[Override], *, leaves: Sequence[LeafMapping], rows: Mapping[str, int]
) -> Iterator[Problem]:
    known = {leaf.path.casefold(): leaf.cash for leaf in leaves}
    seen: set[tuple[str, str]] = set()
    for number, override in enumerate(overrides):
        at, path, code = f"overrides[{number}]", override.path.casefold(), override.code
        if path not in known:
            said = f"{clean(override.path)} is no bucket that products go to: name one without buckets below it"
            yield Problem(f"{at}.path", f"{said}, such as {clean(_near(path, leaves))}.")
        elif known[path]:
            said = f"{clean(override.path)} is held as cash, and takes no product"
            yield Problem(f"{at}.path", f"{said}: name another bucket, or leave this out.")
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


def _near(path: str, leaves: Sequence[LeafMapping]) -> str:
    """A leaf for products that begins like the path, else the first one."""
    paths = [leaf.path for leaf in leaves if not leaf.cash]
    return next((each for each in paths if each.casefold().startswith(path)), next(iter(paths), "none"))
