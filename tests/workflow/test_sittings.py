"""The analyses of one call: asked for once, and every call of a model paid for."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from tests.adapters.analysts.model_analysts import analyst_of
from tests.model_wire.wire import Wire
from tests.workflow.desks import plan_of
from tests.workflow.scripted_analyst import RULES, ScriptedAnalyst
from tests.workflow.small_books import short_of_cash, two_portfolios
from tests.workflow.states import DEFERRAL
from trimtab.workflow.analysis import Panel
from trimtab.workflow.ports.analysts import Analyst
from trimtab.workflow.ports.desk import Step, no_progress
from trimtab.workflow.ports.requests import InstrumentRule
from trimtab.workflow.progress import Rising
from trimtab.workflow.sittings import Sitting

PLAN = plan_of(two_portfolios())
HELD = plan_of(two_portfolios(), instrument_rules=(InstrumentRule(code="BHP", rule="hold", reason="Escrow"),))


def sitting_of(analyst: Analyst) -> Sitting:
    return Sitting(Panel(analyst, RULES), Rising(no_progress))


@dataclass(frozen=True)
class Seat:
    wire: Wire
    sitting: Sitting


@pytest.fixture
async def seat() -> AsyncIterator[Seat]:
    wire = Wire()
    async with analyst_of("messages", wire) as (analyst, _):
        yield Seat(wire, sitting_of(analyst))


async def test_the_same_inputs_are_asked_about_once(seat: Seat) -> None:
    found = await seat.sitting.analyzed(PLAN)
    decided = plan_of(two_portfolios(), decisions=(DEFERRAL,))
    assert await seat.sitting.analyzed(decided) is found
    assert await seat.sitting.analyzed(HELD) is not found
    assert len(seat.wire.calls) == 6


async def test_buys_are_asked_about_for_each_outcome_of_the_sells(seat: Seat) -> None:
    plans = [plan_of(short_of_cash(), phase="Buys", decisions=decided) for decided in ((), (DEFERRAL,))]
    first, second = [await seat.sitting.analyzed(plan) for plan in plans]
    assert (first.record.side, len(seat.wire.calls)) == ("buy", 2)
    assert first is not second


async def test_an_analysis_holds_its_calls_and_their_sum(seat: Seat) -> None:
    one, other = [await seat.sitting.analyzed(plan) for plan in (PLAN, HELD)]
    assert {call.question for call in one.calls} == {"portfolios", "momentum", "synthesis"}
    assert one.record.usage is not None
    assert one.record.usage.input_tokens == sum(call.usage.input_tokens for call in one.calls)
    assert seat.sitting.loose == (*one.calls, *other.calls)


async def test_a_change_pays_for_everything_and_tells_what_was_for_nothing(seat: Seat) -> None:
    one, other = [await seat.sitting.analyzed(plan) for plan in (PLAN, HELD)]
    before = PLAN.state.changed(spent_tokens=1_000, spent_usd=1.5)
    change = seat.sitting.change(before, "analyze_trades", detail={"said": "x"}, used=[other])
    assert (change.action, change.detail) == ("analyze_trades", {"said": "x"})
    assert (change.calls, change.wasted) == (other.calls, one.calls)
    usages = [call.usage for call in (*one.calls, *other.calls)]
    assert change.state.spent_tokens == 1_000 + sum(usage.tokens for usage in usages)
    assert change.state.spent_usd == pytest.approx(1.5 + sum(usage.cost_usd or 0 for usage in usages))
    both = seat.sitting.change(before, "advance_phase", detail={}, used=[one, other])
    assert (both.calls, both.wasted) == ((*one.calls, *other.calls), ())


async def test_once_a_change_is_stored_no_call_is_loose(seat: Seat) -> None:
    found = await seat.sitting.analyzed(PLAN)
    change = seat.sitting.change(PLAN.state, "analyze_trades", detail={}, used=[found])
    assert seat.sitting.loose == found.calls
    assert change.stored is not None
    change.stored()
    assert seat.sitting.loose == ()


async def test_the_limits_count_from_what_the_session_took_before() -> None:
    analyst = ScriptedAnalyst()
    sitting = sitting_of(analyst)
    await sitting.analyzed(plan_of(two_portfolios(), spent_tokens=700, spent_usd=0.25))
    assert (analyst.ledger.tokens, analyst.ledger.cost_usd) == (700, 0.25)


async def test_who_makes_no_calls_takes_nothing() -> None:
    sitting = sitting_of(RULES)
    found = await sitting.analyzed(PLAN)
    change = sitting.change(PLAN.state, "analyze_trades", detail={}, used=[found])
    assert (found.calls, found.record.usage, sitting.loose) == ((), None, ())
    assert change.state is PLAN.state
    assert (change.calls, change.wasted) == ((), ())


async def test_progress_goes_on_rising_when_it_has_to_be_asked_again() -> None:
    told: list[tuple[int, int]] = []

    async def tell(step: Step) -> None:
        told.append((step.done, step.total))

    sitting = Sitting(Panel(RULES, RULES), Rising(tell))
    for plan in (PLAN, HELD):
        await sitting.analyzed(plan)
    assert told == [(done, 4 if done <= 4 else 8) for done in range(1, 9)]
