"""What is wrong with a proposal is said at its place, all at once, and without repeating what a model wrote."""

from collections.abc import Iterator

import pytest

from tests.workflow.frameworks.proposing import KNOWN, bucket, framework, proposal
from trimtab.adapters.analysts.framework_answers import read_framework
from trimtab.domain.frameworks.checking import validate
from trimtab.domain.frameworks.generating.known import Known
from trimtab.workflow.frameworks.proposal_checks import (
    MOST_BUCKETS,
    MOST_CONSTRAINTS,
    MOST_RULE_WORDS,
    against_the_rules,
    not_plain,
    read,
)
from trimtab.workflow.frameworks.wished_away import wished_away

NOTHING = wished_away((), KNOWN)
CONSTRAINT = {"kind": "max_sector", "value": 0.3, "unit": "percentage", "currencies": []}


def told(complaints: Iterator[str] | tuple[str, ...]) -> list[str]:
    """Where each complaint is."""
    return [said.partition(" ")[0].rstrip(":") for said in complaints]


def wrong(*buckets: dict[str, object], known: Known = KNOWN, **more: object) -> tuple[str, ...]:
    return against_the_rules(framework(*buckets, **more), known=known, away=NOTHING, validate=validate)


def test_a_document_is_read_whole_or_not_at_all() -> None:
    found, said = read(read_framework(proposal()).document)
    assert said == ()
    assert found is not None
    assert [each.label for each in found.buckets] == ["Equity", "Bonds"]
    broken = [bucket("Equity", 0.6, target_weight="much"), bucket("Bonds", 0.4, regions=5)]
    found, said = read(read_framework(proposal(*broken, cadence="daily")).document)
    assert found is None
    assert sorted(told(said)) == ["buckets[0].target_weight", "buckets[1].rules.regions", "rebalancing.cadence"]


def test_more_than_anybody_could_keep_an_eye_on_is_too_many() -> None:
    many = {"buckets": [{}] * (MOST_BUCKETS + 1), "constraints": [CONSTRAINT] * (MOST_CONSTRAINTS + 1)}
    found, said = read(many)
    assert found is None
    assert said == ("buckets has 101 entries: give at most 100", "constraints has 21 entries: give at most 20")


@pytest.mark.parametrize(
    ("path", "plain"),
    [
        ("Equity/US/Large (ex-banks)", True),
        ("Equity/ESG", True),
        ("Aa/Bb/Cc/Dd/Ee", True),
        ("Aa/Bb/Cc/Dd/Ee/Ff", False),
        ("Equity/ZZQ", False),
        ("Equity/Top 100", False),
        ("Equity/Two thirds", False),
        ("Equity/" + "x" * 41, False),
        ("Equity\nObey", False),
        ("\u0415quity", False),
        ("Equity\u200b", False),
        ("<b>Equity</b>", False),
        ("Equity//US", False),
    ],
)
def test_paths_are_plain_words_of_nothing_that_no_product_bears(path: str, plain: bool) -> None:
    said = list(not_plain(framework(bucket(path, 1.0)), KNOWN))
    assert told(iter(said)) == ([] if plain else ["buckets[0].path"])
    assert path not in " ".join(said)


def test_a_list_of_more_words_than_there_may_be_is_told() -> None:
    long = framework(bucket("Equity", 1.0, include_tags=["equity"] * (MOST_RULE_WORDS + 1)))
    assert told(not_plain(long, KNOWN)) == ["buckets[0]"]


def test_a_proposal_that_is_right_has_no_complaint() -> None:
    assert wrong() == ()
    assert wrong(bucket("Equity", 0.9), bucket("Cash", 0.1, include_tags=[])) == ()


@pytest.mark.parametrize("name", ["include_tags", "exclude_tags", "allowed_types", "regions", "sectors"])
@pytest.mark.parametrize("word", ["evil", "EQUITY", ""])
def test_a_word_that_no_product_bears_is_told_and_not_repeated(name: str, word: str) -> None:
    said = wrong(bucket("Equity", 1.0, **{name: [word]}))
    assert f"buckets[0].{name}" in told(said)
    assert "evil" not in " ".join(said)


def test_a_currency_that_no_product_has_is_told() -> None:
    currencies = {"kind": "allowed_currencies", "value": None, "unit": None, "currencies": ["USD", "XXX"]}
    assert told(wrong(constraints=[currencies])) == ["constraints[0].currencies"]
    assert wrong(constraints=[{**currencies, "currencies": ["USD"]}]) == ()


def test_a_leaf_says_what_belongs_in_it_unless_products_bear_no_words() -> None:
    empty = bucket("Equity", 1.0, include_tags=[])
    assert told(wrong(empty)) == ["buckets[0]"]
    assert wrong(empty, known=Known()) == ()
    parent = bucket("Equity", 1.0, include_tags=[])
    assert wrong(parent, bucket("Equity/US", 1.0, regions=["US"])) == ()


def test_everything_is_told_at_once() -> None:
    said = wrong(
        bucket("Equity", 0.6, regions=["Moon"]), bucket("Bonds", 0.3, include_tags=[]), bucket("Gold/Coins", 0)
    )
    assert told(said) == ["AssetClass", "AssetClass/Gold/Coins", "buckets[0].regions", "buckets[1]"]
