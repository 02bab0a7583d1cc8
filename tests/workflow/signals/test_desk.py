"""The signal desk: what it answers, what it keeps for whom, whom it refuses, and how it stops."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from typing import Any

import anyio
import numpy as np
import pandas as pd
import pytest

from tests.workflow.factors.memory import GivenMarket
from tests.workflow.signals.markets import (
    LISTED,
    SYMBOLS,
    THEIRS,
    Bench,
    GivenShelf,
    Indifferent,
    Pessimist,
    daily_market,
    shelf_of,
    walks,
    weekdays,
)
from tests.workflow.signals.memory import GivenRecords
from trimtab.domain.errors import InvalidInput, Unavailable
from trimtab.domain.signals.backtest import Rules, backtest
from trimtab.domain.signals.backtest.deciding_now import decide_at
from trimtab.domain.signals.constraints import Constraints
from trimtab.domain.signals.strategies import BollingerMeanReversion, MacdRsiConfluence
from trimtab.workflow.ports import signal_requests as ask
from trimtab.workflow.ports.desk import Caller, Step
from trimtab.workflow.ports.results import Result, Table
from trimtab.workflow.ports.strategies import Broken

ANN, BOB = Caller("ann", "ann"), Caller("bob", "bob")
TWO = ("bollinger_mean_reversion", "macd_rsi_confluence")
SECTIONS: tuple[ask.BacktestSection, ...] = (
    "equity", "weights", "trades", "contributions", "scatter", "histogram", "confidence",
)  # fmt: skip


def column(table: Table, name: str) -> list[Any]:
    return [row[table.columns.index(name)] for row in table.rows]


def by_name(table: Table, key: str, name: str) -> dict[Any, Any]:
    return dict(zip(column(table, key), column(table, name), strict=True))


def frame_of(bench: Bench) -> pd.DataFrame:
    prices = bench.source.market.prices
    return pd.DataFrame(prices.adj_close, index=pd.DatetimeIndex(prices.dates).as_unit("ns"), columns=list(SYMBOLS))


def bytes_of(result: Result) -> str:
    return result.model_dump_json(exclude={"recorded"})


async def refused(asked: Awaitable[object]) -> InvalidInput:
    with pytest.raises(InvalidInput) as error:
        await asked
    return error.value


async def test_strategies_are_listed_with_their_text_and_those_that_are_broken_with_the_reason() -> None:
    shelf = GivenShelf(shelf_of(theirs=[Indifferent()], broken=[Broken("gone", "theirs 1.0", "It can't be imported.")]))
    found = await Bench(shelf=shelf).desk().strategies()
    assert [each.name for each in found.strategies] == [*TWO, "momentum_rank", "indifferent"]
    assert found.strategies[2].parameters["lookback_days"] == 60
    assert found.strategies[0].readme.startswith("# Bollinger")
    assert (found.strategies[3].package, found.strategies[3].history_days) == ("theirs 1.0", 1)
    assert found.broken[0].reason == "It can't be imported."


async def test_signals_are_those_of_the_newest_day_and_are_kept_for_who_asked() -> None:
    bench = Bench()
    desk = bench.desk()
    found = await desk.signals(ANN, ask.ComputeSignals(include_indicators=True))
    assert found.day == "2025-07-11"
    assert {*column(found.signals, "symbol")} == {*SYMBOLS}
    assert len(found.signals.rows) == 15
    assert found.indicators is not None
    assert {*found.indicators} == {*TWO, "momentum_rank"}
    assert (found.recorded.kept, found.recorded.new_rows) == (True, 15)
    assert {owner for owner, _ in bench.records.kept_signals} == {"ann"}
    assert bench.records.kept_signals[0][1].metadata["window_days"] == 20.0
    again = await desk.signals(ANN, ask.ComputeSignals(include_indicators=True))
    assert again.recorded.new_rows == 0
    assert (await desk.signals(BOB, ask.ComputeSignals())).recorded.new_rows == 15


async def test_signals_of_an_earlier_day_are_those_that_were_known_then() -> None:
    whole = Bench().desk()
    then = Bench(source=GivenMarket(daily_market(walks(400, 5)[:300]))).desk()
    request = ask.ComputeSignals(as_of=date(2025, 2, 23), combination_method="best")  # a Sunday
    found = await whole.signals(ANN, request)
    assert found.day == "2025-02-21"
    expected = await then.signals(ANN, ask.ComputeSignals(combination_method="best"))
    assert (found.signals, found.combined) == (expected.signals, expected.combined)


async def test_a_day_before_all_prices_is_refused_with_the_first_that_there_is() -> None:
    error = await refused(Bench().desk().signals(ANN, ask.ComputeSignals(as_of=date(2020, 1, 1))))
    assert error.field == "as_of"
    assert "2024-01-01" in error.message


async def test_an_allocation_is_what_the_domain_decides_and_sums_to_one() -> None:
    bench = Bench()
    request = ask.AllocateCapital(
        strategies=TWO, total_capital=500_000, max_position_weight=0.4, held={"TLT": 0.25}, gross_limit=0.9
    )
    found = await bench.desk().allocate(ANN, request)
    frame = frame_of(bench)
    panels = [strategy.signals(frame) for strategy in (BollingerMeanReversion(), MacdRsiConfluence())]
    rules = Rules(constraints=Constraints(max_position_weight=0.4, gross_limit=0.9))
    expected = decide_at(frame, panels, rules=rules, held={"TLT": 0.25})
    weights = by_name(found.allocations, "symbol", "weight")
    assert {name: weight for name, weight in weights.items() if weight} == pytest.approx(
        {name: weight for name, weight in expected.weights.items() if weight}, rel=0, abs=0
    )
    assert found.cash_weight == expected.cash
    assert sum(weights.values()) + found.cash_weight == 1.0
    assert by_name(found.allocations, "symbol", "held_weight")["TLT"] == 0.25
    trades = by_name(found.allocations, "symbol", "trade_value")
    assert trades["TLT"] == pytest.approx((weights["TLT"] - 0.25) * 500_000)
    ((owner, row),) = bench.records.kept_allocations
    assert (owner, row.allocation_id) == ("ann", found.allocation_id)
    assert sum(row.allocations.values()) + row.cash_weight == 1.0
    assert row.inputs["max_position_weight"] == 0.4


def _frame(dates: Any, values: Any) -> Any:
    import_pandas = pytest.importorskip("pandas")
    return import_pandas.DataFrame(
        values, index=import_pandas.DatetimeIndex(dates).as_unit("ns"), columns=list(SYMBOLS)
    )


async def test_what_allocations_cannot_be_asked_is_named() -> None:
    desk = Bench().desk()
    request = ask.AllocateCapital(total_capital=1.0, symbols=("SPY", "AGG", "GLD"), held={"TLT": 0.5, "XXX": 0.1})
    error = await refused(desk.allocate(ANN, request))
    assert [problem.field for problem in error.problems] == ["held.TLT", "held.XXX"]
    error = await refused(desk.allocate(ANN, ask.AllocateCapital(total_capital=1.0, max_position_weight=5)))
    assert error.problems[0].field == "max_position_weight"
    assert "5 % is 0.05" in error.message
    contradicting = ask.AllocateCapital(total_capital=1.0, max_position_weight=0.1, min_trade_weight=0.2)
    error = await refused(desk.allocate(ANN, contradicting))
    assert "min_trade_weight" in error.message
    assert "max_position_weight" in error.message


async def test_constraints_that_cannot_be_kept_are_told_beside_the_weights() -> None:
    request = ask.AllocateCapital(total_capital=1.0, min_positions=5, max_position_weight=0.5)
    found = await Bench().desk().allocate(ANN, request)
    assert [each.field for each in found.unmet] == ["min_positions"]


async def test_all_signals_at_zero_are_all_cash() -> None:
    bench = Bench(shelf=GivenShelf(shelf_of(theirs=[Indifferent()])))
    request = ask.AllocateCapital(strategies=("indifferent",), total_capital=100.0)
    found = await bench.desk().allocate(ANN, request)
    assert (found.cash_weight, found.cash_value, found.allocations.rows) == (1.0, 100.0, ())
    run = await bench.desk().backtest(ANN, ask.BacktestPortfolio(strategies=("indifferent",)))
    assert (run.n_trades, run.final_value) == (0, 1_000_000.0)
    assert by_name(run.metrics, "metric", "portfolio")["sharpe"] is None


async def test_a_backtest_is_what_the_domain_computes_and_its_contributions_sum_to_its_return() -> None:
    bench = Bench()
    found = await bench.desk().backtest(ANN, ask.BacktestPortfolio(strategies=TWO, cadence="weekly", cost_bps=20))
    frame = frame_of(bench)
    panels = [strategy.signals(frame) for strategy in (BollingerMeanReversion(), MacdRsiConfluence())]
    run = backtest(frame, panels, rules=Rules(cadence="weekly", cost_bps=20))
    assert found.final_value == pytest.approx(run.equity[-1], rel=1e-11)
    assert (found.n_days, found.n_trades) == (len(run.dates), len(run.trades.day))
    total = by_name(found.metrics, "metric", "portfolio")["total_return"]
    assert sum(column(found.contributions, "contribution")) == pytest.approx(total, abs=1e-10)
    assert column(found.contributions, "source") == [*TWO, "unattributed", "costs"]
    assert found.metrics.columns == ("metric", "portfolio", *TWO, "equal_weight")
    assert by_name(found.contributions, "source", "value")["costs"] == pytest.approx(-found.cost_value)


async def test_the_same_question_has_the_same_bytes_and_the_same_row() -> None:
    bench = Bench()
    request = ask.BacktestPortfolio(compare=True, folds=2, sections=SECTIONS)
    first, again = [await Bench(records=bench.records).desk().backtest(ANN, request) for _ in range(2)]
    assert bytes_of(first) == bytes_of(again)
    assert [row.subject for _, row in bench.records.kept_performance] == [
        "weighted", "confidence_weighted", "rank_average", "best",
    ]  # fmt: skip
    assert (first.recorded.new_rows, again.recorded.new_rows) == (4, 0)


async def test_methods_are_compared_with_what_is_left_of_the_best_of_them() -> None:
    request = ask.BacktestPortfolio(compare=True, folds=3, n_trials=50, combination_method="best")
    found = await Bench().desk().backtest(ANN, request)
    compared = found.comparison
    assert compared is not None
    assert compared.n_trials == 50
    assert column(compared.deflated, "method") == ["weighted", "confidence_weighted", "rank_average", "best"]
    own = by_name(found.metrics, "metric", "portfolio")
    assert by_name(compared.metrics, "metric", "best") == own
    assert by_name(compared.deflated, "method", "sharpe_ratio")["best"] == own["sharpe"]
    assert column(compared.walk_forward, "fold") == [1, 2, 3]
    assert compared.walk_forward.rows[-1][2] == found.last_day
    returns = np.array(column(compared.walk_forward, "total_return"), dtype=float)
    assert np.prod(1 + returns) - 1 == pytest.approx(compared.joined["total_return"], rel=1e-9)


async def test_sections_show_at_most_so_many_rows_and_say_of_how_many() -> None:
    found = await Bench().desk().backtest(ANN, ask.BacktestPortfolio(sections=SECTIONS, max_rows=7))
    shown = {each.section: (each.shown, each.total) for each in found.shown}
    assert {*shown} == {*SECTIONS} - {"histogram"}
    assert all(count == min(7, total) for count, total in shown.values())
    assert found.equity is not None
    assert (found.equity.rows[0][0], found.equity.rows[-1][0]) == (found.first_day, found.last_day)
    assert found.equity.rows[-1][1] == found.final_value
    assert found.trades is not None
    assert column(found.trades, "day") == sorted(column(found.trades, "day"))
    assert found.scatter is not None
    assert (found.scatter.horizon_days, found.scatter.n) == (10, shown["scatter"][1])
    assert found.histogram is not None
    assert found.histogram.columns[:3] == ("alpha_from", "alpha_to", "combined")
    assert len(found.histogram.rows) == 20
    assert found.confidence is not None
    assert found.contributions_over_time is not None
    plain = await Bench().desk().backtest(ANN, ask.BacktestPortfolio())
    assert (plain.equity, plain.trades, plain.scatter, plain.shown) == (None, None, None, ())


async def test_a_decision_whose_day_of_execution_is_not_there_yet_is_pending() -> None:
    request = ask.BacktestPortfolio(cadence="daily", lag_days=2, start_date=date(2025, 6, 2))
    found = await Bench().desk().backtest(ANN, request)
    assert {*column(found.pending, "decided")} == {"2025-07-10", "2025-07-11"}


async def test_an_evaluation_has_a_column_per_strategy_and_keeps_a_row_of_each() -> None:
    bench = Bench(shelf=GivenShelf(shelf_of(theirs=THEIRS)))
    request = ask.EvaluateStrategies(benchmark="SPY", horizons=(1, 5), start_date=date(2024, 6, 3))
    found = await bench.desk().evaluate(ANN, request)
    assert found.metrics.columns == ("metric", TWO[0], "indifferent", TWO[1], "momentum_rank", "equal_weight", "SPY")
    assert by_name(found.metrics, "metric", "SPY")["beta"] == pytest.approx(1.0)
    assert {each.name for each in found.basis.failed} == {"raising", "foreseeing"}
    assert [(row[0], row[1]) for row in found.decay.rows[:2]] == [(TWO[0], 1), (TWO[0], 5)]
    assert by_name(found.signals, "strategy", "buy_share")["indifferent"] == 0.0
    rows = [row for _, row in bench.records.kept_performance]
    assert [row.subject for row in rows] == [TWO[0], "indifferent", TWO[1], "momentum_rank"]
    assert rows[0].ic_mean == by_name(found.metrics, "metric", TWO[0])["ic_mean"]
    assert {"sharpe", "total_return"} & {*rows[0].metrics} == set()
    json.dumps(rows[0].metrics, allow_nan=False)


async def test_a_range_without_a_signal_is_refused() -> None:
    request = ask.EvaluateStrategies(strategies=("momentum_rank",), end_date=date(2024, 1, 31))
    error = await refused(Bench().desk().evaluate(ANN, request))
    assert "signal" in error.message
    error = await refused(Bench().desk().backtest(ANN, ask.BacktestPortfolio(start_date=date(2030, 1, 1))))
    assert error.problems or error.field


async def test_one_symbol_works_with_a_strategy_that_needs_no_others() -> None:
    found = await Bench().desk().backtest(ANN, ask.BacktestPortfolio(strategies=TWO, symbols=("SPY",)))
    assert found.basis.n_symbols == 1
    assert found.n_trades > 0


@pytest.mark.parametrize("operation", ["evaluate", "backtest"])
async def test_progress_rises_to_a_hundred(operation: str) -> None:
    told: list[Step] = []

    async def hear(step: Step) -> None:
        told.append(step)

    desk = Bench().desk()
    run: Callable[..., Awaitable[object]] = getattr(desk, operation)
    request = ask.EvaluateStrategies() if operation == "evaluate" else ask.BacktestPortfolio(compare=True)
    await run(ANN, request, progress=hear)
    done = [step.done for step in told]
    assert done == sorted(set(done))
    assert done[-1] == 100


async def test_a_run_that_nobody_waits_for_stops_and_keeps_nothing() -> None:
    bench = Bench()
    with anyio.CancelScope() as scope:

        async def hear(_step: Step) -> None:
            scope.cancel()

        await bench.desk().backtest(ANN, ask.BacktestPortfolio(cadence="daily", compare=True), progress=hear)
    assert scope.cancelled_caught
    assert not bench.records.kept_performance


async def test_a_read_only_server_answers_and_keeps_nothing() -> None:
    bench = Bench(keeps=False)
    found = await bench.desk().signals(ANN, ask.ComputeSignals())
    assert not found.recorded.kept
    assert "read-only" in found.recorded.note
    assert not bench.records.kept_signals


async def test_a_market_that_cannot_be_read_is_the_callers_error() -> None:
    bench = Bench(source=GivenMarket(daily_market(), trouble=Unavailable("The folder is away.")))
    with pytest.raises(Unavailable, match="The folder is away"):
        await bench.desk().signals(ANN, ask.ComputeSignals())


async def test_records_are_read_for_who_asks() -> None:
    bench = Bench()
    await bench.desk().signals(ANN, ask.ComputeSignals())
    page = await bench.desk().records(ANN, ask.ReadSignalRecords(limit=4))
    assert (len(page.rows.rows), page.total, page.next_offset) == (4, 15, 4)
    assert (await bench.desk().records(BOB, ask.ReadSignalRecords())).total == 0


async def test_a_gap_in_prices_only_leaves_its_symbol_without_a_signal() -> None:
    close = walks(400, 5)
    close[-10, 2] = np.nan
    found = await Bench(source=GivenMarket(daily_market(close))).desk().signals(ANN, ask.ComputeSignals())
    assert found.without_signal == ("SPY",)
    market = daily_market(close)
    dead = replace(
        market, prices=replace(market.prices, close=np.full_like(close, np.nan), adj_close=np.full_like(close, np.nan))
    )
    error = await refused(Bench(source=GivenMarket(dead)).desk().signals(ANN, ask.ComputeSignals()))
    assert "price" in error.message


async def test_one_question_has_one_id_in_the_answer_and_in_the_records_however_it_was_asked() -> None:
    bench = Bench()
    first = await bench.desk().backtest(ANN, ask.BacktestPortfolio(symbols=("SPY", "AGG", "GLD"), strategies=TWO))
    again = await bench.desk().backtest(
        ANN,
        ask.BacktestPortfolio(
            symbols=("gld", "SPY", "AGG", "SPY"), strategies=TWO[::-1], compare=True, folds=2, sections=("equity",)
        ),
    )
    assert again.run_id == first.run_id
    ids = [row.run_id for _, row in bench.records.kept_performance]
    assert ids.count(first.run_id) == 1
    held = [{"SPY": 0.2}, {"SPY": 0.2, "AGG": 0.0}]
    ids = [
        (await bench.desk().allocate(ANN, ask.AllocateCapital(total_capital=1.0, held=each))).allocation_id
        for each in held
    ]
    assert ids[0] == ids[1]


async def test_other_sectors_other_symbols_and_other_results_have_other_ids() -> None:
    records, other = GivenRecords(), [replace(entry, sector_group="other" + entry.ticker) for entry in LISTED]
    request = ask.BacktestPortfolio(strategies=TWO, max_sector_weight=0.3)
    sources = [GivenMarket(daily_market()), GivenMarket(daily_market(listed=other))]
    ids = [(await Bench(source=source, records=records).desk().backtest(ANN, request)).run_id for source in sources]
    assert ids[0] != ids[1]
    assert len(records.kept_performance) == 2
    few = ask.ComputeSignals(strategies=("momentum_rank",), symbols=("AGG", "GLD", "SPY"))
    bench = Bench()
    await bench.desk().signals(ANN, few)
    await bench.desk().signals(ANN, few.model_copy(update={"symbols": None}))
    digests = {row.market_digest for _, row in bench.records.kept_signals if row.symbol == "SPY"}
    assert len(digests) == 2


async def test_columns_say_which_days_they_are_of() -> None:
    found = await Bench().desk().backtest(ANN, ask.BacktestPortfolio(benchmark="TLT"))
    assert [row[0] for row in found.metrics.rows[:2]] == ["first_day", "n_days"]
    first, count = found.metrics.rows[0], found.metrics.rows[1]
    assert (first[1], count[1]) == (found.first_day, found.n_days)
    assert by_name(found.metrics, "metric", "momentum_rank")["n_days"] == 400 - 60
    assert by_name(found.metrics, "metric", "TLT")["n_days"] == found.n_days


async def test_a_day_without_prices_is_answered_for_the_one_before_and_says_so() -> None:
    found = await Bench().desk().signals(ANN, ask.ComputeSignals(as_of=date(2030, 1, 1)))
    assert found.basis.notes == ("Asked for 2030-01-01: the last day with prices up to it is 2025-07-11.",)
    few = ask.ComputeSignals(symbols=("SPY", "AGG"), strategies=("bollinger_mean_reversion", "momentum_rank"))
    assert (await Bench().desk().signals(ANN, few)).basis.notes == ("Without a signal on that day: momentum_rank.",)


async def test_symbols_that_nobody_quotes_any_more_have_no_signal_of_today_and_nothing_to_be_bought() -> None:
    close = walks(400, 5)
    close[300:, 1] = np.nan
    desk = Bench(source=GivenMarket(daily_market(close))).desk()
    gone: dict[str, Any] = {"symbols": ("GLD",), "strategies": TWO}
    for asked in (
        desk.signals(ANN, ask.ComputeSignals(**gone)),
        desk.allocate(ANN, ask.AllocateCapital(total_capital=1.0, **gone)),
    ):
        error = await refused(asked)
        assert (error.field, "as_of 2025-02-21" in error.next_action) == ("symbols", True)
    back = await desk.signals(ANN, ask.ComputeSignals(as_of=date(2025, 2, 21), **gone))
    assert back.day == "2025-02-21"


async def test_money_that_is_stuck_at_the_end_is_named_with_its_last_price() -> None:
    close = walks(400, 5)
    close[300:, 4] = np.nan
    desk = Bench(source=GivenMarket(daily_market(close))).desk()
    found = await desk.backtest(ANN, ask.BacktestPortfolio(strategies=TWO, cadence="daily"))
    ((symbol, last, weight),) = found.stuck.rows
    assert (symbol, last) == ("XLK", "2025-02-21")
    assert isinstance(weight, float)
    assert weight > 0
    held = await desk.backtest(ANN, ask.BacktestPortfolio(strategies=TWO, benchmark="XLK"))
    assert "XLK has no price up to the end of the range; its figures end with its last one." in held.basis.notes


async def test_a_pending_decision_shows_what_it_would_sell_too() -> None:
    request = ask.BacktestPortfolio(cadence="daily", lag_days=10, start_date=date(2025, 5, 1), strategies=TWO)
    found = await Bench().desk().backtest(ANN, request)
    assert any(row[2] and not row[3] for row in found.pending.rows)
    held: dict[Any, Any] = {row[1]: row[2] for row in found.pending.rows}
    assert sum(held.values()) <= 1 + 1e-9


async def test_what_would_say_nothing_is_refused_under_the_names_of_the_arguments() -> None:
    desk = Bench().desk()
    error = await refused(desk.backtest(ANN, ask.BacktestPortfolio(n_trials=500)))
    assert [problem.field for problem in error.problems] == ["n_trials"]
    error = await refused(desk.backtest(ANN, ask.BacktestPortfolio(start_date=date(2030, 1, 1))))
    assert error.problems[0].field == "start_date"
    assert error.problems[0].message.startswith("start_date is 2030-01-01")
    error = await refused(desk.allocate(ANN, ask.AllocateCapital(total_capital=1.0, max_turnover=20, kelly_cap=5)))
    assert {problem.field for problem in error.problems} == {"max_turnover", "kelly_cap"}
    error = await refused(desk.allocate(ANN, ask.AllocateCapital(total_capital=1.0, held={"SPY": 5})))
    assert "500%" in error.message
    bare = Bench(source=GivenMarket(daily_market(listed=())))
    error = await refused(bare.desk().backtest(ANN, ask.BacktestPortfolio(max_sector_weight=0.3)))
    assert error.field == "max_sector_weight"


async def test_rules_are_told_with_their_defaults() -> None:
    found = await Bench().desk().backtest(ANN, ask.BacktestPortfolio(cost_bps=7))
    rules = found.basis.rules
    assert (rules["cost_bps"], rules["cadence"], rules["lag_days"], rules["long_only"]) == (7.0, "monthly", 1, True)
    assert "max_turnover" not in rules


async def test_a_choice_without_anything_to_choose_by_says_so() -> None:
    request = ask.BacktestPortfolio(compare=True, folds=4, start_date=date(2025, 6, 2), strategies=TWO)
    found = await Bench().desk().backtest(ANN, request)
    assert found.comparison is not None
    assert column(found.comparison.walk_forward, "informed")[0] is False


async def test_limits_that_prices_moved_past_between_decision_and_execution_are_told() -> None:
    request = ask.BacktestPortfolio(
        strategies=TWO, cadence="daily", lag_days=5, max_turnover=0.02, min_trade_weight=0.01
    )
    notes = (await Bench().desk().backtest(ANN, request)).basis.notes
    assert any("executions turnover was above max_turnover (0.02), at most 0." in note for note in notes)
    assert any("trades were below min_trade_weight (0.01)" in note for note in notes)
    calm = await Bench().desk().backtest(ANN, ask.BacktestPortfolio(strategies=TWO, max_turnover=1.0))
    assert len(calm.basis.notes) == 1


async def test_after_ruin_nothing_is_pending() -> None:
    close = walks(400, 5)
    close[200:] *= 40.0
    bench = Bench(source=GivenMarket(daily_market(close)), shelf=GivenShelf(shelf_of(theirs=[Pessimist()])))
    request = ask.BacktestPortfolio(
        strategies=("pessimist",), long_only=False, cadence="daily", lag_days=30, sections=("contributions", "weights")
    )
    found = await bench.desk().backtest(ANN, request)
    assert (found.ruined_on, found.final_value) == (str(weekdays(201)[-1]), 0.0)
    assert found.pending.rows == ()
    assert found.contributions_over_time is not None
    assert sum(column(found.contributions, "contribution")) == pytest.approx(-1.0)
