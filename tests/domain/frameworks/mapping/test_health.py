"""The health of a leaf is that of its products, as bad as the worst of them."""

from datetime import timedelta

import pytest

from tests.domain.frameworks.mapping.universes import AS_OF, Product, leaf, universe
from trimtab.domain.frameworks.framework import Framework
from trimtab.domain.frameworks.mapping import Health, map_products


def health(*rows: Product, per_bucket: int = 5) -> Health:
    frame = Framework("Ours", (leaf("Region/US"),))
    return map_products(frame, universe(*rows), as_of=AS_OF, per_bucket=per_bucket).leaves[0].health


def test_the_oldest_price_and_the_shortest_history_count() -> None:
    found = health(Product("A", history_months=60), Product("B", price_date=AS_OF - timedelta(days=7), issuer=""))
    assert (found.price_age_days, found.missing_months) == (7, 60)
    assert found.missing_fields == {"B": ("issuer",)}
    assert found.score == pytest.approx((2.5 / 3 + 2.9 / 3) / 2)


def test_a_price_without_a_day_has_no_age_and_other_products_do_not_count() -> None:
    undated = Product("B", price_date=None)
    assert health(Product("A"), undated).price_age_days is None
    assert health(Product("A"), undated, per_bucket=1).price_age_days == 0


def test_no_products_have_no_health() -> None:
    found = health()
    assert (found.score, found.price_age_days, found.missing_months, dict(found.missing_fields)) == (0, None, 0, {})
