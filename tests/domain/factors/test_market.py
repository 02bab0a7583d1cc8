from datetime import date

import pytest

from tests.domain.factors.panels import make_prices
from trimtab.domain.factors.market import EXCLUDES, Finding, Market


@pytest.mark.parametrize(
    ("code", "excludes"),
    [
        ("duplicate_date", True),
        ("unsorted_dates", True),
        ("price_not_positive", True),
        ("adj_close_gaps", True),
        ("stray_day", True),
        ("gap", False),
    ],
)
def test_a_gap_alone_leaves_a_ticker_in_use(code, excludes):
    assert Finding("A", date(2024, 1, 2), code, "Something is wrong.").excludes is excludes
    assert (code in EXCLUDES) is excludes


def test_findings_go_by_ticker_and_day():
    later, earlier = (Finding("A", date(2024, month, 1), "gap", "x") for month in (5, 4))
    assert sorted([Finding("B", date(2020, 1, 1), "gap", "x"), later, earlier])[:2] == [earlier, later]


def test_a_market_is_as_of_its_last_day():
    market = Market("made", "0" * 64, make_prices(["2024-01-30", "2024-01-31"], {"A": [1.0, 2.0]}), None, ())
    assert market.as_of == date(2024, 1, 31)
    assert market.findings == ()
