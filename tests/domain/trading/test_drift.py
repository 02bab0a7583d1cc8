import numpy as np
import pytest

from tests.oracle.book_rows import UNKNOWN, one_portfolio
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.drift import OVER, UNDER, WITHIN, Drift, band_status, compute_drift, weight_base
from trimtab.domain.trading.positions import build_positions


def drift(book: Book) -> Drift:
    return compute_drift(build_positions(book, np.array([0])))


def test_a_withdrawal_is_not_invested_any_more():
    # 36,000 + 419,000 + 45,000 = 500,000, less 50,000: 450,000. CBA 36,000 / 450,000 = 8.0 %, 2.0 over 6.0: the edge,
    # which is inside. REST 419,000 / 450,000 = 93.11 %. Cash 10 % of 12.5: 2.5 under.
    found = drift(
        one_portfolio(
            {"CBA": (36_000, 6.0), "REST": (419_000, 81.5)}, cash=45_000, withdrawal=50_000, target_cash_pct=12.5
        )
    )
    assert (found.total[0], found.investable[0]) == (500_000, 450_000)
    assert found.actual_pct == pytest.approx([8.0, 419 / 4.5])
    assert found.variance_pct == pytest.approx([2.0, 419 / 4.5 - 81.5])
    assert found.status.tolist() == [WITHIN, OVER]
    assert (found.cash_pct[0], found.cash_status[0]) == (pytest.approx(10.0), UNDER)
    assert found.tolerance_pct == pytest.approx([2, 2])


@pytest.mark.parametrize(
    ("variance", "status"),
    [(2.0, WITHIN), (-2.0, WITHIN), (8.1 - 6.1, WITHIN), (2.1, OVER), (-2.1, UNDER), (0.0, WITHIN)],
)
def test_the_edge_of_a_band_is_inside(variance: float, status: int) -> None:
    assert band_status(np.array([variance]), np.array([2.0 + 1e-9]))[0] == status


def test_unknown_cash_is_estimated():
    found = drift(one_portfolio({"CBA": (98_000, 98.0)}, cash=UNKNOWN))
    assert (found.cash[0], found.actual_pct[0]) == (pytest.approx(2_000), pytest.approx(98))


def test_a_full_liquidation_has_no_targets_and_weighs_against_the_total():
    found = drift(one_portfolio({"CBA": (12_000, 60.0)}, cash=3_000, withdrawal=15_000))
    assert found.liquidated[0]
    assert (found.target_pct[0], found.edge_pct[0], found.status[0]) == (0, 1e-9, OVER)
    assert (found.actual_pct[0], found.cash_pct[0], found.cash_status[0]) == (
        pytest.approx(80),
        pytest.approx(20),
        OVER,
    )


def test_shares_of_nothing_are_nothing():
    # 1,000 of holdings and 1,000 overdrawn: a total of 0.
    found = drift(one_portfolio({"CBA": (1_000, 60.0)}, cash=-1_000))
    assert found.liquidated[0]
    assert (found.actual_pct[0], found.cash_pct[0], found.status[0]) == (0, 0, WITHIN)
    base = weight_base(np.array([0.0, 5.0]), np.array([0.0, 4.0]), liquidated=np.array([True, False]))
    assert base.tolist() == [np.inf, 4.0]
