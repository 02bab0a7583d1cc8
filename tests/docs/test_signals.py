"""The guide to signals has every strategy with its defaults, and every method of normalising."""

from typing import get_args

import pytest

from tests.house.tree import read
from trimtab.domain.signals.strategies import BollingerMeanReversion, MacdRsiConfluence, MomentumRank, Strategy
from trimtab.domain.signals.strategies.normalising import Normaliser

PAGE = "docs/signals.md"
STRATEGIES: list[Strategy] = [BollingerMeanReversion(), MacdRsiConfluence(), MomentumRank()]


def rows() -> dict[str, list[str]]:
    """Cells by the first one, of every table; an escaped bar stays in its cell."""
    lines = [line.replace(r"\|", "¦") for line in read(PAGE).splitlines() if line.startswith("| `")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {first.strip("`"): rest for first, *rest in cells}


@pytest.mark.parametrize("strategy", STRATEGIES, ids=lambda strategy: strategy.name)
def test_the_table_has_a_strategys_defaults(strategy: Strategy) -> None:
    defaults = ", ".join(f"`{name}` {value:g}" for name, value in strategy.parameters.by_name.items())
    assert rows()[strategy.name][2:4] == [defaults, str(strategy.history_days)]


def test_the_tables_have_every_strategy_and_method_and_no_other() -> None:
    assert list(rows()) == [*(strategy.name for strategy in STRATEGIES), *get_args(Normaliser)]
