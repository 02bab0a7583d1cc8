"""The orders of a plan, the hash that names them, and what stands against them."""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.oracle.book_rows import NewInstrument, NewLot, NewModel, NewPortfolio, make_book
from tests.workflow.desks import DEMO, plan_of
from tests.workflow.small_books import three_currencies, two_portfolios, withdrawing
from tests.workflow.states import DEFERRAL
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.policy import Limits, Policy
from trimtab.workflow.order_plan import (
    OrderPlan,
    client_order_id,
    limit_checks,
    order_plan,
    order_rows,
    order_table,
)
from trimtab.workflow.planning import SessionPlan
from trimtab.workflow.ports import requests as ask
from trimtab.workflow.ports.records import Exposure
from trimtab.workflow.ports.results import ExecutionMode
from trimtab.workflow.state import Decision, RememberedAnswer
from trimtab.workflow.totals import plan_totals
from trimtab.workflow.trades import plan_table

NOTHING = Exposure()
DAY, UNTIL = date(2026, 7, 1), datetime(2026, 7, 1, 12, 30, tzinfo=UTC)


def review(book: Book, *, policy: Policy | None = None, **state: object) -> SessionPlan:
    return plan_of(book, policy=policy, **{"phase": "Review", **state})


def orders_of(
    plan: SessionPlan,
    *,
    session_id: str = "s1",
    mode: ExecutionMode = "simulated",
    live_accounts: tuple[str, ...] = (),
) -> OrderPlan:
    return order_plan(plan, session_id=session_id, execution_mode=mode, live_accounts=live_accounts)


def rules(orders: OrderPlan) -> list[str]:
    return [finding.rule for finding in orders.hard]


def rows_of(orders: OrderPlan) -> list[dict[str, Any]]:
    """Cells of tables are of many types; tests know which."""
    table = order_table(orders, offset=0, limit=10_000)
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def in_pence() -> Book:
    """P1 sells all 1,003 units of LSE at 250 pence, 2 AUD a pound, in lots of 100, and buys FUND in tenths."""
    return make_book(
        instruments=[
            NewInstrument("FUND", price=33.33, lot_size=0.1, adv_value=100_000),
            NewInstrument("LSE", price=250.0, currency="GBX", lot_size=100, adv_value=0),
        ],
        models=[NewModel(lines=(("FUND", 100.0),))],
        portfolios=[NewPortfolio(cash=985)],
        lots=[NewLot("P1", "LSE", 1_003)],
        fx={("GBP", "AUD"): 2.0},
    )


@pytest.mark.parametrize("book", [DEMO, two_portfolios(), withdrawing(), three_currencies(), in_pence()])
def test_orders_add_up_to_the_plans_totals(book: Book) -> None:
    plan = review(book)
    orders, totals = orders_of(plan), plan_totals(plan)
    found = orders.totals
    assert (found.orders, found.sells, found.buys) == (
        totals.sells.count + totals.buys.count,
        totals.sells.count,
        totals.buys.count,
    )
    assert (found.sell_value, found.buy_value, found.currency) == (
        totals.sells.value,
        totals.buys.value,
        totals.currency,
    )
    assert found.total_value == pytest.approx(found.sell_value + found.buy_value)
    sold = sum(row["value"] for row in rows_of(orders) if row["base_currency"] == totals.currency)
    assert sold <= found.total_value + 0.005


def test_the_orders_are_the_plans_trades_in_the_plans_order() -> None:
    plan = review(DEMO)
    columns = ("account_number", "code", "action", "quantity", "amount")
    table = plan_table(plan)
    picked = [[row[table.columns.index(name)] for name in columns] for row in table.rows]
    traded = [(a, c, side, Decimal(str(q)), abs(float(str(v)))) for a, c, side, q, v in picked if v]
    found = [
        (row["account_number"], row["code"], row["side"], Decimal(row["quantity"]), row["value"])
        for row in rows_of(orders_of(plan))
    ]
    assert found == traded


def test_a_pence_order_has_its_price_in_pence_and_its_value_in_base_currency() -> None:
    orders = orders_of(review(in_pence()))
    sell, buy = (row for code in ("LSE", "FUND") for row in rows_of(orders) if row["code"] == code)
    assert rules(orders) == ["max_session_turnover_pct"]
    assert (sell["quantity"], sell["price"], sell["limit_price"], sell["currency"]) == (
        "1003",
        "250",
        "245.0000",
        "GBX",
    )
    assert (sell["value"], sell["base_currency"], sell["share_of_daily_value_pct"]) == (5_015, "AUD", None)
    # 6,000 buy 180.0 units of 33.33; that is 5,999.40 of a day's 100,000.
    assert (buy["quantity"], buy["price"], buy["limit_price"]) == ("180", "33.33", "33.9966")
    assert (buy["value"], buy["share_of_daily_value_pct"]) == (5_999.4, 5.9994)


def test_a_plan_is_turned_into_orders_once() -> None:
    plan = review(two_portfolios())
    assert orders_of(plan) is orders_of(plan)
    assert orders_of(plan) is not orders_of(plan, session_id="s2")
    assert orders_of(plan, live_accounts=("P1",)) is orders_of(plan)


def hashes(*plans: SessionPlan) -> set[str]:
    return {orders_of(plan).plan_hash for plan in plans}


def test_the_same_plan_has_the_same_hash_in_every_process() -> None:
    code = (
        "from tests.workflow.test_order_plan import *; "
        "print(orders_of(review(two_portfolios(), decisions=(DEFERRAL,))).plan_hash)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": "1", "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=True,
    )
    assert {told.stdout.strip()} == hashes(review(two_portfolios(), decisions=(DEFERRAL,)))


CHANGES: dict[str, dict[str, object]] = {
    "mode": {"workflow_mode": "Manual"},
    "book": {"book": "another"},
    "digest": {"book_digest": "1" * 64},
    "policy": {"policy_digest": "1" * 64},
    "as_of": {"as_of": date(2026, 6, 29)},
    "portfolios": {"portfolios": ("P1", "P2")},
    "rule": {"instrument_rules": (ask.InstrumentRule(code="REST", rule="hold", reason="Not now"),)},
    "rule's reason": {"instrument_rules": (ask.InstrumentRule(code="REST", rule="hold", reason="Never"),)},
    "substitution": {"substitutions": (ask.Substitution(code="REST", substitute="BHP", reason="Better"),)},
    "exit": {"gradual_exits": (ask.GradualExit(code="REST", max_sell_percent=50, reason="Slowly"),)},
    "override": {"overrides": (ask.Override(code="REST", action="defer", reason="Wait"),)},
    "decision": {"decisions": (DEFERRAL,)},
    "percent": {"decisions": (DEFERRAL.model_copy(update={"action": "partial", "proceed_pct": 50.0}),)},
    "source": {"decisions": (DEFERRAL.model_copy(update={"source": "person"}),)},
    "reason": {"decisions": (DEFERRAL.model_copy(update={"reason": "Dividend"}),)},
    "flags": {"decisions": (DEFERRAL.model_copy(update={"flags": ("div:8d/$0.02",)}),)},
}


def in_state(plan: SessionPlan, **state: object) -> SessionPlan:
    """The same trades in another state."""
    return replace(plan, state=plan.state.changed(**state), known={})


def test_whatever_is_approved_changes_the_hash() -> None:
    plan = review(two_portfolios())
    plans = [in_state(plan, **change) for change in ({}, *CHANGES.values())]
    assert len(hashes(*plans)) == len(CHANGES) + 1


def test_session_mode_and_live_accounts_change_the_hash() -> None:
    plan = review(two_portfolios())
    found = {
        orders_of(plan).plan_hash,
        orders_of(plan, session_id="s2").plan_hash,
        orders_of(plan, mode="live").plan_hash,
        orders_of(plan, mode="live", live_accounts=("P1",)).plan_hash,
        orders_of(plan, mode="live", live_accounts=("P1", "P2")).plan_hash,
    }
    assert len(found) == 5
    assert orders_of(plan, mode="live", live_accounts=("P2", "P1", "P2")).plan_hash in found


@pytest.mark.parametrize("change", [{"price": 33.34}, {"lot_size": 0.4}, {"exchange": "NYSE"}])
def test_an_order_of_other_terms_has_another_hash(change: dict[str, Any]) -> None:
    def of(fund: NewInstrument) -> SessionPlan:
        return review(
            make_book(
                instruments=[fund],
                models=[NewModel(lines=(("FUND", 100.0),))],
                portfolios=[NewPortfolio(cash=985.2)],
                lots=[],
            )
        )

    plain = NewInstrument("FUND", price=33.33, lot_size=0.1)
    assert len(hashes(of(plain), of(replace(plain, **change)))) == 2


def test_a_unit_more_or_less_of_any_order_has_another_hash() -> None:
    plan = review(two_portfolios())
    changed = [plan]
    for side in ("sells", "buys"):
        units = getattr(plan, side).units
        for row in range(len(units)):
            more = np.where(np.arange(len(units)) == row, units + 1, units)
            changed.append(replace(plan, **{side: replace(getattr(plan, side), units=more)}, known={}))
    assert len(changed) == 7
    assert len(hashes(*changed)) == 7


def test_another_limit_price_has_another_hash() -> None:
    def moved(percent: float) -> SessionPlan:
        policy = Policy(limits=Limits(price_move_pct=percent))
        return in_state(review(two_portfolios(), policy=policy), policy_digest="same")

    assert len(hashes(moved(2), moved(3))) == 2


def test_what_is_not_approved_leaves_the_hash_alone() -> None:
    answered = RememberedAnswer(key="12345678", fingerprint="f", answer="{}")
    later = review(
        two_portfolios(), phase="Executing", remembered=(answered,), opened_by="f", spent_tokens=5, executing="a" * 64
    )
    assert hashes(review(two_portfolios())) == hashes(later, review(two_portfolios(), phase="Buys"))


def test_the_order_in_which_rules_were_given_leaves_the_hash_alone() -> None:
    given = tuple(ask.InstrumentRule(code=code, rule="hold", reason="Not now") for code in ("REST", "BHP"))
    assert hashes(review(two_portfolios(), instrument_rules=given, portfolios=("P1", "P2"))) == hashes(
        review(two_portfolios(), instrument_rules=given[::-1], portfolios=("P2", "P1"))
    )


LINES = (
    ("P1", "BHP", "sell"),
    ("P1", "CBA", "sell"),
    ("P2", "CBA", "sell"),
    ("P1", "WBC", "buy"),
    ("P2", "NAB", "buy"),
)


@st.composite
def decided(draw: st.DrawFn) -> tuple[Decision, ...]:
    """Decisions on some of the lines of `two_portfolios`."""
    lines = draw(st.lists(st.sampled_from(LINES), unique=True))
    return tuple(
        Decision.model_validate(
            {
                "account_number": account,
                "symbol": symbol,
                "side": side,
                "action": action,
                "proceed_pct": {"proceed": 100, "partial": draw(st.sampled_from((20, 50, 90)))}.get(action, 0),
                "source": draw(st.sampled_from(("rules", "person", "model"))),
                "reason": draw(st.sampled_from(("", "Dividend"))),
            }
        )
        for account, symbol, side in lines
        for action in [draw(st.sampled_from(("proceed", "partial", "defer", "review")))]
    )


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), decided())
def test_decisions_in_another_order_are_the_same_plan(data: st.DataObject, decisions: tuple[Decision, ...]) -> None:
    shuffled = tuple(data.draw(st.permutations(decisions)))
    first, second = (orders_of(review(two_portfolios(), decisions=given)) for given in (decisions, shuffled))
    assert first.plan_hash == second.plan_hash
    assert (first.hard, first.totals) == (second.hard, second.totals)
    for left_out in range(len(decisions)):
        fewer = decisions[:left_out] + decisions[left_out + 1 :]
        assert orders_of(review(two_portfolios(), decisions=fewer)).plan_hash != first.plan_hash


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(decided())
def test_whatever_is_decided_orders_add_up_and_are_whole(decisions: tuple[Decision, ...]) -> None:
    plan = review(two_portfolios(), decisions=decisions)
    orders, totals = orders_of(plan), plan_totals(plan)
    assert orders.totals.total_value == pytest.approx(totals.sells.value + totals.buys.value)
    assert sum(row["value"] for row in rows_of(orders)) == pytest.approx(orders.totals.total_value)
    assert "whole_lots" not in rules(orders)
    assert ("under_review" in rules(orders)) == any(decision.action == "review" for decision in decisions)


def test_lines_under_review_stop_the_orders_once_an_instrument() -> None:
    waiting = tuple(
        DEFERRAL.model_copy(update={"account_number": account, "action": "review"}) for account in ("P1", "P2")
    )
    orders = orders_of(review(two_portfolios(), decisions=waiting))
    [finding] = [finding for finding in orders.hard if finding.rule == "under_review"]
    assert (finding.symbol, finding.count) == ("CBA", 2)
    assert finding.message == "2 sells under review; decide on them first"


def test_before_the_buys_only_sells_are_orders() -> None:
    assert {row["side"] for row in rows_of(orders_of(review(two_portfolios(), phase="Sells")))} == {"sell"}


def test_a_plan_without_orders_has_nothing_to_send() -> None:
    held = tuple(ask.InstrumentRule(code=code, rule="hold", reason="Not now") for code in ("BHP", "CBA", "NAB", "WBC"))
    orders = orders_of(review(two_portfolios(), instrument_rules=held))
    assert rules(orders) == ["nothing_to_send"]
    assert orders.totals.model_dump() == {
        "orders": 0,
        "sells": 0,
        "sell_value": 0,
        "buys": 0,
        "buy_value": 0,
        "total_value": 0,
        "turnover_pct": 0,
        "currency": "AUD",
    }
    checks, found = limit_checks(orders, of_day=NOTHING, of_book=NOTHING)
    assert (all(check.passed for check in checks), found) == (True, ())
    assert order_table(orders, offset=0, limit=50).rows == ()


def test_only_in_live_mode_accounts_have_to_be_allowed() -> None:
    plan = review(two_portfolios())
    assert rules(orders_of(plan)) == []
    assert rules(orders_of(plan, mode="live")) == ["account_not_allowed"] * 2
    assert [f.account_number for f in orders_of(plan, mode="live", live_accounts=("P1",)).hard] == ["P2"]


def test_a_portfolio_without_a_rate_stops_the_orders() -> None:
    orders = orders_of(review(three_currencies()))
    assert [(f.rule, f.account_number) for f in orders.hard if f.rule == "no_rate"] == [("no_rate", "P4")]
    checks, found = limit_checks(orders, of_day=NOTHING, of_book=NOTHING)
    assert {check.rule for check in checks if not check.passed} == {
        "max_session_turnover_pct",
        "max_daily_value",
        "max_book_turnover_pct",
    }
    assert {finding.rule for finding in found} == {"max_daily_value", "max_book_turnover_pct"}
    with pytest.raises(ValueError, match="reported_value"):
        order_rows(orders, day=DAY, valid_until=UNTIL)


def test_every_limit_is_told_also_those_that_are_kept() -> None:
    # P1 sells 9,000 and P2 6,000; they buy 10,000 and 7,000: 32,000 of 200,000.
    orders = orders_of(review(two_portfolios()))
    checks, found = limit_checks(
        orders, of_day=Exposure({"AUD": Decimal(8_000)}), of_book=Exposure({"AUD": Decimal(18_000)})
    )
    assert [(c.rule, c.allowed, c.value, c.unit, c.passed) for c in checks] == [
        ("max_order_value", 1_000_000, 7_000, "AUD", True),
        ("max_session_turnover_pct", 60, 16, "%", True),
        ("max_daily_value", 50_000_000, 40_000, "AUD", True),
        ("max_book_turnover_pct", 60, 25, "%", True),
    ]
    assert checks[1].message == "16.00 % of 60.00 % allowed"
    assert found == ()


def test_what_other_orders_leave_no_room_for_is_a_failure() -> None:
    limits = Limits(
        max_order_value=6_999.99, max_session_turnover_pct=15.9, max_daily_value=39_999.99, max_book_turnover_pct=24.9
    )
    orders = orders_of(review(two_portfolios(), policy=Policy(limits=limits)))
    assert rules(orders) == ["max_order_value", "max_session_turnover_pct"]
    of_book = Exposure({"AUD": Decimal(18_000), "USD": Decimal(1)}, {"P2": "other", "P9": "other"})
    checks, found = limit_checks(orders, of_day=Exposure({"AUD": Decimal(8_000)}), of_book=of_book)
    assert not any(check.passed for check in checks)
    assert [(finding.rule, finding.account_number) for finding in found] == [
        ("other_currency", None),
        ("account_already_traded", "P2"),
        ("max_daily_value", None),
        ("max_book_turnover_pct", None),
    ]


def test_the_whole_book_counts_where_a_session_has_a_part_of_it() -> None:
    # P1 alone trades 19,000 of its 100,000; the book is 200,000.
    orders = orders_of(review(two_portfolios(), portfolios=("P1",)))
    checks, _ = limit_checks(orders, of_day=NOTHING, of_book=NOTHING)
    assert [check.value for check in checks if check.unit == "%"] == [19, 9.5]


def test_a_trade_of_a_session_has_one_id_whatever_else_is_decided() -> None:
    ids = [
        {row["client_order_id"]: row["code"] for row in rows_of(orders_of(review(two_portfolios(), decisions=given)))}
        for given in ((), (DEFERRAL.model_copy(update={"action": "partial", "proceed_pct": 50.0}),))
    ]
    assert ids[0] == ids[1]
    trade = hashlib.sha256(b"P1\nCBA\nsell").hexdigest()[:12]
    named = "tt-" + hashlib.sha256(f"s1\n{trade}\nfirst".encode()).hexdigest()[:24]
    assert ids[0][named] == "CBA"
    assert client_order_id("s1", "P1", code="CBA", side="sell") == named
    assert client_order_id("s2", "P1", code="CBA", side="sell") not in ids[0]


def test_an_order_of_unknown_value_is_shown_without_it_and_can_not_pass() -> None:
    plan = review(two_portfolios())
    unknown = np.full(len(plan.sells.units), np.inf)
    orders = orders_of(replace(plan, sells=replace(plan.sells, units=unknown), known={}))
    assert {"whole_lots", "price_missing", "max_session_turnover_pct"} <= set(rules(orders))
    sells = [row for row in rows_of(orders) if row["side"] == "sell"]
    assert {(row["quantity"], row["value"], row["share_of_daily_value_pct"]) for row in sells} == {("NaN", None, None)}
    checks, _ = limit_checks(orders, of_day=NOTHING, of_book=NOTHING)
    assert not any(check.passed for check in checks)
