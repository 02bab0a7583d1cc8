"""A product that is named for a leaf is scored as the mapping scores it, or not at all."""

import math

import numpy as np
from hypothesis import given, settings

from tests.domain.frameworks.mapping.slow_mapping import slow_meets
from tests.domain.frameworks.mapping.universes import AS_OF, Product, leaf, mapped_frameworks, universe, universes
from trimtab.domain.frameworks.framework import Constraint, Framework
from trimtab.domain.frameworks.mapping import Filters, Judged, judged, map_products
from trimtab.domain.frameworks.products import Universe


def test_the_rules_that_a_product_breaks_are_named_and_constraints_and_filters_dont_count() -> None:
    frame = Framework(
        "Ours",
        (leaf("Region/US", regions=("US",), allowed_types=("ETF",)), leaf("Region/Emerging")),
        constraints=(Constraint("allowed_currencies", currencies=("EUR",)),),
    )
    products = universe(Product("A"), Product("B", type="Stock", region="Emerging"))
    mapped = map_products(frame, products, as_of=AS_OF, filters=Filters(priced=True, exclude_codes=("A",)))
    good, bad, other = judged(mapped, [(0, 0), (0, 1), (1, 0)])
    assert good == Judged(1.0, ())
    assert (math.isnan(bad.score), bad.broken) == (True, ("allowed_types", "regions"))
    assert (math.isnan(other.score), other.broken) == (True, ("path",))
    assert judged(mapped, []) == ()


@given(mapped_frameworks(), universes())
@settings(max_examples=40, deadline=None)
def test_every_product_has_the_score_that_the_mapping_gives_it_and_others_have_none(
    frame: Framework, products: Universe
) -> None:
    free = Framework("Ours", frame.buckets)
    mapped = map_products(free, products, as_of=AS_OF, per_bucket=99)
    named = [(place, row) for place in range(len(mapped.leaves)) for row in range(len(products.products))]
    scores = {(place, each.row): each.score for place, leaf in enumerate(mapped.leaves) for each in leaf.products}
    met = np.array(slow_meets(free, products))
    for (place, row), said in zip(named, judged(mapped, named), strict=True):
        assert (not said.broken) == met[place][row] == (not math.isnan(said.score))
        assert mapped.leaves[place].cash or said.broken or said.score == scores[place, row]
