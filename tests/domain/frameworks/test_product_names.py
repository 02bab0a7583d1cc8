"""Names of the book and of the market in the words of products."""

import pytest

from trimtab.domain.factors.reference import ASSET_CLASSES
from trimtab.domain.frameworks.product_names import CLASSES, SECTORS, group_of, sector_named
from trimtab.domain.frameworks.templates import TEMPLATES


@pytest.mark.parametrize(
    ("name", "sector", "group"),
    [
        ("Information Technology", "Technology", "Sensitive"),
        ("Semiconductors", "Technology", "Sensitive"),
        ("communications equipment", "Technology", "Sensitive"),
        ("Broadline Retail", "Consumer Discretionary", "Cyclical"),
        ("Automobile Manufacturers", "Consumer Discretionary", "Cyclical"),
        ("Interactive Media", "Communication Services", "Sensitive"),
        ("Entertainment", "Communication Services", "Sensitive"),
        ("International Real Estate", "Real Estate", "Cyclical"),
        ("UTILITIES", "Utilities", "Defensive"),
        ("Fixed Income", "Diversified", ""),
        ("Diversified", "Diversified", ""),
        ("Unheard of", "Unheard of", ""),
        ("", "", ""),
    ],
)
def test_a_sector_has_one_name_and_its_group_and_what_is_not_known_stays(name: str, sector: str, group: str) -> None:
    assert sector_named(name) == sector
    assert group_of(sector) == group


def test_the_sectors_are_the_eleven_that_the_template_takes() -> None:
    taken = {sector for bucket in TEMPLATES["sector_risk_band"].buckets for sector in bucket.rules.sectors}
    assert set(SECTORS) == taken
    assert len(SECTORS) == 11


def test_every_asset_class_of_the_market_has_its_own_here_and_a_tag_for_it() -> None:
    assert tuple(CLASSES) == ASSET_CLASSES
    assert {(name, tags[0]) for name, tags in CLASSES.values()} == {
        ("Equity", "equity"),
        ("Bonds", "bonds"),
        ("Cash", "cash"),
        ("Alternatives", "alternatives"),
    }
