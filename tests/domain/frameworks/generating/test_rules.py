"""Requirements become a framework: always valid, always the same, and nothing is ignored silently."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trimtab.domain.frameworks.checking import validate
from trimtab.domain.frameworks.framework import Constraint
from trimtab.domain.frameworks.generating import Known, Proposal, by_rules
from trimtab.domain.frameworks.generating.structuring import BANDS
from trimtab.domain.frameworks.requirements import Requirements
from trimtab.domain.frameworks.templates import TEMPLATES
from trimtab.domain.outside_text import clean

KNOWN = Known(
    tags=("equity", "bonds", "alternatives", "core", "satellite", "hedge", "tobacco"),
    regions=("US", "International", "Emerging", "Global"),
    sectors=("Energy", "Technology", "Diversified"),
    types=("ETF", "Fund", "Stock", "Bond"),
    asset_classes=("Equity", "Bonds", "Alternatives"),
)


def of(risk: str = "medium", years: int = 10, **asked) -> Proposal:
    return by_rules(Requirements(risk, years, **asked), known=KNOWN)  # type: ignore[arg-type] # one of three words


def weights(proposal: Proposal) -> dict[str, str]:
    return {bucket.path: f"{bucket.target_weight:.4f}" for bucket in proposal.framework.buckets}


@pytest.mark.parametrize(
    ("risk", "years", "key"),
    [("low", 1, "conservative"), ("medium", 4, "conservative"), ("medium", 5, "balanced"), ("high", 30, "growth")],
)
def test_without_wishes_it_is_the_template_of_the_risk_band(risk: str, years: int, key: str) -> None:
    found = of(risk, years, base_ccy="EUR")
    assert found.framework.buckets == TEMPLATES[key].buckets
    assert (found.framework.method, found.framework.base_ccy) == ("generated", "EUR")
    assert found.framework.risk_band == TEMPLATES[key].risk_band
    assert TEMPLATES[key].name in found.rationale
    assert found.not_understood == ()


def test_the_rationale_says_what_was_done_and_what_wasn_t() -> None:
    found = of(
        "high", 20, goals=("retirement income", "growth"),
        preferences=("core-satellite", "by region", "rebalance monthly", "cash"),
        exclusions=("tobacco", "unicorns"),
    )  # fmt: skip
    assert weights(found) == {"Sleeve/Core": "0.8000", "Sleeve/Satellite": "0.1000", "Sleeve/Hedge": "0.1000"}
    assert found.framework.rebalancing.cadence == "M"
    assert found.framework.risk_band == "medium"
    assert found.rationale == (
        "A high risk tolerance and 20 years give the template Growth. For 'core-satellite' it is the template "
        "Core-Satellite instead. 'by region' comes second: a framework is built in one way. 'growth' adds no risk: "
        "that comes from the risk tolerance alone. For 'rebalance monthly' weights are brought back monthly. For "
        "'retirement income' 10% goes from Satellite to Core. For 'cash' nothing can be moved in this framework. Left "
        "out: 'tobacco'. Not understood, and nothing was done for it: 'unicorns'."
    )
    assert found.not_understood == ("unicorns",)


def test_a_structure_that_has_more_risk_divides_equity_instead() -> None:
    found = of("medium", 4, preferences=("geographic", "geographic", "emerging markets"))
    assert weights(found) == {
        "AssetClass/Bonds": "0.6000",
        "AssetClass/Equity": "0.3500",
        "AssetClass/Equity/US": "0.1250",
        "AssetClass/Equity/International": "0.1050",
        "AssetClass/Equity/Emerging": "0.1200",
        "AssetClass/Alternatives": "0.0500",
    }
    assert "one risk band lower" in found.rationale
    assert "equity is divided as in Geographic Allocation" in found.rationale


def test_emerging_markets_alone_divide_equity_by_region() -> None:
    assert weights(of(preferences=("emerging markets",)))["AssetClass/Equity/Emerging"] == "0.1700"
    assert weights(of("high", preferences=("by region", "emerging markets")))["Region/Emerging"] == "0.2500"
    by_sector = of(preferences=("by sector", "emerging markets"))
    assert "For 'emerging markets' nothing can be moved" in by_sector.rationale


def test_money_that_is_needed_goes_to_cash_and_moves_end_where_nothing_is_left() -> None:
    assert weights(of(goals=("emergency fund",))) == {
        "AssetClass/Equity": "0.6000",
        "AssetClass/Bonds": "0.3000",
        "AssetClass/Alternatives": "0.0500",
        "AssetClass/Cash": "0.0500",
    }
    assert weights(of("low", 1, goals=("income", "safety", "inflation")))["AssetClass/Equity"] == "0.1000"


def test_what_is_excluded_goes_and_what_has_no_more_risk_takes_its_weight_exactly() -> None:
    found = of(exclusions=("alternatives", "Energy", "stocks"))
    assert weights(found) == {"AssetClass/Equity": "0.6000", "AssetClass/Bonds": "0.4000"}
    assert found.framework.buckets[0].rules.sectors == ("Technology", "Diversified")
    assert "Without AssetClass/Alternatives that weight goes to AssetClass/Bonds, which" in found.rationale
    assert "may still hold some of what is left out" in found.rationale
    assert "Single stocks are left out, funds of equity aren't." in found.rationale


def test_without_equity_nothing_is_built_of_it_and_without_anything_all_is_cash() -> None:
    found = of("high", preferences=("by region",), exclusions=("equity",))
    assert weights(found) == {"AssetClass/Bonds": "0.7500", "AssetClass/Alternatives": "0.2500"}
    assert "'by region' can't be done without equity." in found.rationale
    nothing = of(years=1, exclusions=("equity", "bonds", "alternatives"))
    assert weights(nothing) == {"AssetClass/Cash": "1.0000"}
    assert "100% of it is cash, as no bucket is left" in nothing.rationale
    assert nothing.framework.description.endswith("without Bonds, Equity, Alternatives: 100% Cash.")
    assert "1 year give" in nothing.rationale


def test_low_risk_without_bonds_is_cash_and_says_what_it_is_now() -> None:
    found = of("low", exclusions=("bonds",))
    assert weights(found) == {
        "AssetClass/Equity": "0.3500",
        "AssetClass/Alternatives": "0.0500",
        "AssetClass/Cash": "0.6000",
    }
    ours = found.framework
    assert (ours.name, ours.risk_band) == ("Conservative without Bonds by rules", "low")
    assert ours.description == ("Made by rules from Conservative without Bonds: 35% Equity, 5% Alternatives, 60% Cash.")
    assert found.rationale == (
        "A low risk tolerance and 10 years give the template Conservative. Left out: 'bonds'. 60% of it is cash, as no "
        "bucket is left that may take it without more risk."
    )


def test_where_much_goes_the_risk_band_is_that_of_what_is_left() -> None:
    found = of("high", exclusions=("equity",))
    assert found.framework.risk_band == "low"
    assert "What is left has the risk band low." in found.rationale
    assert of("high", exclusions=("alternatives",)).framework.risk_band == "high"


def test_outside_asset_classes_what_nothing_takes_is_kept_as_cash_beside_the_buckets() -> None:
    found = of("high", preferences=("by region",), exclusions=("US", "International", "cash"))
    assert weights(found) == {"Region/Emerging": "1.0000"}
    ours = found.framework
    assert ours.constraints == (Constraint("min_cash", Decimal("0.8"), "percentage"),)
    assert (ours.risk_band, ours.description) == (
        "low",
        "Made by rules from Geographic Allocation without US, International: 20% Emerging Markets, 80% Cash.",
    )
    assert "80% of it is cash beside the buckets, as min_cash, as no bucket is left" in found.rationale
    assert "Cash was to be left out too, but nothing has as little risk." in found.rationale


def test_a_description_is_the_template_s_only_where_all_has_its_weight() -> None:
    assert of(exclusions=("tobacco",)).framework.description == TEMPLATES["balanced"].description
    assert of(goals=("income",)).framework.description == (
        "Made by rules from Balanced: 50% Equity, 45% Fixed Income, 5% Alternatives."
    )


def test_nothing_is_moved_to_what_is_left_out() -> None:
    found = of(goals=("emerging markets", "cash"), exclusions=("emerging", "cash"))
    assert weights(found) == weights(of())
    assert "For 'cash' nothing goes to Cash, which is left out." in found.rationale


def test_a_base_currency_in_which_nothing_is_priced_is_named_where_currencies_are_known() -> None:
    wanted = Requirements("low", base_ccy="XXX")
    priced = replace(KNOWN, currencies=("AUD", "USD"))
    said = "No product is priced in its base currency XXX."
    assert said in by_rules(wanted, known=priced).rationale
    assert said not in by_rules(wanted, known=KNOWN).rationale
    assert "priced" not in by_rules(replace(wanted, base_ccy="USD"), known=priced).rationale


WORDS = st.sampled_from(
    [
        "income", "growth", "core-satellite", "by region", "by sector", "emerging markets", "safety", "gold", "cash",
        "monthly", "no bonds", "equity", "bonds", "alternatives", "US", "Emerging", "International", "Technology",
        "Energy", "tobacco", "ETF", "Fund", "Stock", "Bond", "core", "satellite", "hedge", "Defensive Sectors",
        "Cyclical", "Diversified", "Global",
    ]
)  # fmt: skip
TEXTS = st.lists(WORDS | st.text(max_size=20), max_size=6).map(tuple)
WISHES = st.builds(
    Requirements,
    st.sampled_from(["low", "medium", "high"]),
    st.integers(1, 60),
    goals=TEXTS,
    preferences=TEXTS,
    exclusions=TEXTS,
)
KNOWNS = st.sampled_from([KNOWN, Known()]) | st.builds(Known, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS)


@given(WISHES, KNOWNS)
@settings(max_examples=100, deadline=None)
def test_whatever_is_asked_for_it_is_valid_and_every_wish_is_named(wishes: Requirements, known: Known) -> None:
    found = by_rules(wishes, known=known)
    assert validate(found.framework).errors == ()
    assert found == by_rules(wishes, known=known)
    assert not {*found.not_understood} - {*wishes.goals, *wishes.preferences, *wishes.exclusions}
    for text in (*wishes.goals, *wishes.preferences, *wishes.exclusions):
        assert text not in found.not_understood or f"'{clean(text)}'" in found.rationale
    risk = {"low": 0.35, "medium": 0.6, "high": 0.8}[wishes.risk_tolerance]
    equity = sum(float(each.target_weight) for each in found.framework.buckets if each.path == "AssetClass/Equity")
    assert equity <= risk
    assert found.framework.risk_band in BANDS[: BANDS.index(wishes.risk_tolerance) + 1]
