"""What isn't wanted is found among the words that products have, and leaves every rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.domain.frameworks.framework import BucketRules, Framework
from trimtab.domain.frameworks.generating.drafting import STEPS, Changed, Draft, Part, draft_of
from trimtab.domain.frameworks.generating.excluding import Excluded, meant_by, without
from trimtab.domain.frameworks.generating.known import Known
from trimtab.domain.frameworks.generating.structuring import with_equity_by
from trimtab.domain.frameworks.generating.wishes import Structure
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


def rules_of(draft: Changed) -> dict[str, BucketRules]:
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
    assert [(part.key, part.steps) for part in by_region.parts] == [("International", 8_000), ("Emerging", 2_000)]
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
    assert without(cash, excluded, known=KNOWN) == Changed(cash.parts)
    assert without(cash, Excluded(buckets=frozenset({"Cash"})), known=KNOWN) == Changed((), STEPS)


RISKS = {
    "Cash": 0, "Hedge": 0, "Bonds": 1, "Alternatives": 2, "Equity": 3,
    "Core": 1, "Satellite": 2,
    "US": 1, "International": 1, "Emerging": 2,
    "Defensive": 1, "Cyclical": 2, "Growth": 3,
}  # fmt: skip


@given(
    st.sampled_from([template for template in TEMPLATES.values() if template.buckets]),
    st.sets(st.sampled_from([*RISKS])),
    st.sampled_from([None, "geographic", "core_satellite", "sector_risk_band"]),
)
def test_whatever_is_left_out_there_is_never_more_of_any_risk(
    template: Framework, keys: set[str], structure: Structure | None
) -> None:
    before = draft_of(template)
    if structure is not None:
        before = with_equity_by(structure, before)
    found = without(before, Excluded(buckets=frozenset(keys)), known=KNOWN)
    assert sum(part.steps for part in found.parts) + found.unplaced == STEPS
    for old, new in ((before.parts, found.parts), (below(before.parts), below(found.parts))):
        for risk in range(1, 4):
            assert riskier(new, risk) <= riskier(old, risk)
    for part in found.parts:
        assert not part.parts or sum(each.steps for each in part.parts) == part.steps


def below(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    return tuple(child for part in parts for child in part.parts)


def riskier(parts: tuple[Part, ...], risk: int) -> int:
    """The weight of all parts of at least that risk."""
    return sum(part.steps for part in parts if RISKS[part.key] >= risk)
