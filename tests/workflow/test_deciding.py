"""How proposals and recommendations become decisions."""

import json

from tests.workflow.desks import MakeBench, except_for, plan_of, recommend
from tests.workflow.small_books import two_portfolios
from tests.workflow.states import DEFERRAL, STATE
from trimtab.workflow.deciding import source_of, wants_sell_analysis
from trimtab.workflow.ports.desk import Caller
from trimtab.workflow.state import AnalysisRecord

ASSISTANT = Caller(owner="jane", actor="jane's assistant")


def test_in_manual_the_person_decides_whoever_hands_it_in() -> None:
    assert source_of(plan_of(two_portfolios(), workflow_mode="Manual"), ASSISTANT) == "person"
    assert source_of(plan_of(two_portfolios()), ASSISTANT) == "assistant"


def test_an_ai_plan_is_analysed_unless_somebody_else_has_judged() -> None:
    person = DEFERRAL.model_copy(update={"source": "person"})
    assistant = DEFERRAL.model_copy(update={"source": "assistant"})
    record = AnalysisRecord(analyst="rules", side="sell", inputs="", summary="")
    assert wants_sell_analysis(STATE)
    assert wants_sell_analysis(STATE.changed(decisions=(person,)))
    assert not wants_sell_analysis(STATE.changed(decisions=(assistant,)))
    assert not wants_sell_analysis(STATE.changed(sell_analysis=record))
    assert not wants_sell_analysis(STATE.changed(workflow_mode="Manual"))


async def test_the_log_keeps_what_was_held_back_and_removed(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    await bench.analyze()
    await bench.apply(
        recommend("CBA", "partial", 60, reason="Dividend", exceptions=[except_for("P2", "proceed")]),
        recommend("BHP", "defer", flags=["dip"]),
    )
    analyzed, applied = [json.loads(str(row["detail"])) for row in (await bench.rows("log"))[1:]]
    assert analyzed == {"analyst": "rules", "side": "sell", "proposals": 3, "degraded": [], "removed": {}}
    assert applied == {
        "lines": 3,
        "held_back": [
            {"account_number": "P1", "symbol": "CBA", "action": "partial", "percent": 60, "reason": "Dividend"}
        ],
        "removed": {"unsupported_flag": 1, "no_flag": 1},
    }


async def test_applying_answers_with_totals_warnings_and_results(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    applied = await bench.apply(recommend("CBA", "partial", 50))
    # Half is enough for P1, and not for P2: 13 of 10 is a point outside.
    assert (applied.applied, applied.decisions, applied.version) == (2, {"partial": 2}, 2)
    assert [(w.account_number, w.count, w.excess_pct) for w in applied.soft_warnings] == [("P2", 1, 1)]
    assert applied.results[0].breaching_portfolios == ("P2",)
    assert applied.totals.sells.value == 10_000
