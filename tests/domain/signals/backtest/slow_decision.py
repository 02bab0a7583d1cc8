"""What is decided on a day, symbol by symbol and as the formulas have it. It shares nothing with what it checks but
`apply_constraints`, which has tests of its own.
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trimtab.domain.signals.backtest.rules import Rules
from trimtab.domain.signals.constraints import apply_constraints
from trimtab.domain.signals.strategies import SignalPanel


@dataclass(frozen=True)
class Said:
    """What the strategies say together of one symbol on one day."""

    alpha: float
    horizon_days: float
    parts: tuple[float, ...]


@dataclass(frozen=True)
class SlowDecision:
    """Weights by symbol, and the symbols without an estimate."""

    weights: dict[str, float]
    without: set[str]


def slow_decision(prices, panels, rules: Rules, *, row: int, held, sectors) -> SlowDecision:
    said = slow_said(prices, panels, rules, row=row)
    wanted = {symbol: each.alpha for symbol, each in said.items() if each.alpha}
    if rules.constraints.long_only:
        wanted = {symbol: alpha for symbol, alpha in wanted.items() if alpha > 0}
    past = prices.iloc[: row + 1]
    if rules.sizing.method == "proportional":
        sizes, without = wanted, set[str]()
    elif rules.sizing.method == "risk_parity":
        sizes, without = _parity(past, wanted, rules)
    else:
        sizes, without = _kelly(past, panels, rules, wanted=wanted)
    gross, total = rules.constraints.gross_limit, sum(map(abs, sizes.values()))
    if total and (rules.sizing.method in {"proportional", "risk_parity"} or total > gross):
        sizes = {symbol: size * gross / total for symbol, size in sizes.items()}
    target = {symbol: sizes.get(symbol, 0.0) for symbol in prices.columns}
    found = apply_constraints(target, rules.constraints, sectors=sectors, held=held)
    return SlowDecision({symbol: float(found.weights[symbol]) for symbol in target}, without)


def slow_said(prices: pd.DataFrame, panels: list[SignalPanel], rules: Rules, *, row: int) -> dict[str, Said]:
    weight = [rules.weights.get(panel.strategy, 1.0) for panel in panels]
    there: dict[str, dict[int, tuple[float, float]]] = {symbol: {} for symbol in prices.columns}
    for number, panel in enumerate(panels):
        for symbol in prices.columns:
            alpha = panel.alpha[symbol].iloc[row]
            if weight[number] > 0 and not math.isnan(prices[symbol].iloc[row]) and not math.isnan(alpha):
                there[symbol][number] = (alpha, panel.confidence[symbol].iloc[row])
    return {
        symbol: _together(symbol, there, panels=panels, weight=weight, method=rules.combining)
        for symbol in prices.columns
        if there[symbol]
    }


def _together(symbol, there, *, panels, weight, method) -> Said:
    own = there[symbol]
    most = max(sure for _, sure in own.values())
    by = {
        "weighted": lambda number: weight[number],
        "rank_average": lambda number: weight[number],
        "confidence_weighted": lambda number: weight[number] * own[number][1],
        "best": lambda number: weight[number] * (own[number][1] == most),
    }[method]
    chosen = {number: by(number) for number in own}
    if not any(chosen.values()):
        chosen = {number: weight[number] for number in own}
    total = sum(chosen.values())
    score = {number: _rank(symbol, there, number) if method == "rank_average" else own[number][0] for number in own}
    parts = tuple(chosen[n] / total * score[n] if n in own else 0.0 for n in range(len(panels)))
    alpha = sum(parts) if most > 0 and abs(sum(parts)) > 1e-12 else 0.0
    return Said(alpha, sum(chosen[n] / total * panels[n].horizon_days for n in own), parts)


def _rank(symbol, there, number) -> float:
    values = [own[number][0] for own in there.values() if number in own]
    mine = there[symbol][number][0]
    rank = sum(value < mine for value in values) + (sum(value == mine for value in values) + 1) / 2
    return (2 * rank - len(values) - 1) / (len(values) - 1) if len(values) > 1 else 0.0


def _returns(past: pd.DataFrame, symbol: str, days: int) -> np.ndarray | None:
    """The last returns of a symbol that has all of them and moved."""
    closes = past[symbol].to_numpy()[-days - 1 :]
    if len(closes) < days + 1 or np.isnan(closes).any() or (closes == closes[0]).all():
        return None
    return closes[1:] / closes[:-1] - 1


def _kelly(past, panels, rules: Rules, *, wanted) -> tuple[dict[str, float], set[str]]:
    sizing, sizes, without = rules.sizing, {}, set()
    trades = _trades(past, panels, rules) if sizing.method == "kelly_of_trades" else {}
    for symbol, alpha in wanted.items():
        side = math.copysign(1, alpha)
        if sizing.method == "kelly":
            returns = _returns(past, symbol, sizing.estimate_days)
            riskless = (1 + rules.risk_free) ** (1 / 252) - 1
            edge = None if returns is None else side * (np.mean(returns) - riskless) / np.var(returns, ddof=1)
        else:
            edge = _edge(trades[symbol])
        if edge is None:
            without.add(symbol)
        else:
            sizes[symbol] = side * min(max(edge * sizing.kelly_fraction, 0), sizing.kelly_cap)
    return sizes, without


def _trades(past, panels, rules) -> dict[str, list[float]]:
    """The trades that became known within the last days, by symbol."""
    last = len(past) - 1
    trades: dict[str, list[float]] = {symbol: [] for symbol in past.columns}
    for day in range(last):
        for symbol, each in slow_said(past, panels, rules, row=day).items():
            known = day + max(round(each.horizon_days), 1)
            if each.alpha and last - rules.sizing.estimate_days < known <= last:
                gain = math.copysign(1, each.alpha) * (past[symbol].iloc[known] / past[symbol].iloc[day] - 1)
                if not math.isnan(gain):
                    trades[symbol].append(gain)
    return trades


def _edge(trades: list[float]) -> float | None:
    wins, losses = [gain for gain in trades if gain > 0], [-gain for gain in trades if gain < 0]
    if len(wins) + len(losses) < 20 or not wins or not losses:
        return None
    rate, payoff = len(wins) / (len(wins) + len(losses)), np.mean(wins) / np.mean(losses)
    return float(rate - (1 - rate) / payoff)


def _parity(past, wanted, rules: Rules) -> tuple[dict[str, float], set[str]]:
    returns = {symbol: _returns(past, symbol, rules.sizing.estimate_days) for symbol in wanted}
    known = [symbol for symbol in wanted if returns[symbol] is not None]
    if not known:
        return {}, set(wanted)
    side = np.array([math.copysign(1, wanted[symbol]) for symbol in known])
    covariance = np.cov(np.array([returns[symbol] for symbol in known])).reshape(len(known), len(known))
    weights = _contributing_alike(side[:, None] * covariance * side)
    return dict(zip(known, side * weights, strict=True)), set(wanted) - set(known)


def _contributing_alike(covariance: np.ndarray) -> np.ndarray:
    """One symbol after the other is set so that it contributes 1, until none of them changes any more."""
    weights = 1 / np.sqrt(np.diag(covariance))
    for _ in range(300):
        for own in range(len(weights)):
            variance, beside = covariance[own, own], covariance[own] @ weights - covariance[own, own] * weights[own]
            weights[own] = (-beside + math.sqrt(beside**2 + 4 * variance)) / (2 * variance)
    return weights
