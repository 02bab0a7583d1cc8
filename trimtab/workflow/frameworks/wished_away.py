"""What of the products' words is excluded by somebody's wishes, and which buckets need it all the same.

Wishes are understood as the rules understand them, so that a model's framework keeps to no less than theirs.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from trimtab.domain.frameworks.findings import ZERO
from trimtab.domain.frameworks.framework import BucketRules, Framework
from trimtab.domain.frameworks.generating.excluding import Excluded, meant_by
from trimtab.domain.frameworks.generating.known import Known, keys_meant, keys_of
from trimtab.domain.frameworks.tree import SEPARATOR, Tree

CASH: Final = "assetclass/cash"
"""The path of the bucket that is money, whatever its rules say."""
WITHOUT_SECTORS: Final = frozenset({"bonds", "alternatives", "hedge"})
"""Tags of products that have no sector: a rule on sectors would leave none of them."""


@dataclass(frozen=True, slots=True)
class WishedAway:
    """What mustn't be needed.

    Attributes:
        words: of products.
        keys: what the wishes may be called, whether or not a product bears it.
        unknown: wishes that no word of a product answers to, as they were given.
    """

    words: Excluded
    keys: frozenset[str]
    unknown: tuple[str, ...]


def wished_away(exclusions: Iterable[str], known: Known) -> WishedAway:
    """What the wishes exclude. "No tobacco stocks" is the tag tobacco, "emerging markets" the region Emerging."""
    words, unknown, keys = Excluded(), [], frozenset[str]()
    for wish in exclusions:
        meant = meant_by(wish, known)
        words |= meant
        keys |= keys_meant(wish)
        if not meant.anything:
            unknown.append(wish)
    return WishedAway(words, keys, tuple(unknown))


def needed_all_the_same(framework: Framework, tree: Tree, *, away: WishedAway, known: Known) -> Iterator[str]:
    """A sentence for each place that needs what is excluded; none repeats what stands there."""
    leaves = paths_of_leaves(tree)
    for number, bucket in enumerate(framework.buckets):
        place = f"buckets[{number}]"
        if not {*bucket.rules.include_tags}.isdisjoint(away.words.tags):
            yield f"{place}.include_tags needs what the requirements exclude: take it out"
        for name, words, there, gone in _lists(bucket.rules, away.words, known=known):
            if not gone.isdisjoint(words):
                yield f"{place}.{name} needs what the requirements exclude: take it out"
            elif bucket.path in leaves and not words and there and gone.issuperset(there):
                yield f"{place} takes any of its {name}, and all of them are excluded: give its weight to others"
        names = (bucket.label, *bucket.path.split(SEPARATOR)[1:])
        if bucket.target_weight > ZERO and any(_is_called(name, away, known=known) for name in names):
            yield f"{place} is about what the requirements exclude: give its weight to others, and leave it out"


def _is_called(name: str, away: WishedAway, *, known: Known) -> bool:
    """Whether that names what is excluded, itself or as the templates call it: Fixed Income is bonds."""
    meant = meant_by(name, known).buckets
    return not (away.keys.isdisjoint(keys_of(name)) and away.words.buckets.isdisjoint(meant))


def without(framework: Framework, tree: Tree, *, away: WishedAway, known: Known) -> Framework:
    """The framework with what is excluded left out by the rules of every leaf but cash, whatever the model wrote.

    An empty list takes every word, so it becomes all words but those that are excluded.
    """
    leaves = paths_of_leaves(tree)
    return replace(
        framework,
        buckets=tuple(
            replace(bucket, rules=_without(bucket.rules, away.words, known=known)) if bucket.path in leaves else bucket
            for bucket in framework.buckets
        ),
    )


def paths_of_leaves(tree: Tree) -> frozenset[str]:
    """The paths of the buckets that products go to."""
    return frozenset(leaf.path for leaf in tree.leaves if leaf.path.casefold() != CASH)


def _without(rules: BucketRules, excluded: Excluded, *, known: Known) -> BucketRules:
    left = {
        name: words or tuple(word for word in there if word not in gone)
        for name, words, there, gone in _lists(rules, excluded, known=known)
        if not gone.isdisjoint(there)
    }
    return replace(
        rules,
        exclude_tags=tuple(dict.fromkeys((*rules.exclude_tags, *excluded.tags))),
        regions=left.get("regions", rules.regions),
        allowed_types=left.get("allowed_types", rules.allowed_types),
        sectors=left.get("sectors", rules.sectors),
    )


def _lists(
    rules: BucketRules, excluded: Excluded, *, known: Known
) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...], frozenset[str]]]:
    """The lists of which an empty one takes all: name, words, those that there are, those that are excluded."""
    yield "regions", rules.regions, known.regions, excluded.regions
    yield "allowed_types", rules.allowed_types, known.types, excluded.types
    if rules.sectors or not rules.include_tags or not WITHOUT_SECTORS.issuperset(rules.include_tags):
        yield "sectors", rules.sectors, known.sectors, excluded.sectors
