"""Symbols are understood whatever their case, where that leaves no choice; sectors are what the universe says."""

from tests.workflow.signals.markets import LISTED, asking_of, daily_market, material_of
from trimtab.domain.factors.universe import Entry
from trimtab.workflow.ports.signal_requests import AllocateCapital, BacktestPortfolio, SignalScope
from trimtab.workflow.signals.symbols_asked import spelled_as_the_market

MARKET = ("AGG", "SPY", "brk.b", "BRK.B")


def test_case_alone_is_mended_in_symbols_benchmark_and_holdings() -> None:
    run = spelled_as_the_market(BacktestPortfolio(symbols=("spy", "Agg"), benchmark="sPy"), MARKET)
    assert (run.symbols, run.benchmark) == (("SPY", "AGG"), "SPY")
    asked = AllocateCapital(total_capital=1.0, held={"spy": 0.5, "AGG": 0.25})
    assert spelled_as_the_market(asked, MARKET).held == {"SPY": 0.5, "AGG": 0.25}
    assert spelled_as_the_market(BacktestPortfolio(), MARKET) == BacktestPortfolio()


def test_what_could_be_two_symbols_or_none_stays_as_it_is() -> None:
    asked = SignalScope(symbols=("Brk.b", "brk.b", "QQQ"))
    assert spelled_as_the_market(asked, MARKET).symbols == ("Brk.b", "brk.b", "QQQ")


def test_holdings_that_would_fall_together_are_left_apart() -> None:
    asked = AllocateCapital(total_capital=1.0, held={"spy": 0.5, "SPY": 0.25})
    assert spelled_as_the_market(asked, MARKET).held == {"spy": 0.5, "SPY": 0.25}


def test_sectors_are_sector_groups_or_else_asset_classes() -> None:
    listed = (*LISTED, Entry("style", "XLK", "equity"))
    material = material_of(daily_market(listed=[entry for entry in listed if entry.ticker != "GLD"]))
    found = asking_of().about(material, SignalScope())
    assert found.sectors == {"AGG": "bond", "GLD": "other", "SPY": "equity", "TLT": "bond", "XLK": "sensitive"}
