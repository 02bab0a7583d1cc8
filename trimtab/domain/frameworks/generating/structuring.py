"""How a framework is built: a template, or its division below equity. Section 7 of `docs/framework-maths.md`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from trimtab.domain.frameworks.framework import Framework, RiskBand
from trimtab.domain.frameworks.generating.drafting import Draft, Part, divided, draft_of
from trimtab.domain.frameworks.generating.wishes import Structure
from trimtab.domain.frameworks.templates import TEMPLATES

BANDS: Final[tuple[RiskBand, ...]] = ("low", "medium", "high")
SHORT_YEARS: Final = 5
"""With fewer years ahead the risk band is one lower."""
EQUITY: Final = "Equity"
_BASES: Final[Mapping[RiskBand, str]] = {"low": "conservative", "medium": "balanced", "high": "growth"}
_NO_RISK: Final = frozenset({"Bonds", "Cash", "Hedge"})
"""Parts that carry little risk, or take some away."""
_EQUITY_TAGS: Final = ("equity",)
_NO_EQUITY: Final = ("bonds", "alternatives")


def band_of(risk_tolerance: RiskBand, horizon_years: int) -> RiskBand:
    """The risk tolerance, one band lower where there are less than 5 years; never higher."""
    place = BANDS.index(risk_tolerance)
    return BANDS[max(place - 1, 0)] if horizon_years < SHORT_YEARS else risk_tolerance


def base_of(band: RiskBand) -> Framework:
    """The template over asset classes of a risk band."""
    return TEMPLATES[_BASES[band]]


def band_left(band: RiskBand, parts: Sequence[Part]) -> RiskBand:
    """The first risk band whose template has no less in what carries risk than these parts; never above `band`.

    Args:
        band: of what the parts are left of.
        parts: those right below the dimension; what they lack to 1 is cash.
    """
    risk = _at_risk(parts)
    allowed = BANDS[: BANDS.index(band)]
    return next((lower for lower in allowed if risk <= _at_risk(draft_of(base_of(lower)).parts)), band)


def _at_risk(parts: Sequence[Part]) -> int:
    return sum(part.steps for part in parts if part.key not in _NO_RISK)


def fits(structure: Structure, band: RiskBand) -> bool:
    """Whether that structure's template has no more risk than the band."""
    own = TEMPLATES[structure].risk_band
    return own is not None and BANDS.index(own) <= BANDS.index(band)


def with_equity_by(structure: Structure, draft: Draft) -> Draft:
    """The draft with its equity divided as that structure's template is, so that there isn't more of it."""
    return divided(draft, EQUITY, into=_below_equity(draft_of(TEMPLATES[structure]).parts))


def _below_equity(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The parts as parts of equity: what hedges is none, and what is picked by other tags takes no other class."""
    return tuple(_equity(part) for part in parts if part.key != "Hedge")


def _equity(part: Part) -> Part:
    if part.rules.include_tags in ((), _EQUITY_TAGS):
        return replace(part, rules=replace(part.rules, include_tags=_EQUITY_TAGS))
    return replace(part, rules=replace(part.rules, exclude_tags=_NO_EQUITY))
