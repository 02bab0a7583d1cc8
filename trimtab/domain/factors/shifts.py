"""Trades of a shift: what is sold and what is bought, with units and costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

BASIS_POINTS: Final = 10_000
_ROUNDING: Final = 1e-12
"""Buying back what was sold leaves this much at most, and nothing is traded for it."""


@dataclass(frozen=True, slots=True)
class ShiftTrade:
    """One side of a shift: buy > 0, sell < 0.

    Attributes:
        ticker: what is traded.
        weight_change: a fraction of the portfolio.
        value: money; None where the portfolio's value isn't known.
        units: as many as the last close makes, signed; None where value or close isn't known.
        cost: money, 0 or more; None where the value isn't known.
    """

    ticker: str
    weight_change: float
    value: float | None
    units: float | None
    cost: float | None


def shift_trades(
    sold: Mapping[str, float],
    candidate: str,
    *,
    closes: Mapping[str, float],
    portfolio_value: float | None,
    cost_bps: float,
) -> tuple[ShiftTrade, ...]:
    """The trades that sell these weights and buy the candidate for all of it; sells by ticker, then the buy.

    A candidate that is itself sold from is traded once, by the difference.

    Args:
        sold: weights sold, fractions of the portfolio above 0 (`sold_weights`).
        candidate: what is bought.
        closes: last closes above 0, by ticker, where they are known.
        portfolio_value: money, or None.
        cost_bps: cost in basis points of what is traded.
    """
    changes = {ticker: -weight for ticker, weight in sold.items()}
    changes[candidate] = changes.get(candidate, 0.0) + sum(sold.values())
    return tuple(
        _trade(ticker, changes[ticker], close=closes.get(ticker), portfolio_value=portfolio_value, cost_bps=cost_bps)
        for ticker in sorted(changes, key=lambda ticker: (ticker == candidate, ticker))
        if abs(changes[ticker]) > _ROUNDING
    )


def _trade(
    ticker: str, weight_change: float, *, close: float | None, portfolio_value: float | None, cost_bps: float
) -> ShiftTrade:
    if portfolio_value is None:
        return ShiftTrade(ticker, weight_change, value=None, units=None, cost=None)
    value = weight_change * portfolio_value
    return ShiftTrade(
        ticker,
        weight_change,
        value=value,
        units=None if close is None else value / close,
        cost=abs(value) * cost_bps / BASIS_POINTS,
    )
