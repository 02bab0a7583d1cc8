"""What a person reads of strategies, of the signals of a day, and of what was kept."""

import pytest

from tests.server.rest.guided_signals import PAGE
from tests.tools.signals.scripted_signals import ALLOCATED, SIGNALS, STRATEGIES
from trimtab.cli.signal_tables import print_allocated, print_page, print_signals, print_strategies, print_strategy
from trimtab.workflow.ports.results import Table
from trimtab.workflow.ports.signal_results import Recorded


def lines_of(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What was printed, with one space for several."""
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def test_strategies_are_listed_with_their_parameters_and_the_broken_ones_below(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_strategies(STRATEGIES)
    lines = lines_of(capsys)
    assert "momentum_rank trimtab yes 20 window_days 20" in lines
    assert "tides tidal no" in lines
    assert lines[-1] == "tides of tidal can't be used: It can't be imported."


def test_the_text_of_a_strategy_is_harmless_and_keeps_its_lines(capsys: pytest.CaptureFixture[str]) -> None:
    print_strategy(STRATEGIES.strategies[0].model_copy(update={"readme": "# Idea\n\n\x1b[31mred\n", "parameters": {}}))
    assert lines_of(capsys) == ["# Idea", "", "[31mred", "", "Parameters: none. Prices needed: 20."]


def test_signals_have_a_line_for_each_symbol_with_the_alpha_of_each_strategy(
    capsys: pytest.CaptureFixture[str],
) -> None:
    indicators = {"momentum_rank": Table(columns=("symbol", "momentum"), rows=(("GLD", 0.12345),))}
    print_signals(SIGNALS.model_copy(update={"indicators": indicators}))
    lines = lines_of(capsys)
    for line in (
        "small as of 2026-11-20: 3 symbols; 2026-11-20.",
        "Strategies: momentum_rank x 1 (lookback_days 252); bollinger_mean_reversion x 0.5.",
        "Rules: cadence monthly, cost_bps 5, long_only yes.",
        "symbol direction alpha confidence conflict momentum_rank bollinger_mean_reversion",
        "AGG SELL -1.00 1.00 0.00 -1.00",
        "GLD BUY 0.12 0.15 0.33 0.50 -0.25",
        "GLD 0.1235",
        "JJC no_prices It has no price at all.",
        "Without a signal: SPY",
        "tides of tidal gave nothing: It divides by zero.",
        "Something to know.",
        "Kept in the records: 3 new.",
    ):
        assert line in lines


def test_an_allocation_is_in_percent_with_cash_and_what_could_not_be_kept(capsys: pytest.CaptureFixture[str]) -> None:
    away = Recorded(kept=False, note="The server is read-only.")
    print_allocated(ALLOCATED.model_copy(update={"recorded": away, "without_estimate": ("USO",)}))
    lines = lines_of(capsys)
    for line in (
        "1,000,000.00 by proportional",
        "GLD commodity 0.12 0.00 10.00 100,000.00 100,000.00 220.25",
        "(cash) 90.00 900,000.00",
        "Not kept: min_positions: 1 of 2 positions; max_turnover stands against it.",
        "Without an estimate: USO",
        "Nothing is ordered.",
        "Not kept in the records. The server is read-only.",
    ):
        assert line in lines


def test_kept_allocations_name_their_largest_weights_and_leave_json_to_scripts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_page(PAGE)
    lines = lines_of(capsys)
    assert lines[1] == "allocation id day cash weight allocations recorded at"
    largest = "B 30.0 %, F 20.0 %, A 10.0 %, C 10.0 %, D 10.0 %, 1 more"
    assert f"aaaaaaaa 2026-11-20 0.1000 {largest} 2026-11-21 00:00" in lines
    assert lines[-1] == "1 of 7; --offset 1 goes on. --json shows all that was kept of each."


def test_an_answer_that_was_kept_before_adds_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    rules = {"horizons": "[1, 5]", "long_only": False}
    basis = SIGNALS.basis.model_copy(update={"rules": rules})
    print_signals(SIGNALS.model_copy(update={"recorded": Recorded(kept=True), "basis": basis}))
    lines = lines_of(capsys)
    assert lines[-1] == "It is in the records already."
    assert "Rules: horizons [1, 5], long_only no." in lines


def test_what_a_row_of_performance_is_called_by_scripts_stays_away(capsys: pytest.CaptureFixture[str]) -> None:
    columns = ("run_id", "evaluation_day", "subject", "kind", "sharpe_ratio", "metrics")
    rows = (("e" * 64, "2026-11-20", "best", "portfolio", 0.5, "{}"),)
    print_page(PAGE.model_copy(update={"kind": "performance", "rows": Table(columns=columns, rows=rows)}))
    lines = lines_of(capsys)
    assert lines[1:3] == ["evaluation day subject sharpe ratio", "2026-11-20 best 0.5000"]


def test_the_last_page_says_how_many_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    few = Table(columns=("day", "allocations"), rows=(("2026-11-20", '{"A":-0.5}'), ("2026-11-19", None)))
    print_page(PAGE.model_copy(update={"rows": few, "next_offset": None}))
    lines = lines_of(capsys)
    assert "2026-11-20 A -50.0 %" in lines
    assert lines[-1].startswith("2 of 7. ")
