"""Rules, substitutions, exits and overrides of a session."""

import json

import pytest
from pydantic import ValidationError

from tests.oracle.book_rows import AS_OF, NewInstrument, NewModel, NewPortfolio, make_book
from tests.workflow.desks import MakeBench, recommend
from tests.workflow.small_books import instruments, portfolio_lots, two_portfolios, withdrawing
from trimtab.domain.errors import Blocked, InvalidInput
from trimtab.domain.trading.book import Book, Restriction
from trimtab.workflow.ports.requests import GradualExit, UpdateSession


async def test_a_rule_takes_its_lines_out_and_why_not_has_its_words(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    rule = {"code": "BHP", "rule": "do_not_sell", "reason": "Escrow"}
    summary = await bench.update(instrument_rules=[rule])
    assert summary.instrument_rules == ({**rule},)
    assert summary.totals.sells.value == 10_000
    [why] = [row for row in await bench.rows("why_not") if row["code"] == "BHP"]
    assert (why["reason"], why["detail"], why["amount_not_traded"]) == ("do_not_sell", "Escrow", -5_000)


async def test_a_later_rule_for_the_same_code_and_account_replaces_the_first(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    await bench.update(instrument_rules=[{"code": "BHP", "rule": "hold", "reason": "Escrow"}])
    over = {"code": "BHP", "rule": "hold", "reason": "Released", "until": "2026-06-29"}
    one_account = {"code": "BHP", "rule": "do_not_buy", "reason": "Enough", "account_number": "P1"}
    summary = await bench.update(instrument_rules=[over, one_account])
    assert [rule["reason"] for rule in summary.instrument_rules] == ["Released", "Enough"]
    assert (await bench.trade("P1", "BHP"))["amount"] == -5_000


async def test_buys_of_a_substituted_line_go_to_the_substitute(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open("QuickRebalance")
    swap = {"code": "WBC", "substitute": "REST", "reason": "Prefer the fund", "account_number": "P1"}
    assert (await bench.update(substitutions=[swap])).substitutions == (swap,)
    await bench.advance()
    assert (await bench.trade("P1", "REST"))["amount"] == 5_000
    why = {row["code"]: (row["reason"], row["detail"]) for row in await bench.rows("why_not")}
    assert why["WBC"] == ("substituted", "bought as REST")


async def test_a_gradual_exit_caps_the_sell(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    await bench.update(gradual_exits=[{"code": "CBA", "max_sell_percent": 10, "reason": "Slowly"}])
    # A tenth of 14,000 and of 16,000.
    assert await bench.amounts() == {("P1", "BHP"): -5_000, ("P1", "CBA"): -1_400, ("P2", "CBA"): -1_600}


async def test_every_mistake_is_named_at_once_and_nothing_is_stored(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open(portfolios=["P1"])
    with pytest.raises(InvalidInput, match="nothing was stored") as refused:
        await bench.update(
            instrument_rules=[
                {"code": "XXX", "rule": "hold", "reason": "Gone"},
                {"code": "BHP", "rule": "do_not_buy", "reason": "One"},
                {"code": "BHP", "rule": "do_not_sell", "reason": "Two"},
            ],
            gradual_exits=[{"code": "BHP", "max_sell_percent": 5, "reason": "Slowly", "account_number": "P2"}],
            substitutions=[{"code": "WBC", "substitute": "YYY", "reason": "Better"}],
            overrides=[{"code": "BHP", "action": "partial", "amount": 10, "reason": "A bit"}],
        )
    assert [(p.field, p.code) for p in refused.value.problems] == [
        ("instrument_rules[0].code", "unknown_symbol"),
        ("instrument_rules[2]", "invalid"),
        ("gradual_exits[0].account_number", "unknown_portfolio"),
        ("overrides[0].amount", "invalid"),
        ("substitutions[0].substitute", "unknown_symbol"),
    ]
    assert (await bench.summary()).version == 1


async def test_substitutions_do_not_chain_whichever_comes_first(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    await bench.update(substitutions=[{"code": "WBC", "substitute": "NAB", "reason": "Cheaper"}])
    for code, substitute, field in (
        ("NAB", "REST", "code"),
        ("BHP", "WBC", "substitute"),
        ("BHP", "BHP", "substitute"),
    ):
        with pytest.raises(InvalidInput) as refused:
            await bench.update(substitutions=[{"code": code, "substitute": substitute, "reason": "Cheaper"}])
        assert refused.value.field == f"substitutions[0].{field}"


def with_instrument(instrument: NewInstrument) -> Book:
    """P1 wants 5,000 of WBC; the other instrument is in nobody's model."""
    return make_book(
        instruments=[*instruments("WBC"), instrument],
        models=[NewModel(lines=(("WBC", 95.0),), target_cash_pct=5)],
        portfolios=[NewPortfolio("P1", cash=10_000)],
        lots=portfolio_lots("P1", WBC=90_000),
    )


@pytest.mark.parametrize(
    ("instrument", "code"),
    [
        (NewInstrument("NEW", price=0.0), "missing_price"),
        (NewInstrument("NEW", price_date=AS_OF.replace(day=1)), "stale_price"),
        (NewInstrument("NEW", currency="JPY"), "unknown_currency"),
    ],
)
async def test_a_substitute_must_be_something_that_can_be_bought(
    bench_over: MakeBench, instrument: NewInstrument, code: str
) -> None:
    bench = bench_over(with_instrument(instrument))
    await bench.open()
    with pytest.raises(InvalidInput) as refused:
        await bench.update(substitutions=[{"code": "WBC", "substitute": "NEW", "reason": "Better"}])
    assert [problem.code for problem in refused.value.problems] == [code]


async def test_overrides_are_decided_and_kept_with_their_reason(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    overrides = [
        {"code": "CBA", "account_number": "P2", "action": "partial", "amount": 4_500, "reason": "Most of it"},
        {"code": "CBA", "action": "defer", "reason": "Client is away"},
        {"code": "BHP", "account_number": "P1", "action": "partial", "proceed_percent": 60, "reason": "The band"},
    ]
    summary = await bench.update(overrides=overrides)
    assert summary.overrides == tuple(overrides)
    assert await bench.amounts() == {("P1", "BHP"): -3_000, ("P2", "CBA"): -4_500}
    # P1 CBA stays at 14 of 10, 2 points outside its band; P2 CBA comes to 11.5, inside.
    [warning] = (await bench.validate(recommend("CBA", "defer", flags=["div"]))).soft_warnings
    assert (warning.symbol, warning.count, warning.excess_pct, warning.excess_value) == ("CBA", 1, 2, 2_000)


async def test_an_override_of_one_portfolio_leaves_the_others_alone(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    summary = await bench.update(
        overrides=[{"code": "CBA", "account_number": "P1", "action": "defer", "reason": "Client is away"}]
    )
    assert summary.decisions == {"defer": 1}


async def test_an_override_that_points_nowhere_is_named_by_its_place(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    with pytest.raises(InvalidInput, match="overrides") as refused:
        await bench.update(
            overrides=[
                {"code": "CBA", "action": "partial", "reason": "How much?"},
                {"code": "BHP", "account_number": "P2", "action": "defer", "reason": "Nothing there"},
                {"code": "CBA", "account_number": "P1", "action": "partial", "amount": 9_999, "reason": "Too much"},
            ]
        )
    assert [(p.field, p.code) for p in refused.value.problems] == [
        ("overrides[2].amount", "oversell"),
        ("overrides[0].proceed_percent", "invalid"),
        ("overrides[1].code", "nothing_pending"),
    ]


async def test_an_amount_without_partial_is_not_ignored(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    override = {"code": "BHP", "account_number": "P1", "action": "proceed", "amount": 100, "reason": "A bit"}
    with pytest.raises(InvalidInput) as refused:
        await bench.update(overrides=[override])
    assert refused.value.field == "overrides[0].amount"


async def test_an_override_does_not_stand_over_a_hard_rule(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios(Restriction("CBA", "do_not_sell", "Escrow", account_number="P1")))
    await bench.open()
    for account, blocked in (("P1", True), (None, False), ("P2", False)):
        override = {"code": "CBA", "account_number": account, "action": "proceed", "reason": "Go on"}
        if blocked:
            with pytest.raises(Blocked) as refused:
                await bench.update(overrides=[override])
            assert [p.code for p in refused.value.problems] == ["do_not_sell"]
        else:
            await bench.update(overrides=[override])
    await bench.update(
        overrides=[{"code": "CBA", "account_number": "P1", "action": "defer", "reason": "It can't go anyway"}]
    )


async def test_an_override_may_not_leave_a_withdrawal_unpaid(bench_over: MakeBench) -> None:
    bench = bench_over(withdrawing(Restriction("WBC", "do_not_sell", "Escrow")))
    await bench.open()
    with pytest.raises(Blocked) as refused:
        await bench.update(overrides=[{"code": "CBA", "action": "defer", "reason": "Not today"}])
    assert [p.code for p in refused.value.problems] == ["cash_overdrawn"]


async def test_an_override_is_recorded_with_who_decided_it_and_why(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    await bench.update(overrides=[{"code": "CBA", "action": "defer", "reason": "Client is away"}])
    entry = (await bench.rows("log"))[-1]
    assert (entry["actor"], entry["action"]) == ("jane's assistant", "update_session")
    assert json.loads(str(entry["detail"])) == {
        "overrides": [{"code": "CBA", "action": "defer", "reason": "Client is away"}]
    }
    assert {(await bench.trade(account, "CBA"))["source"] for account in ("P1", "P2")} == {"person"}
    await bench.open()
    assert (await bench.summary()).overrides == ()


async def test_a_change_of_nothing_is_an_error_and_no_new_version(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    with pytest.raises(InvalidInput, match="nothing to change"):
        await bench.update()
    assert (await bench.summary()).version == 1


async def test_switching_to_an_ai_plan_in_buys_leaves_approved_sells_alone(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open("Manual")
    await bench.analyze()
    await bench.advance()
    approved = {key: amount for key, amount in (await bench.amounts()).items() if amount < 0}
    await bench.update(workflow_mode="AiPlan")
    assert {key: amount for key, amount in (await bench.amounts()).items() if amount < 0} == approved


def test_infinite_units_and_endless_lists_are_refused() -> None:
    with pytest.raises(ValidationError, match="finite"):
        GradualExit(code="CBA", max_sell_percent=50, target_units=float("inf"), reason="Illiquid")
    exits = [{"code": "CBA", "max_sell_percent": 50, "reason": "Illiquid"}] * 1_001
    with pytest.raises(ValidationError, match="at most 1000"):
        UpdateSession.model_validate({"session_id": "ts_1", "gradual_exits": exits})
