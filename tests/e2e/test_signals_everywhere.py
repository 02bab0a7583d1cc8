"""The same question about signals gives the same numbers over MCP, over REST, from the command line and from Python."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

import httpx2
import numpy as np
import pandas as pd
import pytest
from mcp.client import Client

from tests.server.http_servers import HttpServer
from trimtab.adapters.market.folder import FolderSource
from trimtab.domain.signals.backtest import Backtest, Rules, backtest, equal_weight
from trimtab.domain.signals.backtest.deciding_now import decide_at
from trimtab.domain.signals.constraints import Constraints
from trimtab.domain.signals.evaluation.comparing import Comparison, Trials, compare
from trimtab.domain.signals.evaluation.daily_returns import daily_returns
from trimtab.domain.signals.evaluation.strategy_evaluation import Evaluation, evaluate
from trimtab.domain.signals.evaluation.suite import METRICS, metric_suite
from trimtab.domain.signals.strategies import (
    BollingerMeanReversion,
    MacdRsiConfluence,
    MomentumParameters,
    MomentumRank,
    SignalPanel,
)
from trimtab.fixtures import DEMO_MARKET
from trimtab.workflow.signals.quoting import quoted

Json = dict[str, Any]
SYMBOLS: Final = ["AGG", "EEM", "GLD", "SPY", "TLT", "USO"]
SCOPE: Final = {
    "strategies": ["bollinger_mean_reversion", "macd_rsi_confluence", "momentum_rank"],
    "parameters": {"momentum_rank": {"lookback_days": 126}},
    "strategy_weights": {"momentum_rank": 2},
    "symbols": SYMBOLS,
}
SCOPE_WORDS: Final = (
    *("--strategies", "bollinger_mean_reversion,macd_rsi_confluence,momentum_rank"),
    *("--set", "momentum_rank.lookback_days=126", "--weights", "momentum_rank=2", "--symbols", ",".join(SYMBOLS)),
)
BACKTEST: Final = (
    "backtest_portfolio",
    "backtests",
    {**SCOPE, "start_date": "2018-01-01", "compare": True, "cost_bps": 10, "max_position_weight": 0.4},
    (
        *("backtest", *SCOPE_WORDS, "--start", "2018-01-01", "--compare"),
        *("--option", "cost_bps=10", "--option", "max_position_weight=0.4"),
    ),
)
ALLOCATION: Final = (
    "allocate_capital",
    "allocations",
    {**SCOPE, "total_capital": 1_000_000, "as_of": "2025-06-30", "held": {"SPY": 0.6, "AGG": 0.4}, "max_turnover": 0.5},
    (
        *("allocate", *SCOPE_WORDS, "--capital", "1000000", "--as-of", "2025-06-30", "--held", "SPY=0.6,AGG=0.4"),
        *("--option", "max_turnover=0.5"),
    ),
)
EVALUATION: Final = (
    "evaluate_strategies",
    "evaluations",
    {**SCOPE, "start_date": "2018-01-01", "horizons": [1, 5, 21]},
    ("evaluate", *SCOPE_WORDS, "--start", "2018-01-01", "--horizons", "1,5,21"),
)
OWN: Final = {"recorded", "success", "allocation_id", "run_id"}
"""What isn't a number of the answer: whether it was kept, and under which name."""
WORD: Final = re.compile(r"(?<=[a-z0-9])([A-Z])")
RULES: Final = Rules(
    weights={"momentum_rank": 2.0},
    constraints=Constraints(max_position_weight=0.4),
    cost_bps=10.0,
    start=date(2018, 1, 1),
)


@pytest.fixture(scope="module")
def prices() -> pd.DataFrame:
    return quoted(FolderSource(DEMO_MARKET).load(), SYMBOLS).prices


@pytest.fixture(scope="module")
def panels(prices: pd.DataFrame) -> list[SignalPanel]:
    momentum = MomentumRank(MomentumParameters(lookback_days=126))
    return [strategy.signals(prices) for strategy in (BollingerMeanReversion(), MacdRsiConfluence(), momentum)]


async def answers(
    asked: tuple[str, str, Mapping[str, object], tuple[str, ...]], *, server: HttpServer, home: Path
) -> list[Json]:
    """The answer by each process: of the tool, the address and the command."""
    tool, path, arguments, words = asked
    async with Client(server.mcp) as client:
        by_tool = await client.call_tool(tool, dict(arguments))
    assert not by_tool.is_error, by_tool.structured_content
    by_rest = httpx2.post(f"{server.address}/api/signals/{path}", json=camel(arguments), timeout=60)
    assert by_rest.status_code == 200, by_rest.text
    command = [sys.executable, "-m", "trimtab.cli.main", "signals", *words, "--json"]
    environ = {**os.environ, "TRIMTAB_HOME": str(home)}
    by_command = subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=60)
    assert by_command.returncode == 0, by_command.stderr
    return [plain(each) for each in (by_tool.structured_content, by_rest.json(), json.loads(by_command.stdout))]


def camel(arguments: Mapping[str, object]) -> Json:
    return {re.sub(r"_([a-z])", lambda found: found[1].upper(), name): value for name, value in arguments.items()}


def plain(value: Any) -> Any:
    """The answer without spelling, and without what says nothing: some leave it out, others don't."""
    if isinstance(value, dict):
        found = {WORD.sub(lambda each: f"_{each[1].lower()}", name): plain(inner) for name, inner in value.items()}
        return {name: inner for name, inner in found.items() if name not in OWN and inner not in (None, "", [], {})}
    return [each if each is None else plain(each) for each in value] if isinstance(value, list) else value


def column(table: Json, name: str, *, by: int = 1) -> dict[Any, Any]:
    """A column of a table by the cells of the first ones."""
    place = table["columns"].index(name)
    return {row[0] if by == 1 else tuple(row[:by]): row[place] for row in table["rows"]}


def same(told: Any, computed: float) -> bool:
    """Whether a number of an answer is one that was computed: null is what isn't defined."""
    return bool(np.isnan(computed)) if told is None else bool(told == pytest.approx(computed, rel=1e-11, abs=1e-14))


def same_money(told: float, computed: float) -> bool:
    """The same for money, which answers have to a millionth."""
    return bool(told == pytest.approx(computed, rel=1e-11, abs=1e-6))


def assert_metrics(table: Json, returns: pd.DataFrame) -> None:
    """Every metric of every column is that of these returns."""
    assert table["columns"] == ["metric", *returns.columns]
    suite = metric_suite(returns, benchmark=returns["equal_weight"])
    for name in returns:
        told = column(table, str(name))
        wrong = {
            metric: (told[metric], suite[name][metric])
            for metric in METRICS
            if not same(told[metric], suite[name][metric])
        }
        assert (name, wrong) == (name, {})


async def test_a_backtest_with_every_method_compared(
    server: HttpServer, home: Path, prices: pd.DataFrame, panels: list[SignalPanel]
) -> None:
    by_tool, by_rest, by_command = await answers(BACKTEST, server=server, home=home)
    assert by_tool == by_rest == by_command
    found = compare(prices, panels, rules=RULES, trials=Trials())
    run = found.runs["weighted"]
    since = Rules(constraints=RULES.constraints, cost_bps=10.0, start=run.dates[0].item())
    alone = {panel.strategy: backtest(prices, [panel], rules=since) for panel in panels}
    beside = equal_weight(prices, rules=since)
    assert_metrics(by_tool["metrics"], daily_returns({"portfolio": run, **alone, "equal_weight": beside}))
    assert same_money(by_tool["final_value"], run.equity[-1])
    assert same_money(by_tool["cost_value"], run.trades.cost_value.sum())
    counts = (len(run.dates), len(run.trades.day), len(run.decisions.decided))
    assert (by_tool["n_days"], by_tool["n_trades"], by_tool["n_decisions"]) == counts
    assert_contributions(by_tool["contributions"], run)
    assert_comparison(by_tool["comparison"], found)


def assert_contributions(table: Json, run: Backtest) -> None:
    values, shares = column(table, "value"), column(table, "contribution")
    earned = dict(zip(run.contribution_names, run.contributions.sum(axis=0).tolist(), strict=True))
    assert values.keys() == earned.keys()
    assert all(same_money(values[name], value) for name, value in earned.items())
    assert all(same(shares[name], value / run.initial_capital) for name, value in earned.items())
    assert sum(shares.values()) == pytest.approx(run.equity[-1] / run.initial_capital - 1, abs=1e-10)


def assert_comparison(told: Json, found: Comparison) -> None:
    assert_metrics(told["metrics"], daily_returns({**found.runs, "equal_weight": found.equal_weight}))
    deflated = column(told["deflated"], "deflated_sharpe")
    assert deflated.keys() == found.runs.keys()
    assert all(same(deflated[method], found.deflated_sharpe[method]) for method in deflated)
    assert tuple(column(told["walk_forward"], "chosen").values()) == found.chosen
    joined = {name: float(value) for name, value in found.metrics["walk_forward"].items()}
    assert {name for name, value in joined.items() if not same(told["joined"].get(name), value)} == set()


async def test_an_allocation(server: HttpServer, home: Path, prices: pd.DataFrame, panels: list[SignalPanel]) -> None:
    by_tool, by_rest, by_command = await answers(ALLOCATION, server=server, home=home)
    assert by_tool == by_rest == by_command
    rules = Rules(weights=RULES.weights, constraints=Constraints(max_position_weight=1.0, max_turnover=0.5))
    held = {"SPY": 0.6, "AGG": 0.4}
    decision = decide_at(prices, panels, rules=rules, held=held, day=date(2025, 6, 30))
    table = by_tool["allocations"]
    closes = quoted(FolderSource(DEMO_MARKET).load(), SYMBOLS).closes
    of_day = closes.to_numpy()[closes.index == pd.Timestamp("2025-06-30")][0]
    price = dict(zip(closes.columns, of_day.tolist(), strict=True))
    weights, values, trades = (column(table, name) for name in ("weight", "value", "trade_value"))
    told = {symbol for symbol in SYMBOLS if decision.weights[symbol] or symbol in held}
    assert weights.keys() == told
    for symbol in told:
        weight = float(decision.weights[symbol])
        assert same(weights[symbol], weight)
        assert same_money(values[symbol], weight * 1_000_000)
        assert same_money(trades[symbol], (weight - held.get(symbol, 0.0)) * 1_000_000)
        place = decision.symbols.index(symbol)
        for name in ("alpha", "confidence", "conflict"):
            assert same(column(table, name)[symbol], getattr(decision, name)[place])
        assert same(column(table, "price")[symbol], price[symbol])
    assert same(by_tool["cash_weight"], decision.cash)
    assert by_tool["day"] == decision.day.isoformat() == "2025-06-30"


async def test_an_evaluation(server: HttpServer, home: Path, prices: pd.DataFrame, panels: list[SignalPanel]) -> None:
    by_tool, by_rest, by_command = await answers(EVALUATION, server=server, home=home)
    assert by_tool == by_rest == by_command
    rules = Rules(constraints=Constraints(max_position_weight=1.0), start=date(2018, 1, 1))
    found = evaluate(prices, panels, rules=rules, horizons=(1, 5, 21))
    runs = {name: alone.run for name, alone in found.strategies.items()}
    assert_metrics(by_tool["metrics"], daily_returns({**runs, "equal_weight": found.equal_weight}))
    assert_said(by_tool, found)


def assert_said(told: Json, found: Evaluation) -> None:
    """The signals' own figures."""
    decay = {name: column(told["decay"], name, by=2) for name in ("ic_mean", "t_stat", "n_dates")}
    for strategy, alone in found.strategies.items():
        said = alone.said
        for name in ("n_signals", "coverage", "buy_share", "sell_share", "mean_confidence"):
            assert same(column(told["signals"], name)[strategy], getattr(said, name))
        for horizon, row in said.decay.iterrows():
            for name, value in (("ic_mean", row["mean"]), ("t_stat", row["t_stat"]), ("n_dates", row["n_dates"])):
                assert same(decay[name][strategy, horizon], value)
        assert list(column(told["histogram"], strategy).values()) == said.histogram.tolist()
        assert same(column(told["metrics"], strategy)["ic_mean"], said.information_coefficient.mean)
        assert same(column(told["metrics"], strategy)["turnover"], alone.turnover)
        assert same(column(told["metrics"], strategy)["average_holding_period"], alone.average_holding_period)


async def test_what_was_kept_by_one_is_looked_up_by_the_others(server: HttpServer, home: Path) -> None:
    by_tool, _, _ = await answers(ALLOCATION, server=server, home=home)
    weights = {symbol: weight for symbol, weight in column(by_tool["allocations"], "weight").items() if weight}
    at = f"{server.address}/api/signals/records/allocations"
    kept = httpx2.get(at, params={"symbol": next(iter(weights)), "limit": 5}, timeout=60).json()
    command = [sys.executable, "-m", "trimtab.cli.main", "signals", "history", "allocations", "--json"]
    environ = {**os.environ, "TRIMTAB_HOME": str(home)}
    listed = json.loads(subprocess.run(command, env=environ, capture_output=True, check=True, timeout=60).stdout)
    assert kept["total"] == listed["total"] == 1
    assert kept["rows"] == listed["rows"]
    row = dict(zip(kept["rows"]["columns"], kept["rows"]["rows"][0], strict=True))
    assert json.loads(row["allocations"]) == pytest.approx(weights)
