import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracle.book_rows import one_portfolio
from tests.oracle.oracle_types import GradualExit, Session, SessionRule
from tests.oracle.product import propose_all
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.cash import capped_shares, cash_after, minimum_cash
from trimtab.domain.trading.policy import Policy
from trimtab.domain.trading.sell_plan import Proposal

POLICY = Policy()


def proposed(book: Book, policy: Policy = POLICY, **session) -> Proposal:
    return propose_all(book, policy, session=Session(**session)).proposal


def test_cash_for_buys_is_what_withdrawal_and_minimum_leave():
    # 45,000 + 5,000 sold - 50,000 - 1 % of 450,000 = -4,500: that is missing.
    product = propose_all(
        one_portfolio({"CBA": (455_000, 90.0)}, cash=45_000, withdrawal=50_000), policy := Policy(minimum_cash_pct=1)
    )
    positions, drift = product.facts.positions, product.proposal.drift
    assert minimum_cash(drift, policy).tolist() == [4_500]
    assert cash_after(positions, drift, sell_value=np.array([5_000.0]), policy=policy).tolist() == [-4_500]


def test_planned_sells_that_pay_the_withdrawal_raise_nothing_more():
    # Investable 90,000: A 42.2 of 40 sells 2,000, B 68.9 of 58 sells 9,800: more than the 10,000.
    found = proposed(one_portfolio({"A": (38_000, 40.0), "B": (62_000, 58.0)}, cash=0, withdrawal=10_000))
    assert found.sell_units.tolist() == [2_000, 9_800]
    assert found.cash_units.tolist() == [0, 0]


def test_the_largest_excess_gives_first_rounded_up_to_a_lot():
    # Investable 98,000: A 50,000 is 1,000 over 50 %, B 49,000 is 1,960 over 48 %; both inside. 1,000 is missing, all of
    # it from B: 3.33 lots of 300, so 4.
    lines = {"A": (50_000, 50.0), "B": (49_000, 48.0)}
    found = proposed(one_portfolio(lines, cash=1_000, withdrawal=2_000, target_cash_pct=2, lot_size=300))
    assert found.cash_units.tolist() == [0, 1_200]
    assert found.missing_cash.tolist() == [0]


def test_equal_excess_gives_by_code():
    # Investable 98,500: 49 % are 48,265, so each has 1,735 too much. 1,500 is missing, A gives it all.
    found = proposed(
        one_portfolio({"B": (50_000, 49.0), "A": (50_000, 49.0)}, cash=0, withdrawal=1_500, target_cash_pct=2)
    )
    assert found.cash_units.tolist() == [1_500, 0]


def test_what_excess_does_not_cover_comes_from_all_in_proportion():
    # 5 % of 100,000 must be cash. B and C give their excess, 1,500 each; of the other 2,000 A gives 52,000 / 97,000 =
    # 1,072.16, so 1,073, and B the last 927.
    lines = {"A": (52_000, 55.0), "B": (46_500, 45.0), "C": (1_500, 0)}
    found = proposed(one_portfolio(lines, cash=0), Policy(minimum_cash_pct=5))
    assert found.cash_units.tolist() == [1_073, 2_427, 1_500]


def test_lines_that_may_not_be_sold_give_nothing_and_what_is_missing_is_said():
    # 6,000 - 1,000 is needed: A is held, of B 10 % of 20,000 may go, C has 500.
    lines = {"A": (78_500, 79.0), "B": (20_000, 20.0), "C": (500, 1.0)}
    found = proposed(
        one_portfolio(lines, cash=1_000, withdrawal=6_000),
        rules=(SessionRule("A", "hold"),),
        gradual_exits=(GradualExit("B", 10),),
    )
    assert found.cash_units.tolist() == [0, 2_000, 500]
    assert found.missing_cash.tolist() == [pytest.approx(2_500)]


def test_negative_cash_is_need():
    found = proposed(one_portfolio({"A": (101_000, 100.0)}, cash=-1_000))
    assert found.sell_units.tolist() == [1_000]


def test_cash_raising_ignores_the_minimum_trade():
    found = proposed(one_portfolio({"A": (100_000, 100.0)}, cash=0, withdrawal=100))
    assert found.cash_units.tolist() == [100]


@pytest.mark.parametrize(
    ("weight", "cap", "amount", "shares"),
    [
        ([1.0, 3.0], [9.0, 9.0], 8.0, [2.0, 6.0]),
        ([1.0, 3.0], [9.0, 5.0], 8.0, [3.0, 5.0]),  # what B can't give A does
        ([1.0, 1.0, 2.0], [1.0, 9.0, 9.0], 7.0, [1.0, 2.0, 4.0]),
        ([1.0, 3.0], [2.0, 5.0], 8.0, [2.0, 5.0]),  # all capped: 1 is missing
    ],
)
def test_a_capped_share_goes_to_the_others_in_proportion(weight, cap, amount, shares):
    found = capped_shares(
        np.array(weight), np.array(cap), segment=np.zeros(len(weight), dtype=np.int64), amount=np.array([amount])
    )
    assert found == pytest.approx(shares)


rows = st.lists(st.tuples(st.floats(1, 1e6), st.floats(0.01, 1e6)), min_size=1, max_size=6)


@given(st.lists(st.tuples(rows, st.floats(1, 1e6)), min_size=1, max_size=4))
def test_shares_fill_the_amount_or_every_cap(segments):
    segment = np.array([number for number, (lines, _) in enumerate(segments) for _ in lines])
    weight = np.array([w for lines, _ in segments for w, _ in lines])
    cap = np.array([c for lines, _ in segments for _, c in lines])
    share = capped_shares(weight, cap, segment=segment, amount=np.array([amount for _, amount in segments]))
    assert (share <= cap * (1 + 1e-9)).all()
    for number, (_, amount) in enumerate(segments):
        of_segment = segment == number
        assert share[of_segment].sum() == pytest.approx(min(amount, cap[of_segment].sum()))
