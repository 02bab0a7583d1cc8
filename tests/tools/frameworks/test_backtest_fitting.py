"""Long sections of a framework's backtest give up rows until a reply holds them."""

import pytest

from tests.tools.frameworks.long_frameworks import long_backtest
from tests.tools.frameworks.scripted_frameworks import BACKTEST
from trimtab.tools.fitting import MOST_TOKENS
from trimtab.tools.frameworks.backtest_fitting import fitting_backtest
from trimtab.tools.payload import dump
from trimtab.tools.section_rows import tokens
from trimtab.workflow.ports.framework_results import FrameworkBacktest
from trimtab.workflow.ports.results import Table


@pytest.mark.parametrize("answer", [BACKTEST, long_backtest(0), long_backtest(1), long_backtest(50)])
def test_what_a_reply_holds_is_shown_whole(answer: FrameworkBacktest) -> None:
    assert fitting_backtest(answer) is answer


def test_days_are_evenly_spread_trades_the_last_and_contributions_the_first() -> None:
    whole = long_backtest(3_000)
    shown = fitting_backtest(whole)
    assert MOST_TOKENS * 0.75 <= tokens(dump(shown)) <= MOST_TOKENS
    assert whole.equity is not None
    assert whole.trades is not None
    assert whole.contributions is not None
    assert shown.equity is not None
    assert shown.trades is not None
    assert shown.contributions is not None
    assert (shown.equity.rows[0], shown.equity.rows[-1]) == (whole.equity.rows[0], whole.equity.rows[-1])
    assert shown.trades.rows == whole.trades.rows[-len(shown.trades.rows) :]
    assert shown.contributions.rows == whole.contributions.rows[: len(shown.contributions.rows)]
    assert shown.basis.notes[1].startswith("Sections show at most ")


def test_rows_that_the_desk_left_out_stay_counted() -> None:
    said = Table(columns=("section", "shown", "total"), rows=(("equity", 3_000, 9_000), ("trades", 3_000, 3_000)))
    shown = fitting_backtest(long_backtest(3_000).model_copy(update={"shown": said})).shown
    assert shown is not None
    assert {row[0]: row[2] for row in shown.rows} == {"equity": 9_000, "trades": 3_000, "contributions": 3_000}
