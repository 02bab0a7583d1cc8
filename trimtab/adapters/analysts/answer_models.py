"""The shapes of the answers that a model is asked for. Lists instead of open objects, and nothing that is left out:
both providers' strict modes can hold a model to that."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

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
