import pandas as pd

from tests.domain.signals.backtest.given_weights import frame
from trimtab.domain.signals.backtest.checking import unfit, weights_of
from trimtab.domain.signals.backtest.rules import Rules
from trimtab.domain.signals.strategies.panel import SignalPanel

PRICES = frame([[10, 20], [11, 21]])
PLAIN = Rules()


def panel(strategy: str, like: pd.DataFrame = PRICES) -> SignalPanel:
    return SignalPanel(strategy, like * 0.0, like * 0.0, 5, False)


def said(*panels: SignalPanel, rules: Rules = PLAIN) -> list[tuple[str, str]]:
    return [(problem.field, problem.message) for problem in unfit(PRICES, panels, rules=rules)]


def test_panels_of_these_prices_with_known_weights_fit():
    assert said(panel("one"), panel("two"), rules=Rules(weights={"one": 2.0})) == []


def test_a_strategy_that_is_not_named_weighs_1():
    assert weights_of([panel("one"), panel("two")], Rules(weights={"two": 3.0})) == [1.0, 3.0]


def test_at_least_one_panel_has_to_be_given():
    assert said() == [("panels", "There is no panel of signals; give one for each of at least one strategy.")]


def test_all_that_does_not_fit_is_told_at_once():
    found = said(
        panel("one"),
        panel("one"),
        panel("days", PRICES[:1]),
        panel("symbols", PRICES.rename(columns={"A": "Z"})),
        rules=Rules(weights={"gone": 1.0, "one": 0.0, "days": 0.0, "symbols": 0.0}),
    )
    assert found == [
        ("panels", "one has more than one panel; give one for each strategy."),
        ("panels.days", "The panel of days has other dates than prices; make it of these prices."),
        ("panels.symbols", "The panel of symbols has other symbols than prices; make it of these prices."),
        ("weights", "weights names gone, of which there is no panel; give weights of one, one, days, symbols."),
        (
            "weights",
            "The weights of all strategies, one, one, days, symbols, are 0; give one of them a weight above 0.",
        ),
    ]


def test_a_name_from_outside_is_shown_clean():
    assert said(panel("a\n\u202eb"), panel("a\n\u202eb"))[0][1].startswith("a b has more than one panel")
