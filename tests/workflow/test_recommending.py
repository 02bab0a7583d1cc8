"""Recommendations by instrument, as an analysis answers them."""

from tests.workflow.desks import DEMO, MakeBench, plan_of
from tests.workflow.small_books import seed_buys, short_of_cash, two_portfolios, withdrawing
from trimtab.workflow.recommending import exchange_comments, recommendations, sector_comments
from trimtab.workflow.state import AnalysisRecord, Decision, Remark

RECORD = AnalysisRecord(
    analyst="rules",
    side="sell",
    inputs="",
    summary="",
    notes=(("CBA", "in line with its sector"),),
    remarks=(
        Remark(exchange="ASX", comment="steady", across="behind NYSE"),
        Remark(exchange="ASX", sector="Banks", comment="up", within="ahead", across="in line"),
    ),
)


def decision(account: str, symbol: str, action: str, percent: float, **more: object) -> Decision:
    given = {"account_number": account, "symbol": symbol, "side": "sell", "action": action, "proceed_pct": percent}
    return Decision.model_validate({"source": "rules", **given, **more})


async def test_a_recommendation_sums_up_an_instruments_lines(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    [cba, bhp] = (await bench.analyze()).recommendations
    assert cba.model_dump() == {
        "symbol": "CBA",
        "side": "sell",
        "action": "partial",
        "proceed_percent": 62,
        "min_proceed_percent": 70,
        "reason": "Sell what ends the breach now and wait with the rest: an ex-date is near.",
        "flags": ("div:8d/$0.0200",),
        "total_value": 10_000,
        "portfolio_count": 2,
        "counts": {"partial": 2},
        "source": "rules",
        "momentum_note": None,
        "dividends_captured_value": 76,
    }
    assert (bhp.action, bhp.reason, bhp.counts) == ("proceed", "No flag speaks for waiting.", {"proceed": 1})


def test_what_speaks_for_waiting_is_told_before_what_goes_ahead() -> None:
    decisions = (
        decision("P1", "CBA", "proceed", 100, reason="Nothing speaks against it"),
        decision("P2", "CBA", "defer", 0, reason="Wait for the dividend", flags=("div:8d/$0.0200",)),
    )
    [cba, _] = recommendations(plan_of(two_portfolios(), decisions=decisions, sell_analysis=RECORD), "sell")
    assert (cba.action, cba.reason, cba.counts) == ("partial", "Wait for the dividend", {"proceed": 1, "defer": 1})
    assert cba.momentum_note == "in line with its sector"
    assert cba.dividends_captured_value == 120


def test_without_a_decision_a_line_goes_ahead_by_default() -> None:
    [cba, _] = recommendations(plan_of(two_portfolios()), "sell")
    assert (cba.action, cba.source, cba.reason, cba.dividends_captured_value) == ("proceed", "default", "", 0)


def test_lines_that_only_raise_cash_are_not_recommended() -> None:
    deferral = decision("P1", "CBA", "defer", 0)
    plan = plan_of(withdrawing(), decisions=(deferral,))
    assert [r.symbol for r in recommendations(plan, "sell")] == ["CBA"]
    assert len(plan.sells.offers.line) == 2


def test_buys_are_recommended_without_captured_dividends() -> None:
    found = recommendations(plan_of(seed_buys(CBA=8_500), phase="Buys"), "buy")
    assert [(r.symbol, r.side, r.dividends_captured_value) for r in found] == [("CBA", "buy", 0)]
    assert recommendations(plan_of(short_of_cash()), "buy")[0].proceed_percent < 100


def test_remarks_are_told_apart_by_their_sector() -> None:
    assert [c.model_dump() for c in exchange_comments(RECORD)] == [
        {"exchange": "ASX", "comment": "steady", "cross_exchange_insight": "behind NYSE"}
    ]
    assert [c.model_dump() for c in sector_comments(RECORD)] == [
        {
            "exchange": "ASX",
            "sector": "Banks",
            "comment": "up",
            "exchange_context": "ahead",
            "cross_exchange_insight": "in line",
        }
    ]


async def test_the_demo_books_recommendations_are_by_money(bench_over: MakeBench) -> None:
    bench = bench_over(DEMO)
    await bench.open()
    found = (await bench.analyze()).recommendations
    assert [r.total_value for r in found] == sorted((r.total_value for r in found), reverse=True)
    assert all(r.reason for r in found)
    assert {r.action for r in found} == {"proceed", "partial"}
    assert all(r.proceed_percent >= 1 for r in found)
