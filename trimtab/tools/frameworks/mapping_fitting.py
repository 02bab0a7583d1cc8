"""A mapping of products as long as a reply can hold: buckets rather give up products than that one is left out."""

from bisect import bisect_right
from typing import Final, Literal, TypeVar

from trimtab.tools.fitting import MOST_TOKENS
from trimtab.tools.payload import dump
from trimtab.tools.section_rows import tokens
from trimtab.workflow.ports.framework_results import MappedBucket, MappedProducts, PortfolioBuilt, ProductBasis

Mapped = TypeVar("Mapped", MappedProducts, PortfolioBuilt)
Buckets = tuple[MappedBucket, ...]

_CLOSER: Final = 0.95
_SAMPLE: Final = 40
"""Buckets that are looked at to know what one of them takes."""


def fitting_mapping(answer: Mapped, *, field: Literal["buckets", "mapping"]) -> Mapped:
    """The answer with as many of each bucket's best products as a reply holds, one at least; a note says so.

    Where even one each is too much, the reply is cut as every other is.
    """
    buckets: Buckets = getattr(answer, field) or ()
    longest = max((len(bucket.products) for bucket in buckets), default=0)
    most = _most(answer, buckets, field=field) if longest > 1 else longest
    if most >= longest:
        return answer
    return answer.model_copy(update={field: _first(buckets, most), "basis": _noted(answer.basis, most)})


def _noted(basis: ProductBasis | None, most: int) -> ProductBasis | None:
    note = f"Shows at most {most} products of each bucket, because a reply holds no more; candidates counts them."
    return None if basis is None else basis.model_copy(update={"notes": (*basis.notes, note)})


def _most(answer: Mapped, buckets: Buckets, *, field: str) -> int:
    """How many products of each bucket have room, by what they take in some of them."""
    sample = buckets[:: max(1, len(buckets) // _SAMPLE)]

    def taken_with(shown: Buckets) -> float:
        return tokens(dump(answer.model_copy(update={field: shown})))

    beside, bare, whole = taken_with(()), taken_with(_first(sample, 0)), taken_with(sample)
    product = (whole - bare) / max(1, sum(len(bucket.products) for bucket in sample))
    room = MOST_TOKENS * _CLOSER - beside - (bare - beside) / len(sample) * len(buckets)

    def taken(most: int) -> float:
        return product * sum(min(most, len(bucket.products)) for bucket in buckets)

    return max(1, bisect_right(range(1, max(len(bucket.products) for bucket in buckets) + 1), room, key=taken))


def _first(buckets: Buckets, most: int) -> Buckets:
    return tuple(bucket.model_copy(update={"products": bucket.products[:most]}) for bucket in buckets)
