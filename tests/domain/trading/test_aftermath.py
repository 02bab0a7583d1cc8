import numpy as np
import pytest

from tests.oracle.book_rows import one_portfolio
from tests.oracle.product import propose_all, sell
from trimtab.domain.trading.aftermath import Aftermath, weigh_aftermath
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.buy_plan import buy_offers
from trimtab.domain.trading.decisions import Verdict
from trimtab.domain.trading.policy import Policy

POLICY = Policy()
OVER = one_portfolio({"CBA": (8_500, 6.0)}, cash=91_500, target_cash_pct=94)
UNDER = one_portfolio({"CBA": (3_500, 6.0)}, cash=96_500, target_cash_pct=94)


def after(book: Book, *, units: float, verdict: Verdict, policy: Policy = POLICY) -> Aftermath:
    product = propose_all(book, policy)
    sold = sell(product, ())
    buys = buy_offers(product.facts, product.proposal, sells=sold.plan)
    offers = sold.offers if len(sold.offers.line) else buys
    verdicts = np.full(len(offers.line), verdict, dtype=np.int8)
    return weigh_aftermath(
        product.proposal, offers=offers, units=np.full(len(offers.line), float(units)), verdict=verdicts
    )


@pytest.mark.parametrize(
    ("book", "units", "verdict", "after_pct", "breached"),
    [
        (OVER, 0, Verdict.DEFER, 8.5, True),
        (OVER, 499, Verdict.PARTIAL, 8.001, True),
        (OVER, 500, Verdict.PARTIAL, 8.0, False),  # the edge is inside
        (OVER, 0, Verdict.REVIEW, 8.5, False),  # nobody decided yet
        (OVER, 0, Verdict.PROCEED, 8.5, True),  # cut for want of cash
        (OVER, 2_500, Verdict.PROCEED, 6.0, False),
        (UNDER, 0, Verdict.DEFER, 3.5, True),
        (UNDER, 500, Verdict.PARTIAL, 4.0, False),
    ],
)
def test_a_line_that_is_held_back_outside_its_band_is_breached(book, units, verdict, after_pct, breached):
    found = after(book, units=units, verdict=verdict)
    assert found.after_pct == pytest.approx([after_pct])
    assert found.breached.tolist() == [breached]
    excess = max(abs(after_pct - 6.0) - 2.0, 0.0)
    assert found.excess_pct == pytest.approx([excess], abs=1e-9)
    assert found.excess_value == pytest.approx([excess * 1_000], abs=1e-6)


def test_holding_back_a_sell_for_cash_does_not_breach_a_line_under_its_band():
    # A 92 of 100 is under; a tenth must be cash and 8,000 are, so 2,000 are sold all the same.
    book = one_portfolio({"A": (92_000, 100.0)}, cash=8_000)
    found = after(book, units=0, verdict=Verdict.DEFER, policy=Policy(minimum_cash_pct=10))
    assert (found.after_pct.tolist(), found.breached.tolist()) == ([92], [False])


def test_nothing_weighs_anything_in_an_empty_portfolio():
    # 1,000 of holdings and 1,000 overdrawn.
    found = after(one_portfolio({"A": (1_000, 60.0)}, cash=-1_000), units=500, verdict=Verdict.DEFER)
    assert (found.after_pct.tolist(), found.breached.tolist(), found.excess_value.tolist()) == ([0], [False], [0])
