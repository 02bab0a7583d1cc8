"""The sections of a backtest's answer that were asked for, each with at most so many rows."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from trimtab.domain.columns import IntColumn
from trimtab.domain.signals.backtest import Backtest, Rules
from trimtab.domain.signals.evaluation.distributions import COMBINED, EDGES, Spread, scatter, spread
from trimtab.workflow.factors.tables import number, table
from trimtab.workflow.ports.results import Table
from trimtab.workflow.ports.signal_requests import BacktestPortfolio
from trimtab.workflow.ports.signal_results import Scatter, Shown
from trimtab.workflow.signals.asking import Asked
from trimtab.workflow.signals.picking import newest, spread_out
from trimtab.workflow.signals.run_tables import (
    Rows,
    contributions_over_time,
    days,
    equity_rows,
    trade_rows,
    weight_rows,
)

Pick = Callable[..., Sequence[Any]]
EQUITY: Final = ("day", "equity_value", "cash_value", "drawdown")
TRADES: Final = ("day", "symbol", "units", "adjusted_price", "value", "cost_value")
BINS: Final = ("alpha_from", "alpha_to")


class Sections:
    """Collects the sections of one run."""

    def __init__(self, asked: Asked, request: BacktestPortfolio, *, run: Backtest, rules: Rules) -> None:
        self._asked = asked
        self._request = request
        self._run = run
        self._rules = rules
        self._shown: list[Shown] = []

    def told(self, beside: Mapping[str, Backtest]) -> dict[str, Any]:
        """The fields of the answer that were asked for, and how many rows each shows."""
        found: dict[str, Any] = {}
        wanted: set[str] = {*self._request.sections}
        run = self._run
        if "equity" in wanted:
            found["equity"] = self._rows("equity", (*EQUITY, *beside), rows=equity_rows(run, beside), pick=spread_out)
        if "weights" in wanted:
            found["weights"] = self._rows("weights", ("day", "symbol", "weight"), rows=weight_rows(run), pick=newest)
        if "trades" in wanted:
            found["trades"] = self._rows("trades", TRADES, rows=trade_rows(run), pick=newest)
        if "contributions" in wanted:
            rows, columns = contributions_over_time(run), ("day", *run.contribution_names)
            found["contributions_over_time"] = self._rows("contributions", columns, rows=rows, pick=spread_out)
        if "scatter" in wanted:
            found["scatter"] = self._scatter()
        if wanted & {"histogram", "confidence"}:
            found |= self._spread(wanted)
        return {**found, "shown": tuple(self._shown)}

    def _rows(self, section: str, columns: Sequence[str], *, rows: Rows, pick: Pick) -> Table:
        picked = pick(rows, most=self._request.max_rows)
        self._shown.append(Shown(section=section, shown=len(picked), total=len(rows)))
        return table(columns, picked)

    def _scatter(self) -> Scatter:
        """Over the horizon that the combined signals have on average, in whole days."""
        horizon = horizon_of(self._asked)
        found, told = scatter(self._run, horizon_days=horizon), days(self._run.dates)
        decided = self._run.decisions.decided
        rows: Rows = [
            (told[decided[place]], self._run.symbols[symbol], number(alpha), number(realised))
            for place, symbol, alpha, realised in zip(
                found.decision.tolist(), found.symbol.tolist(), found.alpha.tolist(), found.realised.tolist(),
                strict=True,
            )
        ]  # fmt: skip
        return Scatter(
            horizon_days=horizon,
            n=len(rows),
            pearson=number(found.pearson),
            spearman=number(found.spearman),
            points=self._rows("scatter", ("day", "symbol", "alpha", "realized_return"), rows=rows, pick=spread_out),
        )

    def _spread(self, wanted: set[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        seen = spread(self._asked.prices, self._asked.panels, rules=self._rules, run=self._run)
        if "histogram" in wanted:
            found["histogram"] = histogram_table(seen.histograms)
        if "confidence" in wanted:
            found["confidence"] = self._confidence(seen)
        return found

    def _confidence(self, seen: Spread) -> Table:
        told = days(self._run.dates[self._run.decisions.decided])
        columns = (COMBINED, *self._run.strategies)
        values = np.column_stack([seen.confidence[name] for name in columns]).tolist()
        rows: Rows = [(day, *map(number, row)) for day, row in zip(told, values, strict=True)]
        return self._rows("confidence", ("day", *columns), rows=rows, pick=spread_out)


def horizon_of(asked: Asked) -> int:
    """The strategies' horizons, weighed by their weights, in whole days."""
    weights = [asked.weights[panel.strategy] for panel in asked.panels]
    return max(1, round(float(np.average([panel.horizon_days for panel in asked.panels], weights=weights))))


def histogram_table(counts: Mapping[str, IntColumn]) -> Table:
    """Counts by bins of alpha, the combination first where it is among them."""
    names = sorted(counts, key=lambda name: name != COMBINED)
    columns = [counts[name].tolist() for name in names]
    rows = zip(EDGES[:-1].tolist(), EDGES[1:].tolist(), *columns, strict=True)
    return table((*BINS, *names), rows)
