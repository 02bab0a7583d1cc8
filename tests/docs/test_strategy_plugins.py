"""The guide to strategies of one's own shows the example that is tested, and says what is checked."""

import re

from tests import snapshots
from tests.house.tree import ROOT, read
from trimtab.adapters.strategies.fitness import MOST_README
from trimtab.adapters.strategies.shelf import GROUP
from trimtab.domain.signals.methods import NAMES, RESERVED
from trimtab.domain.signals.strategies import Strategy
from trimtab.domain.signals.strategies.strategy_failed import MOST_SAID

PAGE = "docs/strategy-plugins.md"
EXAMPLE = "tests/adapters/strategies/example_package"
BLOCK = re.compile(rf"(<!-- ({EXAMPLE}/\S+) -->\n```\w+\n).*?(```$)", re.DOTALL | re.MULTILINE)


def test_the_page_shows_the_example_as_it_is() -> None:
    page = read(PAGE)
    assert [block[2].rpartition("/")[2] for block in BLOCK.finditer(page)] == ["pyproject.toml", "trend_distance.py"]
    snapshots.matches(ROOT / PAGE, BLOCK.sub(lambda block: f"{block[1]}{read(block[2])}{block[3]}", page))


def test_the_page_has_every_attribute_of_a_strategy_and_the_limits() -> None:
    page = read(PAGE)
    attributes = [name for name in vars(Strategy) if not name.startswith("_")]
    assert attributes
    assert [name for name in attributes if not re.search(rf"^\| `{name}(\(prices\))?` \|", page, re.MULTILINE)] == []
    for limit in (NAMES, f"{MOST_README:,} characters", f"{MOST_SAID} characters", f"`{GROUP}`"):
        assert limit in page


def test_the_page_has_every_name_that_is_reserved() -> None:
    page = read(PAGE)
    assert [name for name in sorted(RESERVED) if f"`{name}`" not in page] == []
