"""What somebody wants of a framework, and who they are."""

from dataclasses import dataclass

from trimtab.domain.frameworks.framework import RiskBand


@dataclass(frozen=True, slots=True)
class Requirements:
    """What a framework is made from.

    Attributes:
        risk_tolerance: low, medium or high.
        horizon_years: how long the money stays invested.
        goals: in the client's words.
        preferences: such as `core-satellite`, `by region`, `emerging markets`.
        exclusions: regions, sectors, tags, types or asset classes that aren't wanted.
        base_ccy: the currency of the portfolio.
    """

    risk_tolerance: RiskBand
    horizon_years: int = 10
    goals: tuple[str, ...] = ()
    preferences: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()
    base_ccy: str = "USD"
