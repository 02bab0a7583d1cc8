"""Goals and preferences, as far as they are understood. Section 7 of `docs/framework-maths.md`."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from trimtab.domain.folded_text import any_word, readings
from trimtab.domain.frameworks.framework import Cadence, Dimension

Structure = Literal["core_satellite", "geographic", "sector_risk_band"]
Tilt = Literal["income", "safety", "inflation", "liquidity", "emerging"]


@dataclass(frozen=True, slots=True)
class Move:
    """Weight that goes from one part to another, in steps of 0.0001."""

    source: str
    target: str
    steps: int


@dataclass(frozen=True, slots=True)
class Wish:
    """One text, and what it asks for.

    Attributes:
        text: as it was given.
        structures: how the framework is to be built.
        tilts: where weight is to go.
        cadences: when it is to be brought back.
        more_risk: whether it asks for more risk, which only the risk tolerance gives.
    """

    text: str
    structures: tuple[Structure, ...] = ()
    tilts: tuple[Tilt, ...] = ()
    cadences: tuple[Cadence, ...] = ()
    more_risk: bool = False

    @property
    def understood(self) -> bool:
        """Whether it asks for anything that is known."""
        return bool(self.structures or self.tilts or self.cadences or self.more_risk)


_REVERSED: Final = any_word(
    "no", "not", "never", "without", "avoid*", "exclud*", "except", "less", "fewer", "lower", "reduce*", "ex", "free",
    "don't", "dont", "rather", "instead", "hate", "dislike*",
)  # fmt: skip
"""Words that may turn a wish round: such a text isn't understood, as half of it would be worse than nothing."""
_STRUCTURES: Final[Mapping[Structure, str]] = {
    "core_satellite": any_word("core_satellite*", "core and satellite*", "satellites"),
    "geographic": any_word("geograph*", "by regions?", "regional", "regions", "by countr*"),
    "sector_risk_band": any_word("by sectors?", "sectors", "sector rotation", "sector risk band*", "sector allocation"),
}
_TILTS: Final[Mapping[Tilt, str]] = {
    "income": any_word("income", "dividends?", "yield", "coupons?"),
    "safety": any_word("safe", "safety", "defensive", "preserv*", "low risk", "low volatility", "stab*", "cautious*"),
    "inflation": any_word("inflation", "gold", "alternatives?", "real assets?", "commodit*"),
    "liquidity": any_word("cash", "liquid*", "emergency", "reserves?"),
    "emerging": any_word("emerging", "emerging_markets?"),
}
_CADENCES: Final[Mapping[Cadence, str]] = {
    "M": any_word("monthly", "every month"),
    "Q": any_word("quarterly", "every quarter"),
    "S": any_word("half_yearly", "semi_annual*", "twice a year"),
    "A": any_word("yearly", "annually", "once a year", "every year"),
}
_MORE_RISK: Final = any_word("growth", "aggressive*", "high* returns?", "more risk", "high risk", "speculat*")

MOVES: Final[Mapping[Tilt, Mapping[Dimension, Move]]] = {
    "income": {
        "AssetClass": Move("Equity", "Bonds", 1_000),
        "Sleeve": Move("Satellite", "Core", 1_000),
        "Sector": Move("Growth", "Defensive", 1_000),
    },
    "safety": {
        "AssetClass": Move("Equity", "Bonds", 1_000),
        "Sleeve": Move("Satellite", "Hedge", 1_000),
        "Region": Move("Emerging", "US", 1_000),
        "Sector": Move("Growth", "Defensive", 1_000),
    },
    "inflation": {
        "AssetClass": Move("Equity", "Alternatives", 500),
        "Sleeve": Move("Core", "Hedge", 500),
    },
    "liquidity": {"AssetClass": Move("Bonds", "Cash", 500)},
    "emerging": {
        "AssetClass": Move("US", "Emerging", 500),
        "Region": Move("US", "Emerging", 500),
    },
}
"""What each tilt does, by dimension; where nothing stands it can't be done."""


def wish_of(text: str) -> Wish:
    """What a goal or a preference asks for."""
    lines = readings(text)
    if _said(_REVERSED, lines):
        return Wish(text)
    cadences = tuple(key for key, words in _CADENCES.items() if _said(words, lines))
    return Wish(
        text,
        tuple(key for key, words in _STRUCTURES.items() if _said(words, lines)),
        tuple(key for key, words in _TILTS.items() if _said(words, lines)),
        # "half-yearly" has the word yearly in it.
        tuple(cadence for cadence in cadences if cadence != "A" or "S" not in cadences),
        more_risk=_said(_MORE_RISK, lines),
    )


def _said(words: str, lines: Iterable[str]) -> bool:
    return any(re.search(words, line) for line in lines)
