"""Who is left out of a window, and why. Section 3 of the factors' maths."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from trimtab.domain.columns import BoolColumn, FloatColumn
from trimtab.domain.factors.market import Finding
from trimtab.domain.factors.panel import Panel
from trimtab.domain.factors.windows import Window, cut

ExclusionReason = Literal[
    "no_data",
    "faulty_prices",
    "thin_history",
    "low_coverage",
    "constant",
    "not_finite",
    "few_common_months",
    "over_max_factors",
]
EQUAL: Final = 1e-12
"""Returns that differ by less are equal: such differences are noise of the division that made them."""
LARGEST: Final = 1e100
"""Squares of larger returns, and sums and quotients of those, may be beyond all numbers."""


@dataclass(frozen=True, slots=True, order=True)
class Exclusion:
    """A ticker, or the label of a column, that was left out."""

    ticker: str
    reason: ExclusionReason
    detail: str


@dataclass(frozen=True, slots=True, eq=False)
class Eligible:
    """The window's panel of those that are used, and those that aren't, by ticker."""

    panel: Panel
    exclusions: tuple[Exclusion, ...]


def eligible(
    panel: Panel,
    window: Window,
    *,
    tickers: Iterable[str],
    min_observations: int,
    min_coverage_pct: float,
    findings: Iterable[Finding],
) -> Eligible:
    """The tickers that have enough returns in the window.

    Args:
        panel: the whole panel.
        window: months of it.
        tickers: the wanted ones; kept ones stay in this order, each once.
        min_observations: least number of returns in the window.
        min_coverage_pct: least share of the window's months with a return, in percent.
        findings: what is wrong with prices; tickers with one that excludes are left out.
    """
    wanted = tuple(dict.fromkeys(tickers))
    held = set(panel.tickers)
    known = cut(panel, window, tickers=[ticker for ticker in wanted if ticker in held])
    left_out = {
        ticker: Exclusion(ticker, "no_data", "The market has no prices of it.")
        for ticker in wanted
        if ticker not in held
    }
    left_out |= _short_of_returns(known, min_observations=min_observations, min_coverage_pct=min_coverage_pct)
    left_out |= _faulty(findings, wanted)
    kept = [ticker for ticker in wanted if ticker not in left_out]
    return Eligible(cut(panel, window, tickers=kept), tuple(left_out[ticker] for ticker in sorted(left_out)))


def constant_columns(values: FloatColumn) -> BoolColumn:
    """Which columns of M x N don't move: all that is known of them is equal, or nothing is."""
    known = np.isfinite(values)
    most = np.where(known, values, -np.inf).max(axis=0, initial=-np.inf)
    least = np.where(known, values, np.inf).min(axis=0, initial=np.inf)
    constant: BoolColumn = most <= least + EQUAL
    return constant


def _short_of_returns(panel: Panel, *, min_observations: int, min_coverage_pct: float) -> dict[str, Exclusion]:
    months = len(panel.months)
    counts = np.isfinite(panel.returns).sum(axis=0)
    thin = counts < min_observations
    low = counts * 100.0 < min_coverage_pct * months
    huge: BoolColumn = np.logical_or.reduce(np.abs(panel.returns) > LARGEST, axis=0)
    short = np.flatnonzero(thin | low | huge | constant_columns(panel.returns))
    found = {}
    for column in short.tolist():
        ticker, count = panel.tickers[column], int(counts[column])
        has = f"It has {count} returns in {months} months"
        if thin[column]:
            found[ticker] = Exclusion(ticker, "thin_history", f"{has}; at least {min_observations} are needed.")
        elif low[column]:
            share = f"{100.0 * count / months:.1f} %"
            found[ticker] = Exclusion(
                ticker, "low_coverage", f"{has}, {share}; at least {min_coverage_pct:g} % is needed."
            )
        elif huge[column]:
            found[ticker] = Exclusion(ticker, "not_finite", "Its returns are too large for sums of their squares.")
        else:
            found[ticker] = Exclusion(ticker, "constant", f"All its {count} returns are equal.")
    return found


def _faulty(findings: Iterable[Finding], tickers: Sequence[str]) -> dict[str, Exclusion]:
    wanted = set(tickers)
    of_ticker: dict[str, list[str]] = {}
    for finding in sorted(findings):
        if finding.excludes and finding.ticker in wanted:
            of_ticker.setdefault(finding.ticker, []).append(finding.message)
    return {ticker: Exclusion(ticker, "faulty_prices", " ".join(said)) for ticker, said in of_ticker.items()}
