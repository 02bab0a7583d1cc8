"""The shapes of the answers that a model is asked for. Lists instead of open objects, and nothing that is left out:
both providers' strict modes can hold a model to that."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from trimtab.domain.frameworks.framework import Cadence, ConstraintKind, Dimension, Unit
from trimtab.domain.trading.recommendation import Action


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ExceptionShape(_Shape):
    """A portfolio that gets another verdict than the instrument's others."""

    account_number: str
    action: Action
    proceed_percent: Annotated[int | None, Field(description="1 to 99 with partial, else null")]
    reason: str
    flags: list[str]


class RecommendationShape(_Shape):
    """An instrument's verdict."""

    symbol: str
    action: Action
    proceed_percent: Annotated[int | None, Field(description="1 to 99 with partial, else null")]
    reason: str
    flags: list[str]
    exceptions: list[ExceptionShape]


class PortfolioVerdicts(_Shape):
    """The answer about a batch of portfolios."""

    recommendations: list[RecommendationShape]


class ExchangeShape(_Shape):
    """Words on an exchange."""

    exchange: str
    comment: str
    cross_exchange_insight: str | None


class SectorShape(_Shape):
    """Words on a sector of an exchange."""

    exchange: str
    sector: str
    comment: str
    exchange_context: str | None
    cross_exchange_insight: str | None


class MarketContext(_Shape):
    """The answer about the markets."""

    summary: str
    exchanges: list[ExchangeShape]
    sectors: list[SectorShape]


class NoteShape(_Shape):
    """Words on an instrument's momentum."""

    symbol: str
    note: str


class Synthesis(_Shape):
    """The answer that sums up."""

    summary: str
    notes: list[NoteShape]


class BuyShape(_Shape):
    """A verdict on one buy."""

    symbol: str
    action: Action
    proceed_percent: Annotated[int | None, Field(description="1 to 99 with partial, else null")]
    reason: str


class PortfolioBuysShape(_Shape):
    """The verdicts on a portfolio's buys."""

    account_number: str
    recommendations: list[BuyShape]


class BuyVerdicts(_Shape):
    """The answer about a batch of portfolios that are short of cash."""

    portfolios: list[PortfolioBuysShape]


class BucketShape(_Shape):
    """A bucket of a framework; `path` with its dimension in front, weights as fractions of the whole."""

    path: str
    label: str
    target_weight: float
    min_weight: float | None
    max_weight: float | None
    include_tags: list[str]
    exclude_tags: list[str]
    allowed_types: list[str]
    regions: list[str]
    sectors: list[str]


class ConstraintShape(_Shape):
    """A rule on the whole portfolio; `currencies` are for `allowed_currencies` alone."""

    kind: ConstraintKind
    value: float | None
    unit: Unit | None
    currencies: list[str]


class FrameworkProposal(_Shape):
    """The answer that proposes an allocation framework."""

    name: str
    description: str
    dimension: Dimension
    buckets: list[BucketShape]
    cadence: Cadence
    absolute_band_bps: int | None
    relative_band_pct: float | None
    constraints: list[ConstraintShape]
    rationale: str
