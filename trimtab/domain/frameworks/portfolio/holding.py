"""What a portfolio holds of issuers, sectors and asset classes. Section 6 of `docs/framework-maths.md`."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import numpy as np

from trimtab.domain.columns import TextColumn
from trimtab.domain.frameworks.findings import ZERO
from trimtab.domain.frameworks.framework import Dimension
from trimtab.domain.frameworks.portfolio.result import Position
from trimtab.domain.frameworks.products import LookThrough

BROAD: Final = frozenset({"", "diversified", "multi-asset", "mixed"})
"""What says of a fund that it is in no single sector or asset class, in small letters."""


@dataclass(frozen=True, slots=True)
class Held:
    """What is held of one issuer, sector or other: its name, its weight, and the codes of the products it is in."""

    name: str
    weight: Decimal
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """What is held of each, the first met first; `unknown` are codes of products of which it can't be said."""

    held: tuple[Held, ...]
    unknown: tuple[str, ...]


def by_field(positions: Sequence[Position], field: TextColumn) -> Spread:
    """Weights by a column of the products, each product wholly by its own."""
    return _spread(
        (position, [(field[position.row], Decimal(1))] if field[position.row] else []) for position in positions
    )


def looked_through(
    positions: Sequence[Position], field: TextColumn, *, dimension: Dimension, look_through: LookThrough
) -> Spread:
    """The same, but what is broad by its own field counts by what it holds, as far as that is known."""
    return _spread(
        (position, [*_parts(position.row, field[position.row], dimension=dimension, look_through=look_through)])
        for position in positions
    )


def _parts(row: int, own: str, *, dimension: Dimension, look_through: LookThrough) -> Iterator[tuple[str, Decimal]]:
    if own.casefold() not in BROAD:
        yield own, Decimal(1)
        return
    start, end = np.searchsorted(look_through.product, [row, row + 1]).tolist()
    inner = [at for at in range(start, end) if look_through.dimension[at] == dimension]
    for at in inner:
        yield look_through.key[at], Decimal(float(look_through.share[at]))
    if own and not inner:
        yield own, ZERO


def _spread(parts: Iterator[tuple[Position, Sequence[tuple[str, Decimal]]]]) -> Spread:
    """By name whatever the case of its letters; what has no part at all is unknown."""
    weights: defaultdict[str, Decimal] = defaultdict(Decimal)
    names: dict[str, str] = {}
    codes: defaultdict[str, dict[str, None]] = defaultdict(dict)
    unknown: dict[str, None] = {}
    for position, found in parts:
        if not found:
            unknown[position.code] = None
        for name, share in found:
            key = name.casefold()
            names.setdefault(key, name)
            weights[key] += position.weight * share
            codes[key][position.code] = None
    return Spread(_held(names, weights, codes=codes), tuple(unknown))


def _held(
    names: Mapping[str, str], weights: Mapping[str, Decimal], *, codes: Mapping[str, Mapping[str, None]]
) -> tuple[Held, ...]:
    return tuple(Held(name, weights[key], tuple(codes[key])) for key, name in names.items())
