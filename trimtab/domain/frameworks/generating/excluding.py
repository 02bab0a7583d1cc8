"""What isn't wanted, taken out of a draft. Section 7 of `docs/framework-maths.md`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from trimtab.domain.frameworks.framework import Bucket, BucketRules
from trimtab.domain.frameworks.generating.drafting import Changed, Draft, Part, Takers, changed
from trimtab.domain.frameworks.generating.known import Known, keys_meant, keys_of
from trimtab.domain.frameworks.product_names import sector_named
from trimtab.domain.frameworks.templates import TEMPLATES
from trimtab.domain.frameworks.tree import SEPARATOR

_CLASSES: Final = (
    ("equity", ("Equity", "Equities", "Shares")),
    ("bonds", ("Bonds", "Fixed Income", "Bond Funds")),
    ("alternatives", ("Alternatives",)),
    ("cash", ("Cash",)),
)
"""The tag of each asset class, and what it is called."""
_WITHOUT_SECTORS: Final = frozenset({"Bonds", "Alternatives", "Cash", "Hedge"})
"""Parts whose products have no sector: a rule on sectors would leave none of them."""
CASH: Final = "Cash"
"""The part that is held as cash, and takes no products."""
TAKERS: Final[Takers] = {
    "Equity": ("Alternatives", "Bonds", CASH),
    "Alternatives": ("Bonds", CASH),
    "Bonds": (CASH,),
    "Satellite": ("Core",),
    "US": ("International",),
    "International": ("US",),
    "Emerging": ("US", "International"),
    "Growth": ("Cyclical", "Defensive"),
    "Cyclical": ("Defensive",),
}
"""Who takes the weight of what goes: parts of the same risk or less. A hedge doesn't, as more of it hedges no more."""
_BUCKETS: Final = tuple(bucket for template in TEMPLATES.values() for bucket in template.buckets)


@dataclass(frozen=True, slots=True)
class Excluded:
    """What isn't wanted: words as products have them; `buckets` are keys of parts."""

    buckets: frozenset[str] = frozenset()
    tags: tuple[str, ...] = ()
    regions: frozenset[str] = frozenset()
    sectors: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()

    def __or__(self, other: "Excluded") -> "Excluded":
        return Excluded(
            self.buckets | other.buckets,
            tuple(dict.fromkeys((*self.tags, *other.tags))),
            self.regions | other.regions,
            self.sectors | other.sectors,
            self.types | other.types,
        )

    @property
    def anything(self) -> bool:
        """Whether there is anything that isn't wanted."""
        return self != Excluded()


def meant_by(text: str, known: Known) -> Excluded:
    """What an exclusion means: all that is called so, of whatever kind; nothing where it isn't understood."""
    keys = keys_meant(text)
    named = [bucket for bucket in _BUCKETS if _called([_key(bucket), bucket.label], keys)]
    classes = {tag for tag, names in _CLASSES if _called(names, keys)}
    # The tags of a bucket that is by region or sector are those of equity, and not what it is called by.
    by_tags = (bucket.rules for bucket in named if not bucket.rules.regions and not bucket.rules.sectors)
    tags = classes.union(*(rules.include_tags for rules in by_tags))
    sectors = {sector_named(key).casefold() for key in keys}
    return Excluded(
        buckets=frozenset({*map(_key, named), *(tag.title() for tag in classes)}),
        tags=tuple(tag for tag in known.tags if tag in tags or keys & keys_of(tag)),
        regions=frozenset(_called(_all_regions(known), keys)).union(*(bucket.rules.regions for bucket in named)),
        sectors=frozenset(
            name for name in _all_sectors(known) if name.casefold() in sectors or keys & keys_of(name)
        ).union(*(bucket.rules.sectors for bucket in named)),
        types=frozenset(_called(_all_types(known), keys)),
    )


def without(draft: Draft, excluded: Excluded, *, known: Known) -> Changed:
    """The draft without it; no part has more risk than what it took weight from."""
    return changed(draft, lambda part: _without(part, excluded, known=known), takers=TAKERS)


def _without(part: Part, excluded: Excluded, *, known: Known) -> Part | None:
    rules = part.rules
    if part.key in excluded.buckets or _all_of(rules.include_tags, {*excluded.tags}):
        return None
    if part.key == CASH:
        return part
    # A part above others only has the rules that its parts have themselves.
    lists = [
        _left(rules.regions, _all_regions(known), excluded=excluded.regions),
        _left(rules.allowed_types, _all_types(known), excluded=excluded.types),
        rules.sectors
        if part.key in _WITHOUT_SECTORS
        else _left(rules.sectors, _all_sectors(known), excluded=excluded.sectors),
    ]
    if None in lists:
        return None
    regions, types, sectors = (tuple(each or ()) for each in lists)
    return replace(part, rules=_rules(rules, excluded.tags, regions=regions, types=types, sectors=sectors))


def _rules(
    rules: BucketRules,
    tags: Sequence[str],
    *,
    regions: tuple[str, ...],
    types: tuple[str, ...],
    sectors: tuple[str, ...],
) -> BucketRules:
    exclude = tuple(dict.fromkeys((*rules.exclude_tags, *tags)))
    return replace(rules, exclude_tags=exclude, regions=regions, allowed_types=types, sectors=sectors)


def _left(given: Sequence[str], known: Sequence[str], *, excluded: frozenset[str]) -> tuple[str, ...] | None:
    """The rule without what isn't wanted: all else that is known where it was empty; None where nothing is left."""
    if not {*(given or known)} & excluded:
        return tuple(given)
    return tuple(name for name in given or known if name not in excluded) or None


def _all_of(names: Sequence[str], excluded: set[str]) -> bool:
    return bool(names) and {*names} <= excluded


def _called(names: Iterable[str], keys: frozenset[str]) -> list[str]:
    return [name for name in names if keys & keys_of(name)]


def _key(bucket: Bucket) -> str:
    return bucket.path.rpartition(SEPARATOR)[2]


# What products have; where nothing is known of them, what the templates have.


def _all_regions(known: Known) -> tuple[str, ...]:
    return known.regions or tuple(name for bucket in _BUCKETS for name in bucket.rules.regions)


def _all_sectors(known: Known) -> tuple[str, ...]:
    return known.sectors or tuple(name for bucket in _BUCKETS for name in bucket.rules.sectors)


def _all_types(known: Known) -> tuple[str, ...]:
    return known.types or tuple(dict.fromkeys(name for bucket in _BUCKETS for name in bucket.rules.allowed_types))
