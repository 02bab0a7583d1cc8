"""A signal desk that answers by script, with the real request and result models; it remembers what it was asked."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from mcp.client import Client
from mcp_types import CallToolResult

from tests.tools.scripted import Nothing, Scripted
from tests.tools.scripted_desk import ScriptedDesk, with_no_store
from tests.tools.serving import error_of
from trimtab.server.app import build_server
from trimtab.server.desks import MakeSignals, OpenSignals
from trimtab.settings import Settings
from trimtab.workflow.ports import signal_requests as ask
from trimtab.workflow.ports import signal_results as answer
from trimtab.workflow.ports.desk import Caller, Progress, no_progress
from trimtab.workflow.ports.results import Table

Wrong = tuple[dict[str, object], str, str]
"""Arguments of a call, how the field that is named begins, and a part of what is said."""
STRATEGIES = answer.Strategies(
    strategies=tuple(
        answer.StrategyInfo(name=name, package="", history_days=20, parameters={"window_days": 20.0}, readme="An idea.")
        for name in ("bollinger_mean_reversion", "macd_rsi_confluence", "momentum_rank")
    ),
    broken=(answer.BrokenStrategy(name="tides", package="tidal", reason="It can't be imported."),),
)
BASIS = answer.Basis(
    market="small",
    market_digest="b" * 64,
    market_as_of="2026-11-20",
    n_symbols=3,
    strategies=(
        answer.UsedStrategy(
            name="momentum_rank",
            weight=1.0,
            parameters={"lookback_days": 252.0},
            horizon_days=21,
            volatility_adjusted=False,
        ),
        answer.UsedStrategy(
            name="bollinger_mean_reversion", weight=0.5, parameters={}, horizon_days=5, volatility_adjusted=True
        ),
    ),
    failed=(answer.BrokenStrategy(name="tides", package="tidal", reason="It divides by zero."),),
    left_out=Table(columns=("symbol", "reason", "detail"), rows=(("JJC", "no_prices", "It has no price at all."),)),
    rules={"cadence": "monthly", "cost_bps": 5.0, "long_only": True},
    notes=("Something to know.",),
)
KEPT = answer.Recorded(kept=True, new_rows=3)
SIGNALS = answer.Signals(
    day="2026-11-20",
    combination_method="weighted",
    signals=Table(
        columns=("symbol", "strategy", "alpha_score", "confidence", "direction"),
        rows=(
            ("AGG", "momentum_rank", -1.0, 1.0, "SELL"),
            ("GLD", "bollinger_mean_reversion", -0.25, 0.125, "SELL"),
            ("GLD", "momentum_rank", 0.5, 0.5, "BUY"),
        ),
    ),
    combined=Table(
        columns=("symbol", "alpha", "confidence", "horizon_days", "conflict", "direction"),
        rows=(
            ("AGG", -1.0, 1.0, 21.0, 0.0, "SELL"),
            ("GLD", 0.123456789012, 0.15, 15.6666666667, 0.333333333333, "BUY"),
        ),
    ),
    without_signal=("SPY",),
    recorded=KEPT,
    basis=BASIS,
)
ALLOCATED = answer.Allocated(
    allocation_id="c" * 64,
    day="2026-11-20",
    combination_method="weighted",
    allocation_method="proportional",
    total_capital=1_000_000.0,
    allocations=Table(
        columns=(
            "symbol",
            "alpha",
            "confidence",
            "conflict",
            "held_weight",
            "weight",
            "value",
            "trade_value",
            "sector",
            "price",
        ),
        rows=(
            ("SPY", None, None, None, 0.25, 0.0, 0.0, -250_000.0, "equity", 650.5),
            ("GLD", 0.123456789012, 0.15, 0.333333333333, 0.0, 0.1, 100_000.0, 100_000.0, "commodity", 220.25),
        ),
    ),
    cash_weight=0.9,
    cash_value=900_000.0,
    unmet=(answer.Unmet(field="min_positions", message="1 of 2 positions; max_turnover stands against it."),),
    recorded=KEPT,
    basis=BASIS,
)
_ALONE = ("metric", "momentum_rank", "bollinger_mean_reversion", "equal_weight")
METRICS = Table(
    columns=_ALONE,
    rows=(
        ("first_day", "2016-01-04", "2015-01-02", "2015-01-02"),
        ("n_days", 2740, 2990, 2990),
        ("total_return", 0.5, -0.123456789, 0.25),
        ("sharpe", 0.75, None, 0.5),
        ("turnover", 0.25, 0.5, 0.01),
    ),
)
EVALUATION = answer.Evaluation(
    first_day="2016-01-04",
    last_day="2026-11-20",
    n_days=2740,
    metrics=METRICS,
    signals=Table(
        columns=("strategy", "n_signals", "coverage", "buy_share", "sell_share", "mean_confidence"),
        rows=(
            ("momentum_rank", 8220, 1.0, 0.5, 0.5, 0.666666666667),
            ("bollinger_mean_reversion", 8100, 0.98, 0.4, 0.6, 0.2),
        ),
    ),
    decay=Table(
        columns=("strategy", "horizon_days", "ic_mean", "t_stat", "n_dates"),
        rows=(
            ("momentum_rank", 1, 0.0123456789, 2.5, 2739),
            ("momentum_rank", 21, 0.05, 1.99, 2719),
            ("bollinger_mean_reversion", 5, None, None, 2),
        ),
    ),
    histogram=Table(
        columns=("alpha_from", "alpha_to", "momentum_rank", "bollinger_mean_reversion"),
        rows=((-1.0, -0.9, 2740, 12), (0.9, 1.0, 2740, 13)),
    ),
    recorded=KEPT,
    basis=BASIS,
)
COMPARISON = answer.Comparison(
    n_trials=12,
    metrics=Table(
        columns=("metric", "weighted", "confidence_weighted", "rank_average", "best"),
        rows=(
            ("total_return", 0.5, 0.4, 0.3, 0.2),
            ("sharpe", 0.75, 0.7, 0.65, 0.6),
        ),
    ),
    deflated=Table(
        columns=("method", "sharpe_ratio", "deflated_sharpe"),
        rows=(
            ("weighted", 0.75, 0.9512345678),
            ("confidence_weighted", 0.7, 0.95),
            ("rank_average", 0.65, 0.5),
            ("best", 0.6, None),
        ),
    ),
    walk_forward=Table(
        columns=("fold", "first_day", "last_day", "chosen", "informed", "total_return", "sharpe_ratio"),
        rows=(
            (2, "2018-03-09", "2020-05-12", "weighted", False, 0.1, 0.5),
            (3, "2020-05-13", "2022-07-18", "best", True, -0.1, None),
        ),
    ),
    joined={"total_return": 0.123456789, "sharpe": None},
)
BACKTESTED = answer.Backtested(
    run_id="d" * 64,
    first_day="2016-01-04",
    last_day="2026-11-20",
    n_days=2740,
    combination_method="weighted",
    allocation_method="proportional",
    final_value=1_500_000.0,
    metrics=METRICS,
    contributions=Table(
        columns=("source", "value", "contribution"),
        rows=(("momentum_rank", 512_345.678901, 0.512345678901), ("costs", -12_345.678901, -0.012345678901)),
    ),
    n_decisions=131,
    n_trades=260,
    cost_value=12_345.678901,
    untraded=0,
    without_estimate=0,
    unmet=Table(columns=("day", "field", "message"), rows=()),
    pending=Table(columns=("decided", "symbol", "held_weight", "weight"), rows=()),
    stuck=Table(columns=("symbol", "last_price_day", "weight"), rows=()),
    comparison=COMPARISON,
    recorded=KEPT,
    basis=BASIS,
)


class ScriptedSignals(Scripted):
    """Answers every operation; `says` replaces single answers, and an exception among them is raised."""

    async def strategies(self) -> answer.Strategies:
        return STRATEGIES

    async def signals(self, caller: Caller, request: ask.ComputeSignals) -> answer.Signals:
        return self._answer("signals", caller, request=request, result=SIGNALS)

    async def allocate(self, caller: Caller, request: ask.AllocateCapital) -> answer.Allocated:
        return self._answer("allocate", caller, request=request, result=ALLOCATED)

    async def evaluate(
        self, caller: Caller, request: ask.EvaluateStrategies, *, progress: Progress = no_progress
    ) -> answer.Evaluation:
        await self._steps(progress)
        return self._answer("evaluate", caller, request=request, result=EVALUATION)

    async def backtest(
        self, caller: Caller, request: ask.BacktestPortfolio, *, progress: Progress = no_progress
    ) -> answer.Backtested:
        await self._steps(progress)
        return self._answer("backtest", caller, request=request, result=BACKTESTED)

    async def records(self, caller: Caller, request: ask.ReadSignalRecords) -> answer.SignalRecordsPage:
        raise AssertionError("No tool asks for this.")


def signals_of(desk: ScriptedSignals) -> MakeSignals:
    """Opens this desk."""
    return lambda: OpenSignals(desk, Nothing(), Nothing())


@asynccontextmanager
async def client_of(make: MakeSignals, *, read_only: bool = False) -> AsyncIterator[Client]:
    """Connects to a server whose signal desk is made so."""
    settings = Settings(read_only=read_only)
    server = build_server(settings, make_desk=lambda: with_no_store(ScriptedDesk()), make_signals=make)
    async with Client(server) as client:
        yield client


async def call(tool: str, desk: ScriptedSignals | None = None, **arguments: object) -> CallToolResult:
    """One call and its answer."""
    async with client_of(signals_of(desk or ScriptedSignals())) as client:
        return await client.call_tool(tool, arguments)


async def all_refused(tool: str, wrong: Iterable[Wrong]) -> None:
    """Fails unless each call is refused before the desk is asked, with the field and what is allowed there."""
    desk = ScriptedSignals()
    async with client_of(signals_of(desk)) as client:
        for given, field, says in wrong:
            said = error_of(await client.call_tool(tool, given))
            assert said["code"] == "invalid_argument", given
            assert str(said["field"]).startswith(field), given
            assert says in str(said["message"]), given
    assert desk.asked == []
