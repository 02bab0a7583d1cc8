"""The words that products bear are known, the commonest first, and told where a rule names none of them."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.domain.frameworks.mapping.universes import AS_OF, Product, leaf, universe
from trimtab.domain.frameworks.framework import Constraint, Framework
from trimtab.domain.frameworks.mapping import NO_FILTERS, map_products
from trimtab.domain.frameworks.mapping.vocabulary import unknown_words, vocabulary_of

PRODUCTS = universe(
    Product("A", tags=("green", "Large"), region="", sector="Energy", sector_group="Cyclical"),
    Product("B", type="Stock", currency="EUR", issuer="Rock", tags=("LARGE",), region=""),
    Product("C", issuer="Rock", region="", sector=""),
    lies=(("C", "Region", "Emerging", 0.2), ("C", "Sector", "Utilities", 0.2)),
)
TOLD: dict[str, tuple[str, str]] = {
    "types": ("allowed_types", "ETF, Stock"),
    "include_tags": ("include_tags", "Large, green"),
    "regions": ("regions", "Emerging"),
    "sectors": ("sectors", "Cyclical, Diversified, Energy, Utilities"),
    "currencies": ("currencies", "USD, EUR"),
    "issuers": ("", "Rock, Vane"),
}


def gap(*, constraints: tuple[Constraint, ...] = (), filters: Any = NO_FILTERS, **rules: Any) -> str:
    """What the only leaf says of its last rule."""
    rules = rules or {"allowed_types": ("ETF", "Stock")}
    frame = Framework("Ours", (leaf("AssetClass/Odd", **rules),), constraints=constraints)
    return map_products(frame, PRODUCTS, as_of=AS_OF, filters=filters).leaves[0].gaps[-1].message


@pytest.mark.parametrize("name", TOLD)
def test_each_rule_and_filter_that_names_words_says_which_there_are(name: str) -> None:
    rule, known = TOLD[name]
    names: Any = ("Moon\u202e", "", "moon 2")
    said = gap(filters=replace(NO_FILTERS, **{name: names}))
    lead = f"3 candidates, 3 lost to filters.{name}: no product bears any of filters.{name}"
    assert said == f"{lead} Moon, moon 2; there are {known}"
    if rule:
        assert gap(**{rule: names}).endswith(
            f" lost to {rule}: no product bears any of {rule} Moon, moon 2; there are {known}"
        )


def test_the_framework_s_currencies_say_so_too_and_what_names_nothing_doesnt() -> None:
    allowed = Constraint("allowed_currencies", currencies=("CHF",))
    assert gap(constraints=(allowed,)).endswith("any of allowed_currencies CHF; there are USD, EUR")
    assert gap(filters=replace(NO_FILTERS, min_adv_value=1e12)) == "3 candidates, 3 lost to filters.min_adv_value"
    assert gap(regions=("emerging",)) == "3 candidates, 3 lost to regions"
    assert gap(regions=("",)) == "3 candidates, 3 lost to regions"


def test_at_most_twelve_are_named_the_commonest_first() -> None:
    words = tuple(f"W{at:02}" for at in range(15))
    known = vocabulary_of((words, np.arange(15)), (("w01", ""), np.array([20, 99])))
    assert known.spelled[:2] == ("W01", "W14")
    said = unknown_words("regions", [f"X{at}" for at in range(13)], known=known)
    assert said.startswith("no product bears any of regions X0, X1, ")
    assert "X11 and 1 more; there are W01, W14, W13, " in said
    assert said.endswith("W04 and 2 more")
    assert unknown_words("regions", ["X"], known=vocabulary_of()) == "no product bears any of regions X, nor any other"
