"""Products and what funds hold with their texts as numbers, so that a rule is a lookup for a whole column."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final, cast

import numpy as np
import pandas as pd

from trimtab.domain.columns import BoolColumn, FloatColumn, IntColumn, TextColumn
from trimtab.domain.frameworks.framework import DIMENSIONS, Dimension
from trimtab.domain.frameworks.mapping.vocabulary import Vocabulary, vocabulary_of
from trimtab.domain.frameworks.products import LookThrough, Products, Universe

HALF: Final = 0.5
NOISE: Final = 1e-9
"""By which shares may miss a limit: noise of adding."""
OWN_FIELDS: Final[Mapping[Dimension, tuple[str, ...]]] = {
    "AssetClass": ("asset_class",),
    "Region": ("region",),
    "Sector": ("sector", "sector_group"),
    "Sleeve": ("sleeve",),
}
"""The fields of a product that say where it lies in a dimension."""
TAGS: Final = "tags"

_ASKED: Final = ("type", "issuer", "currency")
"""Fields of which a rule may ask for names, beside those of dimensions."""
_TEXTS: Final = ("code", "type", "asset_class", "region", "sector", "sector_group", "sleeve", "issuer", "currency")


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """A column of N texts, whatever the case of their letters: `number` of each of the W in `numbers`.

    `spelled` has the W texts as they stand where they stand first.
    """

    number: IntColumn
    numbers: Mapping[str, int]
    spelled: TextColumn

    @property
    def counts(self) -> IntColumn:
        """W, how many of the N texts each is."""
        return np.bincount(self.number, minlength=len(self.numbers))

    def among(self, names: Iterable[str]) -> BoolColumn:
        """N, whether the text is one of the names; one that isn't known is none."""
        chosen = np.zeros(len(self.numbers), dtype=np.bool_)
        for name in names:
            at = self.numbers.get(name.casefold()) if name else None
            if at is not None:
                chosen[at] = True
        found: BoolColumn = chosen[self.number]
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """K pairs of a product and a word, by word: a tag it bears, or a key with the share of it that lies there.

    Attributes:
        size: N, how many products there are.
        product: K rows.
        share: K fractions; 1 for a tag.
        numbers: of W words.
        spelled: W, the words as they stand where they stand first.
        start: W + 1 positions: where the pairs of each word begin, and the end.
    """

    size: int
    product: IntColumn
    share: FloatColumn
    numbers: Mapping[str, int]
    spelled: TextColumn
    start: IntColumn

    @property
    def counts(self) -> IntColumn:
        """W, how many products each word is about."""
        counts: IntColumn = np.diff(self.start)
        return counts

    def total(self, names: Iterable[str]) -> FloatColumn:
        """N sums of the shares in these names; one that stands twice counts once."""
        known = {self.numbers[word] for name in names if (word := name.casefold()) and word in self.numbers}
        if not known:
            return np.zeros(self.size)
        spans = [slice(self.start[at], self.start[at + 1]) for at in sorted(known)]
        rows = np.concatenate([self.product[span] for span in spans])
        shares = np.concatenate([self.share[span] for span in spans])
        found: FloatColumn = np.bincount(rows, weights=shares, minlength=self.size).astype(np.float64, copy=False)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """A universe, ready for rules.

    Attributes:
        products: N, as they are.
        texts: fields of products as numbers, by name.
        tags: which product bears which.
        lies: what look-through says, by dimension.
        unlike_funds: N, whether it is a stock or a bond, which has neither costs nor an index.
        borne: which words there are, by field, by dimension (own fields and look-through) and of tags.
    """

    products: Products
    texts: Mapping[str, Words]
    tags: Pairs
    lies: Mapping[Dimension, Pairs]
    unlike_funds: BoolColumn
    borne: Mapping[str, Vocabulary]

    def any_of(self, fields: Iterable[str], names: Sequence[str]) -> BoolColumn:
        """N, whether one of the fields is one of the names."""
        found = np.zeros(len(self.products), dtype=np.bool_)
        for field in fields:
            found |= self.texts[field].among(names)
        return found

    def share_of(self, own: BoolColumn, *, dimension: Dimension, names: Sequence[str]) -> FloatColumn:
        """N fractions that lie in these names; where look-through puts nothing there, all of what says so itself.

        Args:
            own: N, whether the product's own field is one of the names.
            dimension: of the names.
            names: such as regions.
        """
        inside = np.minimum(self.lies[dimension].total(names), 1.0)
        return np.where(own & (inside <= 0), 1.0, inside)


def index_of(universe: Universe) -> Index:
    """The texts of a universe as numbers, made once."""
    if index_of not in universe.known:
        universe.known[index_of] = _indexed(universe)
    return cast("Index", universe.known[index_of])


def _indexed(universe: Universe) -> Index:
    products = universe.products
    texts = {name: words_of(getattr(products, name)) for name in _TEXTS}
    tags, lies = _tags(products), _lies(universe.look_through, size=len(products))
    return Index(
        products=products,
        texts=texts,
        tags=tags,
        lies=lies,
        unlike_funds=texts["type"].among(("Stock", "Bond")),
        borne=_borne(texts, tags=tags, lies=lies),
    )


def _borne(texts: Mapping[str, Words], *, tags: Pairs, lies: Mapping[Dimension, Pairs]) -> Mapping[str, Vocabulary]:
    by_field = {name: vocabulary_of((texts[name].spelled, texts[name].counts)) for name in _ASKED}
    by_dimension: dict[str, Vocabulary] = {
        dimension: vocabulary_of(
            *((texts[field].spelled, texts[field].counts) for field in fields),
            (lies[dimension].spelled, lies[dimension].counts),
        )
        for dimension, fields in OWN_FIELDS.items()
    }
    return {**by_field, **by_dimension, TAGS: vocabulary_of((tags.spelled, tags.counts))}


def words_of(texts: Sequence[str]) -> Words:
    """Numbers of texts; those that differ only in case have the same."""
    found, different = pd.factorize(np.array(texts, dtype=object))
    numbers: dict[str, int] = {}
    place = np.array([numbers.setdefault(text.casefold(), len(numbers)) for text in different], dtype=np.int64)
    _, first = np.unique(place, return_index=True)
    return Words(place[found], numbers, tuple(different[at] for at in first))


def _tags(products: Products) -> Pairs:
    product = np.repeat(np.arange(len(products)), [len(tags) for tags in products.tags])
    word = words_of(tuple(chain.from_iterable(products.tags)))
    pairs = _pairs(product, word, share=np.ones(len(product)), size=len(products))
    # A tag that stands twice is borne once.
    return replace(pairs, share=np.ones(len(pairs.share)))


def _lies(look_through: LookThrough, *, size: int) -> Mapping[Dimension, Pairs]:
    dimensions = words_of(look_through.dimension)
    keys = words_of(look_through.key)
    found: dict[Dimension, Pairs] = {}
    for dimension in DIMENSIONS:
        at = dimensions.among((dimension,))
        word = replace(keys, number=keys.number[at])
        found[dimension] = _pairs(look_through.product[at], word, share=look_through.share[at], size=size)
    return found


def _pairs(product: IntColumn, word: Words, *, share: FloatColumn, size: int) -> Pairs:
    """Pairs by word; what a product has of one word in several is summed."""
    place, at = np.unique(word.number * max(size, 1) + product, return_inverse=True)
    number, product = np.divmod(place, max(size, 1))
    summed: FloatColumn = np.bincount(at, weights=share, minlength=len(place)).astype(np.float64, copy=False)
    start = np.searchsorted(number, np.arange(len(word.numbers) + 1))
    return Pairs(size, product, summed, word.numbers, word.spelled, start)
