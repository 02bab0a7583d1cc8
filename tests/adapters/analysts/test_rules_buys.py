"""Which buys wait when cash is short: the order, the pairs, and the smallest percents that are enough."""

from hypothesis import given
from hypothesis import strategies as st

from trimtab.adapters.analysts.rules import RulesAnalyst
from trimtab.adapters.analysts.rules_buys import is_dip, judge_buys, priority
from trimtab.domain.trading.overview import BuyBlock, BuyRow
from trimtab.workflow.ports.analysts import BuyQuestion


def row(
    symbol: str,
    amount: float,
    *,
    gap: float = 1.0,
    ex_days: int | None = None,
    month: float | None = 1.0,
    half_year: float | None = 1.0,
) -> BuyRow:
    return BuyRow(symbol, amount, 4.0 - gap, 4.0, gap, ex_days, month, half_year)


def block(*rows: BuyRow, available: float) -> BuyBlock:
    demand = sum(each.amount for each in rows)
    return BuyBlock("P1", "Client", "Core", 0.5, 500_000, available, demand, max(0.0, demand - available), rows)


def waiting(found: BuyBlock) -> dict[str, float]:
    """Percent of each buy that waits."""
    percents = {"proceed": 0.0, "defer": 100.0}
    return {
        v.symbol: percents[v.action] if v.action in percents else 100 - (v.proceed_percent or 0)
        for v in judge_buys(found)
    }


CBA = row("CBA", 8_500, gap=1.9, ex_days=8, month=-3, half_year=8)
BHP = row("BHP", 12_000, gap=2.5, month=-5, half_year=12)
WBC = row("WBC", 6_000, gap=0.8, ex_days=15, month=-1, half_year=6)
RIO = row("RIO", 13_500, gap=3.0, month=2, half_year=5)


def test_26_500_for_25_000_puts_off_nine_percent_of_the_first_pair() -> None:
    # 1,500 of 18,000 (BHP without an ex-date, WBC with the smaller gap): 8 % are 1,440, 9 % are 1,620.
    assert waiting(block(CBA, BHP, WBC, available=25_000)) == {"CBA": 0, "BHP": 9, "WBC": 9}


def test_40_000_for_25_000_takes_half_of_the_first_pair_and_goes_on() -> None:
    # RIO (no dip) and BHP: half of 25,500 are 12,750. 2,250 of WBC and CBA, 14,500, are 15.5 %: 16 %.
    assert waiting(block(CBA, BHP, WBC, RIO, available=25_000)) == {"RIO": 50, "BHP": 50, "WBC": 16, "CBA": 16}


def test_after_half_of_every_pair_the_other_halves_follow_in_the_same_order() -> None:
    # 40,000 for 10,000: halves give 20,000, the other half of RIO and BHP would give 12,750 and 10,000 are missing.
    assert waiting(block(CBA, BHP, WBC, RIO, available=10_000)) == {"RIO": 90, "BHP": 90, "WBC": 50, "CBA": 50}


def test_an_odd_last_line_is_a_pair_of_its_own() -> None:
    # Halves of BHP and WBC give 9,000; 1,500 of CBA's 8,500 are 17.6 %: 18 %.
    assert waiting(block(CBA, BHP, WBC, available=16_000)) == {"BHP": 50, "WBC": 50, "CBA": 18}


def test_a_single_buy_waits_with_as_much_as_is_missing() -> None:
    assert waiting(block(RIO, available=2_700)) == {"RIO": 80}
    assert waiting(block(RIO, available=0)) == {"RIO": 100}


def test_nothing_waits_where_cash_is_enough() -> None:
    assert waiting(block(CBA, BHP, available=20_500)) == {"CBA": 0, "BHP": 0}


def test_no_ex_date_waits_before_one_then_no_dip_then_the_smaller_gap_then_the_code() -> None:
    rows = [
        row("F", 1, ex_days=3, month=-1),
        row("E", 1, ex_days=3),
        row("D", 1, month=-1),
        row("C", 1, gap=2),
        row("B", 1, gap=1),
        row("A", 1, gap=1),
    ]
    assert [each.symbol for each in sorted(rows, key=priority)] == ["A", "B", "C", "D", "E", "F"]


def test_a_dip_is_a_weak_month_after_a_good_half_year() -> None:
    assert is_dip(row("A", 1, month=-0.1, half_year=0.1))
    for month, half_year in ((0.0, 5.0), (-5.0, 0.0), (None, 5.0), (-5.0, None)):
        assert not is_dip(row("A", 1, month=month, half_year=half_year))


def test_every_verdict_has_its_reason() -> None:
    reasons = {v.symbol: v.reason for v in judge_buys(block(CBA, BHP, WBC, available=25_000))}
    assert reasons == {
        "CBA": "An ex-date is ahead.",
        "BHP": "Cash is short: a part waits.",
        "WBC": "Cash is short: a part waits.",
    }
    assert [v.reason for v in judge_buys(block(BHP, RIO, available=25_500))] == [
        "Weak this month after a good half year.",
        "There is cash for it.",
    ]
    assert judge_buys(block(RIO, available=0))[0].reason == ("Cash is short, and nothing speaks for buying this first.")


async def test_the_analyst_answers_for_every_portfolio() -> None:
    answer = await RulesAnalyst().buys(BuyQuestion(1, 1, (block(CBA, available=1), block(BHP, available=1))))
    assert [(account, len(verdicts)) for account, verdicts in answer.portfolios] == [("P1", 1), ("P1", 1)]


ROWS = st.lists(
    st.tuples(st.integers(1, 50_000), st.integers(0, 40), st.none() | st.integers(1, 30), st.integers(-9, 9)),
    min_size=1,
    max_size=7,
)


@given(ROWS, st.floats(0, 1))
def test_what_waits_is_enough_and_a_percent_less_of_the_last_pair_is_not(facts, share) -> None:
    rows = [
        row(f"S{number}", float(amount), gap=gap / 10, ex_days=days, month=float(month))
        for number, (amount, gap, days, month) in enumerate(facts)
    ]
    demand = sum(each.amount for each in rows)
    found = block(*rows, available=demand * share)
    percents = waiting(found)
    freed = sum(each.amount * percents[each.symbol] / 100 for each in rows)
    assert freed >= found.deferral_needed - 1e-6
    assert freed - found.deferral_needed <= max(each.amount for each in rows) * 2 / 100 + 1e-6
    assert all(0 <= percent <= 100 and percent == int(percent) for percent in percents.values())
