"""`backtest_portfolio`."""

from pathlib import Path

from tests.tools.responses import matches_response
from tests.tools.serving import text_of, tokens
from tests.tools.signals.demo_signals import FEW, open_demo_signals, settled
from tests.tools.signals.long_backtests import long_backtest
from tests.tools.signals.scripted_signals import ScriptedSignals, Wrong, all_refused, call, client_of
from trimtab.tools.fitting import MOST_TOKENS
from trimtab.tools.payload import as_json
from trimtab.workflow.ports.signal_requests import BacktestPortfolio

ALL = ["equity", "weights", "trades", "contributions", "scatter", "histogram", "confidence"]
GIVEN = {
    "strategies": ["momentum_rank"],
    "parameters": {"momentum_rank": {"lookback_days": 126}},
    "strategy_weights": {"momentum_rank": 2},
    "symbols": ["SPY", "GLD"],
    "start_date": "2018-01-01",
    "end_date": "2024-12-31",
    "cadence": "quarterly",
    "lag_days": 2,
    "cost_bps": 12.5,
    "initial_capital": 5e6,
    "benchmark": "SPY",
    "combination_method": "confidence_weighted",
    "allocation_method": "risk_parity",
    "estimate_days": 126,
    "kelly_fraction": 0.25,
    "kelly_cap": 0.1,
    "risk_free": 0.02,
    "max_position_weight": 0.1,
    "max_sector_weight": 0.3,
    "min_positions": 2,
    "max_turnover": 0.2,
    "min_trade_weight": 0.01,
    "long_only": False,
    "gross_limit": 1.5,
    "compare": True,
    "folds": 6,
    "n_trials": 40,
    "sections": ALL,
    "max_rows": 10_000,
}
WRONG: tuple[Wrong, ...] = (
    ({"sections": ["profits"]}, "sections[0]", "'equity', 'weights'"),
    ({"max_rows": 10_001}, "max_rows", "at most 10000"),
    ({"folds": 0}, "folds", "at least 1"),
    ({"n_trials": True}, "n_trials", "not true or false"),
    ({"compare": 3}, "compare", "true or false"),
    ({"gross_limit": 17}, "gross_limit", "at most 16"),
    ({"start_date": 20180101}, "start_date", "Must be text"),
)


async def test_the_demo_market_answers_as_committed(tmp_path: Path) -> None:
    asked = {"symbols": FEW, "start_date": "2022-01-03", "compare": True, "sections": ALL, "max_rows": 4}
    async with client_of(lambda: open_demo_signals(tmp_path)) as client:
        result = await client.call_tool("backtest_portfolio", asked)
    matches_response("backtest_portfolio", settled(result))


async def test_every_argument_reaches_the_desk() -> None:
    desk = ScriptedSignals()
    result = await call("backtest_portfolio", desk, **GIVEN)
    assert not result.is_error, text_of(result)
    assert set(GIVEN) == set(BacktestPortfolio.model_fields)
    assert desk.asked == [BacktestPortfolio.model_validate(GIVEN)]


async def test_sections_that_were_not_asked_for_stay_away() -> None:
    result = await call("backtest_portfolio")
    assert result.structured_content is not None
    assert not {"equity", "weights", "trades", "scatter"} & result.structured_content.keys()
    assert result.structured_content["comparison"]["n_trials"] == 12


async def test_all_sections_of_ten_thousand_rows_fit_and_say_what_is_left_out() -> None:
    desk = ScriptedSignals({"backtest": long_backtest(10_000)})
    result = await call("backtest_portfolio", desk, sections=ALL, max_rows=10_000)
    assert result.structured_content is not None
    assert tokens(as_json(result.structured_content)) <= MOST_TOKENS
    assert tokens(text_of(result)) <= MOST_TOKENS
    shown = {each["section"]: (each["shown"], each["total"]) for each in result.structured_content["shown"]}
    assert all(20 <= rows < 10_000 and total == 10_000 for rows, total in shown.values())
    assert set(shown) == {*ALL} - {"histogram"}
    assert "truncated" not in result.structured_content
    assert len(result.structured_content["histogram"]["rows"]) == 20


async def test_a_wrong_value_is_named_with_what_is_allowed() -> None:
    await all_refused("backtest_portfolio", WRONG)
