"""Wishes are understood by their words, and not where a word may turn them round."""

import pytest

from trimtab.domain.frameworks.generating.wishes import Wish, wish_of


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("core-satellite", {"structures": ("core_satellite",)}),
        ("a Core & satellites mix", {"structures": ("core_satellite",)}),
        ("build it by region", {"structures": ("geographic",)}),
        ("by sector, with income", {"structures": ("sector_risk_band",), "tilts": ("income",)}),
        ("Emerging Markets", {"tilts": ("emerging",)}),
        ("safe income and a cash reserve", {"tilts": ("income", "safety", "liquidity")}),
        ("gold against inflation", {"tilts": ("inflation",)}),
        ("rebalance half-yearly", {"cadences": ("S",)}),
        ("look at it yearly", {"cadences": ("A",)}),
        ("aggressive growth", {"more_risk": True}),
    ],
)
def test_what_is_asked_for_is_found_by_its_words(text: str, meant: dict) -> None:
    assert wish_of(text) == Wish(text, **meant)
    assert wish_of(text).understood


@pytest.mark.parametrize("text", ["no emerging markets", "less income", "without gold", "unicorns", "", "incomes tax"])
def test_what_is_turned_round_or_unknown_is_not_understood(text: str) -> None:
    assert not wish_of(text).understood
