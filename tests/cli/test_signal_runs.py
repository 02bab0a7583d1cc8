"""What a person reads of evaluations and backtests."""

import pytest

from tests.tools.signals.scripted_signals import BACKTESTED, EVALUATION
from trimtab.cli.signal_runs import print_backtested, print_evaluation
from trimtab.workflow.ports.results import Table
from trimtab.workflow.ports.signal_results import Scatter, Shown

HISTOGRAM = Table(columns=("alpha_from", "alpha_to", "momentum_rank"), rows=((-1.0, -0.9, 3),))
POINTS = Table(columns=("day", "symbol", "alpha", "realized_return"), rows=(("2020-01-02", "SPY", 1.0, 0.0217),))
WHOLE = BACKTESTED.model_copy(
    update={
        "ruined_on": "2026-11-19",
        "unmet": Table(columns=("day", "field", "message"), rows=(("2020-02-03", "min_positions", "Too few."),)),
        "pending": Table(
            columns=("decided", "symbol", "held_weight", "weight"), rows=(("2026-11-20", "SPY", 0.5, 0.75),)
        ),
        "stuck": Table(columns=("symbol", "last_price_day", "weight"), rows=(("JJC", "2023-06-01", 0.0123),)),
        "equity": Table(columns=("day", "equity_value"), rows=(("2020-01-02", 1e6),)),
        "contributions_over_time": Table(columns=("day", "costs"), rows=(("2020-01-02", -0.0005),)),
        "histogram": HISTOGRAM,
        "scatter": Scatter(horizon_days=21, n=1, pearson=0.1234, spearman=None, points=POINTS),
        "shown": (Shown(section="equity", shown=1, total=1_700),),
    }
)


def lines_of(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What was printed, with one space for several."""
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def test_an_evaluation_has_metrics_signals_decay_and_a_histogram(capsys: pytest.CaptureFixture[str]) -> None:
    print_evaluation(
        EVALUATION.model_copy(update={"strategies_without_signal": ("macd_rsi_confluence",), "histogram": HISTOGRAM})
    )
    lines = lines_of(capsys)
    for line in (
        "small as of 2026-11-20: 3 symbols; 2740 days, 2016-01-04 to 2026-11-20.",
        "first_day 2016-01-04 2015-01-02 2015-01-02",
        "n_days 2740 2990 2990",
        "sharpe 0.7500 0.5000",
        "momentum_rank 8220 1.0000 0.5000 0.5000 0.6667",
        "momentum_rank 21 0.0500 1.9900 2719",
        "-1.00 -0.90 3",
        "Without a signal: macd_rsi_confluence",
        "Kept in the records: 3 new.",
    ):
        assert line in lines


def test_a_backtest_says_where_its_return_comes_from_and_what_comparing_it_gives(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_backtested(BACKTESTED)
    lines = lines_of(capsys)
    for line in (
        "Combined by weighted, proportional",
        "momentum_rank 512,345.68 51.23",
        "costs -12,345.68 -1.23",
        "Deflated by 12 trials; 0.95 is usually asked for",
        "weighted 0.7500 0.9512",
        "3 2020-05-13 2022-07-18 best True -0.1000",
        "total_return 0.1235",
        "1,500,000.00 at the end; 131 decisions, 260 trades, 12,345.68 of costs.",
        "0 trades had no price, 0 positions no estimate.",
    ):
        assert line in lines
    assert not [line for line in lines if line.startswith(("Limits", "Decided", "Held", "Equity", "Nothing was left"))]


def test_sections_that_were_asked_for_follow_with_how_much_of_them_is_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_backtested(WHOLE.model_copy(update={"comparison": None}))
    lines = lines_of(capsys)
    for line in (
        "Equity in money; drawdown as a fraction",
        "2020-01-02 1,000,000.00",
        "Contributions so far, as fractions of the capital at the start",
        "2020-01-02 -0.0005",
        "-1.00 -0.90 3",
        "Alpha and the return over the next 21 trading days, a fraction",
        "2020-01-02 SPY 1.0000 0.0217",
        "1 points; Pearson 0.1234, Spearman -.",
        "2020-02-03 min_positions Too few.",
        "2026-11-20 SPY 0.5000 0.7500",
        "Held at the end without a price any more, as fractions",
        "JJC 2023-06-01 0.0123",
        "Nothing was left on 2026-11-19.",
        "equity: 1 of 1700 rows are shown.",
    ):
        assert line in lines
    assert "Every way to combine" not in lines
