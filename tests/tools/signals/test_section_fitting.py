"""Long sections give up rows until a reply holds them; no section is pushed out by another."""

from itertools import pairwise

import pytest

from tests.tools.signals.long_backtests import long_backtest
from tests.tools.signals.scripted_signals import BACKTESTED, BASIS
from trimtab.tools.fitting import MOST_TOKENS, cost
from trimtab.tools.payload import as_json, as_text, dump
from trimtab.tools.signals.section_fitting import fitting_backtest
from trimtab.workflow.ports.results import Table
from trimtab.workflow.ports.signal_results import Backtested, Shown


def size_of(answer: Backtested) -> float:
    payload = dump(answer)
    return max(cost(as_json(payload)), cost(as_text(payload)))


@pytest.mark.parametrize("answer", [BACKTESTED, long_backtest(0), long_backtest(1), long_backtest(40)])
def test_what_a_reply_holds_is_shown_whole(answer: Backtested) -> None:
    assert fitting_backtest(answer) is answer


@pytest.mark.parametrize("count", [250, 2_500])
def test_sections_share_the_room_and_use_it(count: int) -> None:
    shown = fitting_backtest(long_backtest(count))
    assert MOST_TOKENS * 0.75 <= size_of(shown) <= MOST_TOKENS
    rows = [each.shown for each in shown.shown]
    assert len(rows) == 6
    assert min(rows) >= 0.5 * max(rows)


def test_the_last_trades_are_shown_and_days_that_are_evenly_spread() -> None:
    whole = long_backtest(2_500)
    shown = fitting_backtest(whole)
    assert whole.equity is not None
    assert whole.trades is not None
    assert shown.equity is not None
    assert shown.trades is not None
    places = [whole.equity.rows.index(row) for row in shown.equity.rows]
    assert (places[0], places[-1]) == (0, 2_499)
    steps = {later - earlier for earlier, later in pairwise(places)}
    assert max(steps) - min(steps) <= 1
    assert shown.trades.rows == whole.trades.rows[-len(shown.trades.rows) :]


def test_it_is_said_how_many_rows_there_are_though_some_were_left_out_before() -> None:
    counted = (
        Shown(section="equity", shown=2_500, total=9_000),
        Shown(section="histogram", shown=20, total=20),
    )
    shown = fitting_backtest(long_backtest(2_500).model_copy(update={"shown": counted}))
    assert shown.equity is not None
    said = {each.section: (each.shown, each.total) for each in shown.shown}
    assert said["equity"] == (len(shown.equity.rows), 9_000)
    assert said["histogram"] == (20, 20)
    assert said["trades"][1] == 2_500
    assert shown.basis.notes[0] == "Something to know."
    assert shown.basis.notes[1].startswith("Sections show at most ")


def test_a_section_alone_has_the_room_of_all() -> None:
    whole = long_backtest(2_500)
    alone = BACKTESTED.model_copy(update={"equity": whole.equity})
    shown = fitting_backtest(alone)
    beside = fitting_backtest(whole)
    assert shown.equity is not None
    assert beside.equity is not None
    assert len(shown.equity.rows) > 2 * len(beside.equity.rows)
    assert [each.section for each in shown.shown] == ["equity"]


def test_a_single_row_is_the_last_one() -> None:
    wide = Table(columns=("day", "note"), rows=tuple((f"2026-11-{number:02}", "é" * 9_000) for number in range(1, 5)))
    shown = fitting_backtest(BACKTESTED.model_copy(update={"equity": wide}))
    assert shown.equity is not None
    assert shown.equity.rows == wide.rows[-1:]


def test_what_stands_beside_the_sections_does_not_push_them_out() -> None:
    rows = tuple((f"X{number:04}", "no_prices", "It has no price at all.") for number in range(5_000))
    basis = BASIS.model_copy(update={"left_out": Table(columns=BASIS.left_out.columns, rows=rows)})
    shown = fitting_backtest(long_backtest(2_500).model_copy(update={"basis": basis}))
    assert min(each.shown for each in shown.shown) >= 20


def test_a_short_section_is_whole_beside_a_long_one() -> None:
    short = long_backtest(5).confidence
    shown = fitting_backtest(long_backtest(2_500).model_copy(update={"confidence": short}))
    assert shown.confidence == short
    assert {each.section: each.shown for each in shown.shown}["confidence"] == 5


def test_weights_begin_with_a_whole_decision() -> None:
    whole = long_backtest(2_500)
    shown = fitting_backtest(whole)
    assert whole.weights is not None
    assert shown.weights is not None
    rows, days = shown.weights.rows, [row[0] for row in whole.weights.rows]
    assert [row[1] for row in rows[:10]] == [f"T{number}" for number in range(10)]
    assert rows == whole.weights.rows[days.index(rows[0][0]) :]
    assert {each.section: each.shown for each in shown.shown}["weights"] == len(rows)


def test_of_a_decision_that_is_longer_than_a_reply_the_last_rows_are_shown() -> None:
    day = tuple(("2026-11-20", f"T{number}", 0.123456789012) for number in range(9_000))
    weights = Table(columns=("day", "symbol", "weight"), rows=day)
    shown = fitting_backtest(BACKTESTED.model_copy(update={"weights": weights}))
    assert shown.weights is not None
    assert 100 < len(shown.weights.rows) < 9_000
    assert shown.weights.rows == day[-len(shown.weights.rows) :]
