"""Wishes against something are found among the products' words, kept out by rules, and told where they are needed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflow.frameworks.proposing import KNOWN, bucket, framework
from trimtab.domain.frameworks.tree import tree_of
from trimtab.workflow.frameworks.wished_away import needed_all_the_same, wished_away, without

ALL = (*KNOWN.tags, *KNOWN.regions, *KNOWN.sectors, *KNOWN.types)


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        ("tobacco", "tobacco"),
        ("Tobacco", "tobacco"),
        ("no tobacco stocks", "tobacco"),
        ("emerging markets", "Emerging"),
        ("the energy sector", ""),
        ("energy sector", "Energy"),
        ("health-care", "Health Care"),
        ("stocks", "Stock"),
        ("Funds", "Fund"),
        ("bonds", "bonds"),
        ("us", "US"),
        ("gambling", ""),
        ("...", ""),
    ],
)
def test_a_wish_is_understood_as_the_rules_understand_it(wish: str, found: str) -> None:
    away = wished_away((wish,), KNOWN)
    words = {*away.words.tags, *away.words.regions, *away.words.sectors, *away.words.types}
    assert found in words or (not found and not words)
    assert away.unknown == (() if found else (wish,))


@pytest.mark.parametrize(
    ("fields", "wish", "place"),
    [
        ({"include_tags": ["equity", "tobacco"]}, "tobacco", "buckets[0].include_tags"),
        ({"regions": ["US", "Emerging"]}, "emerging markets", "buckets[0].regions"),
        ({"sectors": ["Energy"]}, "energy", "buckets[0].sectors"),
        ({"include_tags": ["bonds"], "sectors": ["Energy"]}, "energy", "buckets[0].sectors"),
        ({"allowed_types": ["Stock", "ETF"]}, "stocks", "buckets[0].allowed_types"),
        ({"label": "Gambling"}, "gambling", "buckets[0]"),
        ({"label": "Gambling", "target_weight": 0}, "gambling", ""),
        ({"label": "Fixed Income"}, "bonds", "buckets[0]"),
        ({"label": "Emerging Markets"}, "no emerging", "buckets[0]"),
        ({"label": "Growth"}, "technology", ""),
        ({"label": "Bonds"}, "fixed income", "buckets[0]"),
        ({"exclude_tags": ["tobacco"]}, "tobacco", ""),
    ],
)
def test_what_needs_the_excluded_is_told(fields: dict[str, object], wish: str, place: str) -> None:
    assert needed(bucket("Growth", 1.0, **fields), wish) == ([place] if place else [])


@pytest.mark.parametrize(("path", "wish"), [("Crypto", "Crypto"), ("Cash", "cash"), ("Growth/Crypto", "no crypto")])
def test_a_bucket_of_what_is_excluded_is_told(path: str, wish: str) -> None:
    assert needed(bucket(path, 1.0, label="Growth"), wish) == ["buckets[0]"]


def needed(only: dict[str, object], *wishes: str) -> list[str]:
    """Where the only bucket needs what is excluded."""
    made = framework(only)
    away = wished_away(wishes, KNOWN)
    told = needed_all_the_same(made, tree_of(made.buckets), away=away, known=KNOWN)
    return [said.partition(" ")[0] for said in told]


def test_a_leaf_that_nothing_would_be_left_for_is_told() -> None:
    assert needed(bucket("Growth", 1.0), *KNOWN.regions) == ["buckets[0]"]
    assert needed(bucket("Growth", 1.0), *KNOWN.regions[1:]) == []
    assert needed(bucket("Cash", 1.0, include_tags=[]), *KNOWN.regions) == []


def test_every_leaf_but_cash_leaves_it_out_by_rule() -> None:
    parts = [
        bucket("Equity", 0.5),
        bucket("Equity/US", 0.5, regions=["US"], exclude_tags=["esg"]),
        bucket("Bonds", 0.3, include_tags=["bonds"]),
        bucket("Cash", 0.2, include_tags=[]),
    ]
    made = framework(*parts)
    away = wished_away(("tobacco", "Emerging", "Energy", "Stock"), KNOWN)
    above, leaf, bonds, cash = without(made, tree_of(made.buckets), away=away, known=KNOWN).buckets
    assert (above, cash) == (made.buckets[0], made.buckets[3])
    assert leaf.rules.exclude_tags == ("esg", "tobacco")
    assert leaf.rules.regions == ("US",)
    assert leaf.rules.sectors == ("Health Care", "Technology")
    assert leaf.rules.allowed_types == ("Bond", "ETF", "Fund")
    assert (bonds.rules.regions, bonds.rules.sectors) == (("International", "US"), ())


@given(st.lists(st.sampled_from(ALL), max_size=4))
def test_what_is_left_takes_nothing_that_is_excluded(wishes: list[str]) -> None:
    made = framework(bucket("Growth", 1.0, include_tags=[], sectors=[]))
    tree, away = tree_of(made.buckets), wished_away(wishes, KNOWN)
    (leaf,) = without(made, tree, away=away, known=KNOWN).buckets
    told = list(needed_all_the_same(made, tree, away=away, known=KNOWN))
    assert {*away.words.tags} <= {*leaf.rules.exclude_tags}
    for words, gone in (
        (leaf.rules.regions, away.words.regions),
        (leaf.rules.sectors, away.words.sectors),
        (leaf.rules.allowed_types, away.words.types),
    ):
        assert gone.isdisjoint(words)
        assert words or not gone or told
