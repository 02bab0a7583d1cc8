"""How strategies and portfolios did, as rows to keep."""

from collections.abc import Mapping
from typing import Any, Final, Literal

from trimtab.domain.signals.backtest import Backtest
from trimtab.workflow.ports.signal_records import PerformanceRow
from trimtab.workflow.ports.signal_requests import BacktestPortfolio, EvaluateStrategies
from trimtab.workflow.signals.asking import Asked
from trimtab.workflow.signals.basing import digest_of, inputs_of
from trimtab.workflow.signals.figures import Figures

COLUMNS: Final = ("sharpe", "total_return", "max_drawdown", "win_rate", "ic_mean")
"""Metrics that have a field of their own in a row."""
Metrics = Mapping[str, float | None]


def portfolio_rows(
    asked: Asked, request: BacktestPortfolio, *, found: Mapping[str, Metrics], runs: Mapping[str, Backtest]
) -> tuple[PerformanceRow, ...]:
    """A row per combination method that was run."""
    inputs = inputs_of(asked, request)
    return tuple(
        _row(asked, name, kind="portfolio", found=of, run=runs[name], inputs={**inputs, "combination_method": name})
        for name, of in found.items()
    )


def strategy_rows(
    asked: Asked, request: EvaluateStrategies, *, figures: Figures, runs: Mapping[str, Backtest]
) -> tuple[PerformanceRow, ...]:
    """A row per strategy that was run; among the figures is `ic_mean`."""
    inputs = inputs_of(asked, request)
    return tuple(
        _row(asked, name, kind="strategy", found=figures.of(name), run=run, inputs=inputs) for name, run in runs.items()
    )


def _row(
    asked: Asked,
    name: str,
    *,
    kind: Literal["strategy", "portfolio"],
    found: Metrics,
    run: Backtest,
    inputs: dict[str, Any],
) -> PerformanceRow:
    """Its id is made of what was found, too: a plug-in that was changed never passes for the same run."""
    digest = asked.material.market.digest
    return PerformanceRow(
        subject=name,
        kind=kind,
        evaluation_day=run.dates[-1].item(),
        lookback_days=len(run.dates),
        sharpe_ratio=found["sharpe"],
        total_return=found["total_return"],
        max_drawdown=found["max_drawdown"],
        win_rate=found["win_rate"],
        ic_mean=found.get("ic_mean"),
        metrics={metric: value for metric, value in found.items() if metric not in COLUMNS},
        inputs=inputs,
        run_id=digest_of({"subject": name, "inputs": inputs, "market": digest, "metrics": found}),
        market_digest=digest,
    )
