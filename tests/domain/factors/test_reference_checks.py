"""What is wrong with a value of reference data is said in words, and nothing where nothing is."""

import pytest

from trimtab.domain.factors.reference import ASSET_CLASSES, IndustryProxy
from trimtab.domain.factors.reference_checks import (
    industries_of_shared_etfs,
    near,
    wrong_asset_class,
    wrong_currency,
    wrong_description,
    wrong_name,
    wrong_priority,
    wrong_ticker,
)


@pytest.mark.parametrize("text", [*ASSET_CLASSES, "fixed_income", "reit", " Bond "])
def test_asset_classes_are_known_by_all_their_names(text: str) -> None:
    assert wrong_asset_class(text) == ""


def test_an_unknown_asset_class_is_told_which_there_are_and_which_is_near() -> None:
    assert wrong_asset_class("Bnd") == (
        "There is no such asset class; there are equity, bond, cash, commodity, crypto, real_estate. Did you mean bond?"
    )
    assert wrong_asset_class("zzz") == (
        "There is no such asset class; there are equity, bond, cash, commodity, crypto, real_estate."
    )


def test_a_near_name_is_found_whatever_its_case() -> None:
    assert near("ust2", ["UST2Y", "gold"]) == " Did you mean UST2Y?"
    assert near("silver", ["UST2Y", "gold"]) == ""
    assert near("silver", []) == ""


@pytest.mark.parametrize("text", ["SPY", "brk.b", "^TNX", "BTC-USD", "EURUSD=X", "BRK B", "0700.HK", "A" * 32])
def test_these_are_tickers(text: str) -> None:
    assert wrong_ticker(text) == ""


@pytest.mark.parametrize("text", ["", " SPY", "SPY ", "SPY\n", ".SPY", "S\u00e9", "A" * 33, "A/B", "$SPY", "\uff21"])
def test_these_are_no_tickers(text: str) -> None:
    assert wrong_ticker(text).startswith("A ticker has 1 to 32 letters")


@pytest.mark.parametrize(
    ("text", "fine"), [("UST10Y", True), ("Health Care", True), ("Gr\u00fcn", True), ("x" * 80, True)]
)
def test_these_name_something(text: str, fine: bool) -> None:
    assert (wrong_name(text) == "") is fine


@pytest.mark.parametrize("text", ["", " gold", "go  ld", "go\nld", "go\u200bld", "x" * 81, "a\x00"])
def test_these_name_nothing(text: str) -> None:
    assert wrong_name(text).startswith("A name has 1 to 80 characters")


@pytest.mark.parametrize(
    ("text", "fine"), [("USD", True), ("usd", False), ("US", False), ("USD\n", False), ("", False)]
)
def test_a_currency_is_three_capital_letters(text: str, fine: bool) -> None:
    assert wrong_currency(text) == ("" if fine else "A currency is three capital letters, such as USD.")


@pytest.mark.parametrize(("number", "fine"), [(0, True), (1_000_000, True), (-1, False), (1_000_001, False)])
def test_a_priority_is_within_its_bounds(number: int, fine: bool) -> None:
    assert wrong_priority(number) == (
        "" if fine else "A priority is a whole number from 0 to 1000000; the lowest comes first."
    )


@pytest.mark.parametrize(("text", "fine"), [("", True), ("Gold, in bars", True), ("x" * 201, False), ("a\nb", False)])
def test_a_description_is_one_line_that_can_be_seen(text: str, fine: bool) -> None:
    assert (wrong_description(text) == "") is fine


def test_etfs_that_stand_for_several_industries_are_found_with_these() -> None:
    rows = [IndustryProxy("Software", "XLK"), IndustryProxy("Energy", "XLE"), IndustryProxy("Hardware", "XLK")]
    assert industries_of_shared_etfs(rows) == {"XLK": ("Hardware", "Software")}
    assert industries_of_shared_etfs(rows[:2]) == {}
