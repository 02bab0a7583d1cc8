"""`backtest_framework`."""

from tests.tools.frameworks.long_frameworks import long_backtest
from tests.tools.frameworks.scripted_frameworks import DOCUMENT, ScriptedFrameworks, Wrong, all_refused, call
from tests.tools.responses import matches_response
from tests.tools.serving import text_of, tokens
from trimtab.domain.frameworks.methods import MODES
from trimtab.tools.fitting import MOST_TOKENS
from trimtab.tools.payload import as_json
from trimtab.workflow.ports.framework_requests import BacktestFramework, BacktestRun

RUN: dict[str, object] = {
    "start_date": "2016-01-04",
    "end_date": "2024-12-31",
    "cadence": "M",
    "absolute_band_bps": 300,
    "relative_band_pct": 25,
    "lag_days": 2,
    "cost_bps": 12.5,
    "initial_capital": 5e6,
    "flows": [{"date": "2020-01-02", "amount": -1000}],
    "benchmark": "SPY",
    "risk_free": 0.02,
    "products": {"AssetClass/Equity": "SPY"},
}
ALL = ["equity", "trades", "contributions"]
GIVEN: dict[str, object] = {
    "framework_id": "fw_1",
    "version": 2,
    "framework": DOCUMENT,
    "portfolio_id": "fp_1",
    "modes": ["static", "band"],
    "run": RUN,
    "sections": ALL,
    "max_rows": 10_000,
}
WRONG: tuple[Wrong, ...] = (
    ({"modes": ["daily"]}, "modes[0]", "'static', 'periodic'"),
    ({"modes": []}, "modes", "At least 1"),
    ({"sections": ["profits"]}, "sections[0]", "'equity', 'trades'"),
    ({"max_rows": 10_001}, "max_rows", "at most 10000"),
    ({"run": {"lag_days": True}}, "run.lag_days", "not true or false"),
    ({"run": {"start_date": 20180101}}, "run.start_date", "date"),
    ({"run": {"flows": [{"date": "2020-01-02"}]}}, "run.flows[0].amount", "Required"),
    ({"run": {"lag": 1}}, "run", "Unknown field; allowed: start_date"),
)


async def test_a_backtest_is_answered_as_committed() -> None:
    matches_response("backtest_framework", await call("backtest_framework", framework_id="fw_1"))


async def test_every_argument_reaches_the_desk() -> None:
    desk = ScriptedFrameworks()
    result = await call("backtest_framework", desk, **GIVEN)
    assert not result.is_error, text_of(result)
    assert set(GIVEN) == set(BacktestFramework.model_fields)
    assert set(RUN) == set(BacktestRun.model_fields)
    assert desk.asked == [BacktestFramework.model_validate(GIVEN)]


async def test_all_modes_are_run_where_none_is_named() -> None:
    desk = ScriptedFrameworks()
    await call("backtest_framework", desk, framework_id="fw_1")
    [asked] = desk.asked
    assert isinstance(asked, BacktestFramework)
    assert (asked.modes, asked.run) == (MODES, BacktestRun())
    assert asked.model_fields_set == {"framework_id"}, "the desk leaves out modes that want a cadence or a band"


async def test_all_sections_of_ten_thousand_rows_fit_and_say_what_is_left_out() -> None:
    desk = ScriptedFrameworks({"backtest": long_backtest(10_000)})
    result = await call("backtest_framework", desk, framework_id="fw_1", sections=ALL, max_rows=10_000)
    said = result.structured_content
    assert said is not None
    assert max(tokens(as_json(said)), tokens(text_of(result))) <= MOST_TOKENS
    assert "truncated" not in said
    shown = {section: (rows, total) for section, rows, total in said["shown"]["rows"]}
    assert set(shown) == set(ALL)
    assert all(rows == len(said[section]["rows"]) >= 50 for section, (rows, _) in shown.items())
    assert {total for _, total in shown.values()} == {10_000}


async def test_a_wrong_value_is_named_with_what_is_allowed() -> None:
    await all_refused("backtest_framework", WRONG)
