"""Positions sized by what was known at each decision. Section 3 of `docs/signal-backtest.md`."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from trimtab.domain.columns import BoolColumn, FloatColumn, IntColumn, TextColumn
from trimtab.domain.errors import InvalidInput
from trimtab.domain.signals.allocating import proportional_sizes
from trimtab.domain.signals.backtest.estimating import covariance_at, daily_returns, moments_at, trade_odds_at
from trimtab.domain.signals.backtest.rules import Rules
from trimtab.domain.signals.combining import Combined
from trimtab.domain.signals.exact_weights import in_steps
from trimtab.domain.signals.kelly import edge_of_returns, edge_of_trades, kelly_sizes
from trimtab.domain.signals.metrics.periods import risk_free_per_period
from trimtab.domain.signals.risk_parity import parity_sizes

_DAYS_PER_YEAR = 252


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """R decisions on N symbols that are to be sized.

    Attributes:
        wanted: R x N combined alphas; 0 for nothing.
        rows: R places among the prices.
        prices: T x N closes up to the last decision.
        said: what the strategies said together, of all T days where trades are to be told from it.
        symbols: N, for messages.
    """

    wanted: FloatColumn
    rows: IntColumn
    prices: FloatColumn
    said: Combined
    symbols: TextColumn


class Sizer(Protocol):
    """Sizes positions at R decisions."""

    @property
    def known(self) -> BoolColumn:
        """R x N: whether there is what a size rests on."""
        ...

    def target(self, place: int) -> FloatColumn:
        """N weights in whole steps, whose absolute sum is within the limit; 0 for what isn't wanted or known.

        Raises:
            InvalidInput: a covariance of which there are no such weights.
        """
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Ready:
    """Sizes that were made for all decisions at once."""

    known: BoolColumn
    targets: FloatColumn

    def target(self, place: int) -> FloatColumn:
        """See `Sizer`."""
        sizes: FloatColumn = self.targets[place]
        return sizes


@dataclass(frozen=True, slots=True, eq=False)
class ByRisk:
    """Equal contributions to risk, solved when they are asked for."""

    known: BoolColumn
    asked: Asked
    returns: FloatColumn
    rules: Rules

    def target(self, place: int) -> FloatColumn:
        """See `Sizer`."""
        wanted = self.asked.wanted[place]
        chosen = np.flatnonzero((wanted != 0) & self.known[place])
        sizes: FloatColumn = np.zeros_like(wanted)
        if len(chosen):
            row, days = int(self.asked.rows[place]), self.rules.sizing.estimate_days
            covariance = covariance_at(self.returns, row, days=days, chosen=chosen)
            symbols = tuple(self.asked.symbols[number] for number in chosen.tolist())
            parity = _parity(np.sign(wanted[chosen]), covariance, symbols=symbols, days=days)
            sizes[chosen] = in_steps(parity * self.rules.constraints.gross_limit)
        return sizes


def sizer_of(asked: Asked, rules: Rules) -> Sizer:
    """What sizes by the method of the rules."""
    makers = {
        "proportional": _proportional,
        "kelly": _kelly,
        "kelly_of_trades": _kelly_of_trades,
        "risk_parity": _risk_parity,
    }
    return makers[rules.sizing.method](asked, rules)


def _parity(side: FloatColumn, covariance: FloatColumn, *, symbols: TextColumn, days: int) -> FloatColumn:
    """As `parity_sizes`; a covariance of fewer returns than symbols is refused for that, whoever hedges whom in it."""
    try:
        return parity_sizes(side, covariance, symbols=symbols)
    except InvalidInput as refused:
        count = len(symbols)
        if count < days:
            raise
        raise InvalidInput(
            f"The covariance is singular: {count} symbols need more than {count} daily returns; estimate_days is "
            f"{days}. Give more, or fewer symbols.",
            field="covariance",
        ) from refused


def _proportional(asked: Asked, rules: Rules) -> Sizer:
    sizes = proportional_sizes(asked.wanted, gross_limit=rules.constraints.gross_limit)
    return Ready(np.ones(asked.wanted.shape, dtype=np.bool_), in_steps(sizes))


def _kelly(asked: Asked, rules: Rules) -> Sizer:
    moments = moments_at(daily_returns(asked.prices), asked.rows, days=rules.sizing.estimate_days)
    riskless = risk_free_per_period(rules.risk_free, asked.prices, periods_per_year=_DAYS_PER_YEAR)
    known = moments.variance > 0
    variance = np.where(known, moments.variance, 1.0)
    return _by_edge(
        asked, rules, known=known, edge=edge_of_returns(moments.mean - riskless, variance, side=np.sign(asked.wanted))
    )


def _kelly_of_trades(asked: Asked, rules: Rules) -> Sizer:
    odds = trade_odds_at(
        asked.prices,
        asked.said.alpha,
        horizon_days=asked.said.horizon_days,
        rows=asked.rows,
        days=rules.sizing.estimate_days,
    )
    known = ~np.isnan(odds.win_rate)
    return _by_edge(asked, rules, known=known, edge=edge_of_trades(odds.win_rate, odds.payoff_ratio))


def _by_edge(asked: Asked, rules: Rules, *, known: BoolColumn, edge: FloatColumn) -> Sizer:
    sizing = rules.sizing
    sizes = kelly_sizes(
        np.sign(asked.wanted),
        np.where(known, edge, 0.0),
        fraction=sizing.kelly_fraction,
        cap=sizing.kelly_cap,
        gross_limit=rules.constraints.gross_limit,
    )
    return Ready(known, in_steps(sizes))


def _risk_parity(asked: Asked, rules: Rules) -> Sizer:
    returns = daily_returns(asked.prices)
    known = moments_at(returns, asked.rows, days=rules.sizing.estimate_days).variance > 0
    return ByRisk(known, asked, returns, rules)
