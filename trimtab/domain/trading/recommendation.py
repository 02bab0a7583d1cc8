"""A recommendation: what an analyst, a person or an assistant wants done with an instrument."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from trimtab.domain.given import MOST_NUMBER, NUMBER, PROSE

Action = Literal["proceed", "defer", "partial", "review"]
Symbol = Annotated[str, Field(min_length=1, max_length=40, description="Instrument code as in the book, e.g. CBA")]
Account = Annotated[str, Field(min_length=1, max_length=60, description="Portfolio's account number")]
Percent = Annotated[float, Field(ge=0, le=100), NUMBER]
Citation = Annotated[str, Field(max_length=80), PROSE]
Citations = Annotated[tuple[Citation, ...], Field(max_length=20)]
Prose = Annotated[str, Field(max_length=500), PROSE]

MOST_EXCEPTIONS = 5_000


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class PortfolioException(_Model):
    """A verdict for one portfolio that differs from the instrument's.

    `amount` (money, positive) stands instead of a percent.
    """

    account_number: Account
    action: Action
    proceed_percent: Percent | None = None
    amount: Annotated[float, Field(gt=0, le=MOST_NUMBER), NUMBER] | None = None
    reason: Prose | None = None
    flags: Citations | None = None


class Recommendation(_Model):
    """A verdict for one instrument over all portfolios with a pending trade in it.

    `flags` may cite by kind (`div`), whole (`div:8d/$2.40`) or by the long name (`dividend_approaching`); left out,
    each line's own qualifying flags count as cited.
    """

    symbol: Symbol
    action: Action
    proceed_percent: Percent | None = None
    reason: Prose | None = None
    flags: Citations | None = None
    exceptions: Annotated[tuple[PortfolioException, ...], Field(max_length=MOST_EXCEPTIONS)] = ()
