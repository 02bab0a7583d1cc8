"""The texts are short, name what exists, and their numbers are those that the domain code computes."""

import re
from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files

import numpy as np
import pytest

from tests.oracle.book_rows import NewInstrument, NewLot, NewModel, NewPortfolio, make_book, one_portfolio
from tests.workflow.desks import TAX_RULES, plan_of
from tests.workflow.small_books import two_portfolios
from trimtab.domain.columns import FloatColumn
from trimtab.domain.trading.buys import reduce_by_tiers
from trimtab.domain.trading.decisions import Verdict
from trimtab.domain.trading.flag_text import cgt_flag, dip_flag, dividend_flag
from trimtab.domain.trading.policy import Policy
from trimtab.domain.trading.recommendation import Action
from trimtab.domain.trading.rules import within_wide_band
from trimtab.domain.trading.trades import Reason
from trimtab.prompts.concepts import concept_text
from trimtab.tools.registry import TOOLS
from trimtab.tools.resources.concept import MEMBERS
from trimtab.workflow.figures import money, points
from trimtab.workflow.lines import line_flags
from trimtab.workflow.planning import SessionPlan
from trimtab.workflow.state import Decision
from trimtab.workflow.trades import REDUCED_TO_CASH

NAMES = [file.name.removesuffix(".md") for file in (files("trimtab.prompts") / "concepts").iterdir()]
POLICY = Policy()


def said(name: str, *facts: str) -> None:
    """Fails unless the text says all of this; how it is broken into lines doesn't matter."""
    text = " ".join(concept_text(name).split())
    assert [fact for fact in facts if " ".join(fact.split()) not in text] == []


def whole(value: float) -> str:
    return f"{value:,.0f}"


@pytest.mark.parametrize("name", NAMES)
def test_a_text_is_a_page_and_has_an_example(name: str) -> None:
    text = concept_text(name)
    assert 150 <= len(text.split()) <= 350
    assert "## An example\n" in text
    assert max(map(len, text.splitlines())) <= 120


@pytest.mark.parametrize("name", NAMES)
def test_a_text_names_only_tools_and_resources_that_there_are(name: str) -> None:
    text = concept_text(name)
    tools = {tool.name for tool in TOOLS}
    assert set(re.findall(r"`(get_\w+|\w+_session)`", text)) <= tools
    assert set(re.findall(r"trimtab://[\w/-]+", text)) <= {member.uri for member in MEMBERS}


# drift and tolerance bands: 8,500 of CBA in a portfolio of 100,000, target 6, tolerance 2.


def cba(cash: float = 91_500, withdrawal: float = 0) -> SessionPlan:
    book = one_portfolio({"CBA": (8_500, 6.0)}, cash=cash, withdrawal=withdrawal, target_cash_pct=94)
    return plan_of(book, policy=Policy(min_trade_value=0, min_trade_pct=0))


def test_the_drift_of_the_example_is_computed() -> None:
    drift = cba().proposal.drift
    actual, variance = points(drift.actual_pct[0]), points(drift.variance_pct[0])
    said("drift", f"actual_pct = 8,500 / 100,000 x 100 = {actual}", f"variance_pct = {actual} - 6.0 = {variance}")
    said("drift", f"{variance} points over its target", f"Selling {whole(-cba().max_amount[0])} would")


def test_the_drift_under_a_withdrawal_is_computed() -> None:
    drift = cba(withdrawal=15_000).proposal.drift
    said("drift", f"Only {whole(drift.investable[0])} stay", f"8,500 / 85,000 is {points(drift.actual_pct[0])} %")
    said("drift", f"which is {points(drift.variance_pct[0])} points over")


def test_the_band_of_the_example_is_computed() -> None:
    plan = cba()
    assert plan.proposal.drift.status[0] == 1
    said(
        "tolerance-bands", f"variance_pct = {points(plan.proposal.drift.variance_pct[0])}, which is more than 2.0: over"
    )
    said("tolerance-bands", f"max_amount = {whole(plan.max_amount[0])}", f"min_amount = {whole(plan.min_amount[0])}")
    said("tolerance-bands", f"min_proceed_percent = 500 / 2,500 = {plan.sells.curing_pct[0]:.0f}")


def test_a_tenth_of_the_trade_leaves_the_line_outside_its_band() -> None:
    decision = Decision(
        account_number="P1", symbol="CBA", side="sell", action="partial", proceed_pct=10, source="person"
    )
    plan = plan_of(
        one_portfolio({"CBA": (8_500, 6.0)}, cash=91_500, target_cash_pct=94),
        policy=Policy(min_trade_value=0, min_trade_pct=0),
        decisions=(decision,),
    )
    after = plan.sells.aftermath
    said(
        "tolerance-bands",
        f"{points(after.after_pct[0])} % would stay: still {points(after.excess_pct[0])} points outside",
    )
    assert [finding.rule for finding in plan.soft_warnings] == ["tolerance_breach"]
    said("tolerance-bands", "`tolerance_breach`")


def test_a_target_within_its_tolerance_is_inside_its_band_without_a_holding() -> None:
    plan = plan_of(one_portfolio({"A": (0, 1.5), "B": (98_500, 98.5)}, cash=1_500))
    assert within_wide_band(plan.proposal.drift)[0]
    said("tolerance-bands", "1.5 % plus or minus 2.0 reaches below 0", f"`{Reason.INSIDE_WIDE_BAND.code}`")


# deferral: 14,000 of CBA in a portfolio of 100,000, target 10, tolerance 2, an ex-date in 8 days.


def sold(action: Action, percent: float) -> tuple[float, float, float]:
    """Money sold of CBA, its weight afterwards, and how far that is outside its band."""
    decision = Decision(
        account_number="P1", symbol="CBA", side="sell", action=action, proceed_pct=percent, source="person"
    )
    plan = plan_of(two_portfolios(), decisions=(decision,))
    (row,) = (row for row, made in plan.sells.decided.items() if made == decision)
    after = plan.sells.aftermath
    return money(plan.sells.value[row]), points(after.after_pct[row]), points(after.excess_pct[row])


def test_what_each_verdict_sells_is_computed() -> None:
    assert sold("defer", 0) == (0, 14.0, 2.0)
    assert sold("partial", 50) == (2_000, 12.0, 0)
    assert sold("proceed", 100) == (4_000, 10.0, 0)
    said(
        "deferral",
        "defer sells nothing; CBA stays at 14.0 %, 2.0 points outside its band",
        "partial 50 sells 2,000; CBA comes to 12.0 %, the edge of the band",
        "proceed sells 4,000; CBA comes to its target",
    )


def test_the_smallest_part_that_ends_the_breach_is_computed() -> None:
    plan = plan_of(two_portfolios())
    line = plan.facts.book.instruments.code.index("CBA")
    row = int(np.flatnonzero(plan.facts.positions.instrument[plan.sells.offers.line] == line)[0])
    assert line_flags(plan, int(plan.sells.offers.line[row])) == ("div:8d/$0.0200",)
    said("deferral", f"So {plan.sells.curing_pct[row]:.0f} is the `min_proceed_percent`", "ex-dividend in 8 days")


def test_flags_and_verdicts_are_spelled_as_the_code_spells_them() -> None:
    said("deferral", f"`{dividend_flag(8, 2.40)}`", f"`{dip_flag(-9.0)}`", f"`{cgt_flag(12)}`")
    said("deferral", *(f"| {verdict.action} |" for verdict in Verdict))


# buy reduction: 20,000 at 90 %, 30,000 at 70 %, 30,000 at 40 %.


def bought(available: float) -> FloatColumn:
    wanted = np.array([20_000.0, 30_000.0, 30_000.0])
    found = reduce_by_tiers(
        wanted,
        np.array([90.0, 70.0, 40.0]),
        portfolio=np.zeros(3, dtype=np.int64),
        available=np.array([available]),
        tier_caps_pct=POLICY.tier_caps_pct,
    )
    return np.rint(wanted * found.factor)


def test_the_cut_of_the_example_is_computed() -> None:
    assert bought(60_000).tolist() == [20_000, 30_000, 10_000]
    assert bought(50_000).tolist() == [20_000, 24_000, 6_000]
    said("buy-reduction", "60,000 are available: 20,000 are missing", "A and B are bought whole, C for 10,000")
    said("buy-reduction", "With only 50,000 available C gives its 24,000 and B the other 6,000")


def test_the_caps_are_the_policys() -> None:
    one, two, three = (f"{cap:.0f} %" for cap in POLICY.tier_caps_pct)
    said("buy-reduction", f"| 1 | 80 % and more | {one} |", f"| 2 | 50 % to 80 % | {two} |")
    said("buy-reduction", f"| 3 | below 50 % | {three} |", f"{three} of 30,000")
    said("buy-reduction", f"`{REDUCED_TO_CASH}`", f"`{Reason.NO_CASH.code}`")


# holding periods: 1,000 shares bought on 2025-12-01 for 10,000, worth 16,000 on 2026-11-20.


def test_the_day_and_the_flag_of_the_example_are_computed() -> None:
    today, bought_on = date(2026, 11, 20), date(2025, 12, 1)
    table = TAX_RULES.table([("AU", "individual"), ("AU", "company")])
    first = table.qualifies_from(np.array([0]), np.array([bought_on], "M8[D]"))[0].astype(object)
    days = (first - today) / timedelta(days=1)
    discount = float(table.discount_pct(np.array([0]), np.datetime64(first))[0])
    said("holding-period-tax", f"2025-12-01 + 12 months + 1 day = {first}", f"so the flag is {cgt_flag(int(days))}")
    said("holding-period-tax", f"6,000 x (1 - {discount:.0f} %) = {whole(6_000 * (1 - discount / 100))}")
    assert np.isnat(table.qualifies_from(np.array([1]), np.array([bought_on], "M8[D]"))[0])


def test_the_example_is_flagged_in_a_plan() -> None:
    today = date(2026, 11, 20)
    book = make_book(
        instruments=[NewInstrument("XYZ", price=16.0, price_date=today)],
        models=[NewModel(target_cash_pct=90, lines=(("XYZ", 10.0),))],
        portfolios=[NewPortfolio("P1", cash=64_000)],
        lots=[NewLot("P1", "XYZ", 1_000, cost_base=10_000, acquired=date(2025, 12, 1))],
    )
    plan = plan_of(replace(book, as_of=today))
    assert "cgt:12d" in line_flags(plan, int(plan.sells.offers.line[0]))
