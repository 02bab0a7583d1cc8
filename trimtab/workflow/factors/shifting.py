"""The shift that offsets are judged by: what is sold for it, whether a candidate can take it, and its trades."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from trimtab.domain.columns import FloatColumn
from trimtab.domain.errors import InvalidInput, Problem
from trimtab.domain.factors.offsets import average_daily_value, sold_weights
from trimtab.domain.factors.quotes import last_closes
from trimtab.domain.factors.reference_groups import WEIGHTS_TOLERANCE
from trimtab.domain.factors.shifts import shift_trades
from trimtab.workflow.factors.exposures import Exposure
from trimtab.workflow.factors.tables import numbers, rounded
from trimtab.workflow.factors.view import View
from trimtab.workflow.ports.factor_requests import RecommendOffsets
from trimtab.workflow.ports.factor_results import OffsetTrade


@dataclass(frozen=True, slots=True)
class Shift:
    """Takes `weight` of the portfolio from what is `sold`, by ticker, and gives it to a candidate.

    Attributes:
        sold: weights of the portfolio, which sum to `weight`.
        portfolio_value: money; None where it isn't known, and then trades have weights only.
        cost_bps: of the value of each trade.
        closes: the last close of each ticker that has one.
        adv_values: average daily value of each ticker of which it is known.
        adv_share_pct: percent of that value that a purchase may be.
    """

    weight: float
    sold: Mapping[str, float]
    portfolio_value: float | None
    cost_bps: float
    closes: Mapping[str, float]
    adv_values: Mapping[str, float]
    adv_share_pct: float

    def illiquid(self, ticker: str) -> str:
        """Why the candidate can't take it, or an empty text."""
        adv_value = self.adv_values.get(ticker)
        if self.portfolio_value is None or adv_value is None:
            return ""
        most, wanted = adv_value * self.adv_share_pct / 100, self.weight * self.portfolio_value
        if wanted <= most:
            return ""
        return f"{wanted:,.0f} would be over {self.adv_share_pct:g} % of its average daily value, {most:,.0f}."

    def liquidity(self, ticker: str) -> Literal["within", "unknown"]:
        """Whether it is known that the candidate can take it."""
        return "unknown" if self.portfolio_value is None or ticker not in self.adv_values else "within"

    def trades(self, ticker: str) -> tuple[OffsetTrade, ...]:
        """Its sales, and the purchase of the candidate."""
        trades = shift_trades(
            self.sold, ticker, closes=self.closes, portfolio_value=self.portfolio_value, cost_bps=self.cost_bps
        )
        return tuple(
            OffsetTrade(
                ticker=trade.ticker,
                weight_change=rounded(trade.weight_change),
                value=rounded(trade.value),
                units=rounded(trade.units),
                cost=rounded(trade.cost),
            )
            for trade in trades
        )


def planned_shift(view: View, request: RecommendOffsets, *, factor: Exposure, adv_share_pct: float) -> Shift:
    """The shift of this request.

    Raises:
        InvalidInput: the portfolio or the benchmark can't be computed with, or nothing of it may be sold.
    """
    _require_usable(view, request)
    sold = sold_weights(_sellable(request, factor), factor.every_member, shift=request.shift_pct / 100)
    if not sum(sold.values()) > 0:
        raise InvalidInput(
            "Nothing that the shift would be taken from may be sold: it is restricted, or its weights are 0.",
            field="restricted",
            next_action="Take holdings of the factor off `restricted`, or name another factor.",
        )
    prices = view.material.market.prices
    tickers = view.panel.tickers
    return Shift(
        weight=sum(sold.values()),
        sold=sold,
        portfolio_value=request.portfolio_value,
        cost_bps=request.cost_bps,
        closes=_known(tickers, last_closes(prices, tickers)),
        adv_values=_known(tickers, average_daily_value(prices, tickers)),
        adv_share_pct=adv_share_pct,
    )


def _sellable(request: RecommendOffsets, factor: Exposure) -> dict[str, float]:
    """The holdings that the shift may be taken from: the factor's own where it is held, else all."""
    held = {ticker: weight for ticker, weight in request.portfolio.items() if weight > 0}
    exposed = {ticker: weight for ticker, weight in held.items() if ticker in factor.every_member}
    return {ticker: weight for ticker, weight in (exposed or held).items() if ticker not in request.restricted}


def _known(tickers: Sequence[str], column: FloatColumn) -> dict[str, float]:
    return {ticker: value for ticker, value in zip(tickers, numbers(column), strict=True) if value is not None}


def _require_usable(view: View, request: RecommendOffsets) -> None:
    (benchmark, *_) = view.beside
    needed = [*((f"portfolio.{ticker}", ticker) for ticker in request.portfolio), ("benchmark", benchmark)]
    problems = [
        Problem(field, f"{view.why_unusable(ticker)}.") for field, ticker in needed if ticker not in view.panel.tickers
    ]
    total = sum(request.portfolio.values())
    if total > 1 + WEIGHTS_TOLERANCE:
        said = f"The weights sum to {total:.6g}; they may be at most 1, and what is missing to 1 is cash."
        problems.append(Problem("portfolio", said))
    if problems:
        raise InvalidInput(
            f"{problems[0].field}: {problems[0].message}",
            problems=problems,
            next_action="Give weights of tickers with enough data and a benchmark that has it, or another window.",
        )
