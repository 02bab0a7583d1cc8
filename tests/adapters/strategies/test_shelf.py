"""Strategies of other packages, found by Python's own description of what is installed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings

from tests.adapters.strategies.packages import EXAMPLE, MISBEHAVING, describe, install, lay_out, looked_into
from tests.domain.signals.strategies.series_of_prices import PANELS, WAVES, frame
from trimtab.adapters.strategies.shelf import InstalledStrategies
from trimtab.domain.columns import FloatColumn
from trimtab.domain.signals.evaluation.daily_returns import EQUAL_WEIGHT
from trimtab.domain.signals.methods import RESERVED
from trimtab.domain.signals.strategies.asked import with_parameters
from trimtab.domain.signals.strategies.looking_ahead import proven_signals
from trimtab.domain.signals.strategies.strategy_failed import StrategyFailed
from trimtab.domain.signals.strategies.trusting import checked_signals
from trimtab.workflow.ports.strategies import Broken, Shelf
from trimtab.workflow.signals.figures import PORTFOLIO

OURS = ["bollinger_mean_reversion", "macd_rsi_confluence", "momentum_rank"]


@pytest.fixture(name="site")
def _site(tmp_path: Path) -> Iterator[Path]:
    """A folder that Python looks into."""
    with looked_into(tmp_path):
        yield tmp_path


@pytest.fixture(name="trend", scope="module")
def _trend(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """What is found where pip has installed the example."""
    folder = tmp_path_factory.mktemp("pip") / "site"
    install(EXAMPLE, folder)
    with looked_into(folder):
        return InstalledStrategies().look()


def broken(shelf: Shelf) -> dict[str, str]:
    return {each.name: each.reason for each in shelf.broken}


def test_ours_are_always_there_first_and_brought_by_nobody():
    found = InstalledStrategies().look().found
    assert list(found)[:3] == OURS
    assert [found[name].package for name in OURS] == [""] * 3
    assert [found[name].strategy.name for name in OURS] == OURS


def test_a_package_that_pip_installed_brings_its_strategy(trend: Shelf) -> None:
    assert list(trend.found) == [*OURS, "trend_distance"]
    assert trend.broken == ()
    brought = trend.found["trend_distance"]
    assert brought.package == "trend-distance 1.0.0"
    assert brought.strategy.history_days == 252
    assert brought.strategy.readme.startswith("# Trend distance\n")


def test_what_is_brought_gives_signals_and_takes_parameters(trend: Shelf) -> None:
    strategy = with_parameters(trend.found["trend_distance"].strategy, {"trend_days": 3.0, "full_pct": 10})
    assert strategy.history_days == 3
    panel = checked_signals(strategy, frame([100.0, 100, 103, 200, 1, 1]))
    assert panel.alpha["A"].round(4).tolist()[2:] == [0.198, 1.0, -1.0, -1.0]
    assert panel.alpha["A"].isna().tolist()[:2] == [True, True]
    assert panel.indicators["distance"]["A"].iloc[2] == pytest.approx(2 / 101)


@pytest.mark.parametrize("days", [3, 10])
@settings(max_examples=15)
@given(prices=PANELS, later=PANELS)
def test_nothing_later_changes_a_signal_of_the_example(
    trend: Shelf, days: int, *, prices: FloatColumn, later: FloatColumn
) -> None:
    strategy = with_parameters(trend.found["trend_distance"].strategy, {"trend_days": days})
    before = proven_signals(strategy, frame(prices))
    prices = prices.copy()
    prices[25:] = later[25:]
    after = checked_signals(strategy, frame(prices))
    assert after.alpha[:25].equals(before.alpha[:25])
    assert after.confidence[:25].equals(before.confidence[:25])


def test_what_cannot_be_used_is_told_and_the_others_go_on(site: Path) -> None:
    lay_out(MISBEHAVING, site)
    shelf = InstalledStrategies().look()
    assert list(shelf.found) == [*OURS, "a_useful_one", "looks_ahead", "other_shape", "raises"]
    assert {each.package for each in shelf.broken} == {"Misbehaving.Strategies 0.3"}
    assert [each.name for each in shelf.broken] == sorted(each.name for each in shelf.broken)
    told = broken(shelf)
    assert told.pop("no_address").startswith("It can't be imported: ")
    assert told == {
        "Not A Name": "The name of its entry point isn't allowed; give small letters, digits and underscores, a "
        "letter first, at most 64.",
        "all_wrong": "Its name is another than its entry point's; give both the same. Its parameters aren't made from "
        "Parameters. Its readme is no text, empty, or longer than 20,000 characters. Its history_days is no whole "
        "number of at least 1. Its signals is no method.",
        "breaks_on_import": "It can't be imported: RuntimeError: no licence for this machine.",
        "empty": "It has no name. It has no parameters. It has no readme. It has no history_days. It has no signals.",
        "momentum_rank": "It has the name of a strategy that comes with the product; give it another one.",
        "no_class": "It can't be made without arguments: TypeError: 'Useful' object is not callable.",
        "no_module": "It can't be imported: ModuleNotFoundError: No module named 'misbehaving_nowhere'.",
        "not_frozen": "Its parameters aren't a dataclass of their own; put @dataclass(frozen=True) above the class. "
        "Its history_days is no whole number of at least 1.",
        "not_there": "It can't be imported: AttributeError: module 'misbehaving_strategies' has no attribute "
        "'NotThere'.",
        "odd_parameters": "The name of a parameter isn't allowed; give small letters, digits and underscores, a letter "
        "first, at most 64. Its parameter half isn't declared int or float, with such a number as its default. Its "
        "parameter on isn't declared int or float, with such a number as its default. Its parameter most isn't "
        "declared int or float, with such a number as its default. Its readme is no text, empty, or longer than "
        "20,000 characters.",
        "other_name": "Its name is another than its entry point's; give both the same.",
        "renamed": "Its name is another when it is made with its parameters; it has to stay the same.",
        "ends_when_asked": "It can't be made with its parameters as the only argument: SystemExit: for a reason.",
        "raises_when_made": "It can't be made without arguments: LookupError: no[31m model.",
        "takes_none": "It can't be made with its parameters as the only argument: TypeError: TakesNone.__init__() "
        "takes 1 positional argument but 2 were given.",
        "unreadable": "Its readme can't be read: OSError: no file.",
    }


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("raises", "It raised ZeroDivisionError: division by zero."),
        ("other_shape", "alpha has other dates or symbols than the prices."),
    ],
)
def test_what_is_found_may_still_fail_when_it_is_asked(site: Path, name: str, said: str) -> None:
    lay_out(MISBEHAVING, site)
    strategy = InstalledStrategies().look().found[name].strategy
    with pytest.raises(StrategyFailed, match=said):
        checked_signals(strategy, frame(WAVES))


def test_what_is_found_may_look_ahead(site: Path) -> None:
    lay_out(MISBEHAVING, site)
    found = InstalledStrategies().look().found
    assert proven_signals(found["a_useful_one"].strategy, frame(WAVES)).alpha.shape == (300, 1)
    with pytest.raises(StrategyFailed, match="It looks ahead: its signals of 2024-"):
        proven_signals(found["looks_ahead"].strategy, frame(WAVES))


def test_of_two_packages_with_one_name_none_is_taken(site: Path) -> None:
    lay_out(EXAMPLE, site)
    describe(site, "another", lines=["trend_distance = trend_distance:TrendDistance"])
    shelf = InstalledStrategies().look()
    assert "trend_distance" not in shelf.found
    said = "More than one is installed under this name; leave only one."
    assert shelf.broken == tuple(Broken("trend_distance", each, said) for each in ("another 1", "trend-distance 1.0.0"))


def test_it_is_looked_for_once(site: Path) -> None:
    shelf = InstalledStrategies()
    before = shelf.look()
    lay_out(EXAMPLE, site)
    assert shelf.look() is before
    assert "trend_distance" in InstalledStrategies().look().found


@pytest.mark.parametrize("name", ["portfolio", "best", "costs", "day"])
def test_names_of_what_stands_beside_strategies_are_refused(site: Path, name: str) -> None:
    describe(site, "named", lines=[f"{name} = misbehaving_strategies:Useful"])
    shelf = InstalledStrategies().look()
    assert name not in shelf.found
    assert broken(shelf)[name].startswith("The name of its entry point is reserved; give another one than alpha_from, ")
    assert broken(shelf)[name].endswith(", weighted.")


def test_what_the_desk_puts_beside_strategies_is_reserved() -> None:
    assert {EQUAL_WEIGHT, PORTFOLIO} <= RESERVED


ENDING = """
class Strategy:
    def __init__(self, *given):
        {made}
    name = "ends"
    @property
    def parameters(self):
        {read}
{loaded}
"""


def ends(site: Path, *, made: str = "", read: str = "", loaded: str = "") -> str:
    """Why a strategy isn't there in which something stands at one of these places."""
    describe(site, "ends", lines=["ends = misbehaving_end:Strategy"])
    text = ENDING.format(made=made or "pass", read=read or "pass", loaded=loaded)
    (site / "misbehaving_end.py").write_text(text, encoding="utf-8")
    shelf = InstalledStrategies().look()
    assert list(shelf.found) == OURS
    return broken(shelf)["ends"]


def test_who_would_end_the_program_is_broken_like_any_other(site: Path) -> None:
    assert ends(site, loaded="raise SystemExit(7)") == "It can't be imported: SystemExit: 7."


def test_who_would_end_it_when_it_is_made_is_too(site: Path) -> None:
    assert ends(site, made="raise SystemExit(8)") == "It can't be made without arguments: SystemExit: 8."


def test_who_would_end_it_when_it_is_read_is_too(site: Path) -> None:
    assert "Its parameters can't be read: GeneratorExit." in ends(site, read="raise GeneratorExit")


@pytest.mark.parametrize("place", ["loaded", "made", "read"])
def test_a_person_may_end_the_program_meanwhile(site: Path, place: str) -> None:
    with pytest.raises(KeyboardInterrupt):
        ends(site, **{place: "raise KeyboardInterrupt"})
