"""One strategy is found by its name, and who asks for another one hears which there are."""

import pytest

from tests.tools.signals.scripted_signals import STRATEGIES
from trimtab.domain.errors import NotFound
from trimtab.server.strategy_named import strategy_named


def test_a_strategy_is_found_by_its_name() -> None:
    assert strategy_named(STRATEGIES, "momentum_rank", listed_by="A list") == STRATEGIES.strategies[-1]


@pytest.mark.parametrize(
    ("name", "begins"),
    [("momentum", "There is no such strategy. There are "), ("tides", "This strategy can't be used: It can't be imp")],
)
def test_any_other_name_is_answered_with_those_there_are(name: str, begins: str) -> None:
    with pytest.raises(NotFound) as caught:
        strategy_named(STRATEGIES, name, listed_by="A list")
    assert caught.value.message.startswith(begins)
    assert caught.value.message.endswith("There are bollinger_mean_reversion, macd_rsi_confluence, momentum_rank.")
    assert (caught.value.field, caught.value.next_action) == ("strategy", "A list lists all.")
