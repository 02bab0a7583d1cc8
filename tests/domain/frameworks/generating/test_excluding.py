"""What isn't wanted is found among the words that products have, and leaves every rule."""

import pytest

from trimtab.domain.frameworks.framework import BucketRules
from trimtab.domain.frameworks.generating.drafting import Draft, Part, draft_of
from trimtab.domain.frameworks.generating.excluding import Excluded, meant_by, without
from trimtab.domain.frameworks.generating.known import Known
from trimtab.domain.frameworks.templates import TEMPLATES

KNOWN = Known(
    tags=("equity", "bonds", "tobacco", "core"),
    regions=("US", "Emerging", "Global"),
    sectors=("Energy", "Health Care", "Diversified"),
    types=("ETF", "Fund", "Stock", "Bond"),
    asset_classes=("Equity", "Bonds"),
)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("tobacco companies", Excluded(tags=("tobacco",))),
        (
            "Emerging Markets",
            Excluded(buckets=frozenset({"Emerging"}), regions=frozenset({"Emerging"})),
        ),
        ("healthcare", Excluded(sectors=frozenset({"Health Care"}))),
        ("stocks", Excluded(types=frozenset({"Stock"}))),
        ("Equities", Excluded(buckets=frozenset({"Equity"}), tags=("equity",))),
        (
            "bonds",
            Excluded(buckets=frozenset({"Bonds"}), tags=("bonds",), types=frozenset({"Bond"})),
        ),
        ("cash", Excluded(buckets=frozenset({"Cash"}))),
        ("Core Beta", Excluded(buckets=frozenset({"Core"}), tags=("core",))),
        ("unicorns", Excluded()),
    ],
)
def test_an_exclusion_is_all_that_is_called_so(text: str, meant: Excluded) -> None:
    assert meant_by(text, KNOWN) == meant
    assert meant.anything == (text != "unicorns")


def test_where_nothing_is_known_the_words_of_the_templates_are() -> None:
    assert meant_by("Energy", Known()).sectors == {"Energy"}
    assert meant_by("US", Known()).regions == {"US"}
    assert meant_by("ETFs", Known()).types == {"ETF"}


def rules_of(draft: Draft) -> dict[str, BucketRules]:
    return {part.key: part.rules for part in draft.parts}


def test_a_list_that_was_empty_names_all_others_that_are_known_but_for_what_has_no_sectors() -> None:
    excluded = meant_by("Energy", KNOWN) | meant_by("Emerging", KNOWN) | meant_by("tobacco", KNOWN)
    found = rules_of(without(draft_of(TEMPLATES["balanced"]), excluded, known=KNOWN))
    assert found["Equity"].sectors == ("Health Care", "Diversified")
    assert found["Bonds"].sectors == ()
    assert found["Equity"].regions == found["Bonds"].regions == ("US", "Global")
    assert found["Equity"].exclude_tags == ("tobacco",)


def test_a_part_whose_rules_are_left_with_nothing_goes() -> None:
    by_region = without(draft_of(TEMPLATES["geographic"]), Excluded(regions=frozenset({"US"})), known=KNOWN)
    assert [(part.key, part.steps) for part in by_region.parts] == [("International", 6_000), ("Emerging", 4_000)]
    sleeves = without(draft_of(TEMPLATES["core_satellite"]), Excluded(tags=("core",)), known=KNOWN)
    assert [part.key for part in sleeves.parts] == ["Satellite", "Hedge"]
    types = Excluded(types=frozenset({"ETF", "Fund"}))
    assert [part.key for part in without(draft_of(TEMPLATES["balanced"]), types, known=KNOWN).parts] == [
        "Equity",
        "Bonds",
    ]


def test_cash_has_no_rules() -> None:
    cash = Draft("AssetClass", (Part("Cash", "Cash", 10_000),))
    excluded = Excluded(tags=("tobacco",), regions=frozenset({"US"}))
    assert without(cash, excluded, known=KNOWN) == cash
    assert without(cash, Excluded(buckets=frozenset({"Cash"})), known=KNOWN).parts == ()
