"""A session derived again from its log, byte for byte, with what a model answered then and no way to ask it."""

import asyncio
import json
from pathlib import Path

import pytest

from tests.adapters.books.small_book import write_book
from tests.model_wire.calls import CallInfo, Json
from tests.model_wire.wire import MODES, Wire
from tests.server.model_desks import CALLER, KEY, ModelDesk, model_desk, plan_of, replay_of, settings_in, tampered
from tests.workflow.desks import recommend
from trimtab.domain.errors import BrokenRecord, NotFound
from trimtab.prompts.contexts import JudgePortfolios
from trimtab.server.compose import open_desk
from trimtab.server.compose_frameworks import open_framework_desk
from trimtab.server.replaying import replayed
from trimtab.workflow.log_reading import PAGE
from trimtab.workflow.ports import requests as ask
from trimtab.workflow.ports.desk import Caller
from trimtab.workflow.ports.framework_requests import BuildPortfolio
from trimtab.workflow.replay import deeds

SOME = tuple(f"ACC{number}" for number in range(100045, 100053))
"""Of the demo book; some of them are short of cash for their buys."""
PERSON = Caller(owner=CALLER.owner, actor="Tom", source="person")


async def same(made: ModelDesk) -> int:
    """Replays the session, insists on the same plan, and gives the calls that went into it."""
    found = await replay_of(made)
    assert found.stored_plan == await plan_of(made)
    assert found.plan == found.stored_plan
    assert found.same
    return found.calls


@pytest.mark.parametrize("analyst", ["anthropic", "openai"])
async def test_a_session_with_a_model_is_the_same_again(tmp_path: Path, analyst: str) -> None:
    wire = Wire()
    async with model_desk(tmp_path, wire, TRIMTAB_ANALYST=analyst) as made:
        await made.open(portfolios=SOME)
        assert (await made.analyze()).degraded == ()
        await made.advance()
        await made.advance()
        asked = len(wire.calls)
        assert await same(made) == asked == 4
        assert len(wire.calls) == asked
        assert await made.actions() == [
            *("open_session", "model_call", "model_call", "model_call", "analyze_trades"),
            *("model_call", "advance_phase", "advance_phase"),
        ]


async def test_a_session_of_the_rules_is_the_same_again(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, TRIMTAB_ANALYST="rules")
    opened = open_desk(settings)
    made = ModelDesk(settings, opened.desk, opened.store)
    await made.open(portfolios=SOME)
    await made.advance()
    assert await same(made) == 0
    await opened.close()


async def test_a_session_over_a_frameworks_portfolio_is_the_same_again_without_the_portfolio(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, TRIMTAB_ANALYST="rules")
    frameworks = open_framework_desk(settings)
    built = BuildPortfolio(framework_id="balanced", cash=100_000.0, accept=True)
    portfolio = (await frameworks.desk.build(CALLER, built)).portfolio_id
    await frameworks.close()
    opened = open_desk(settings)
    made = ModelDesk(settings, opened.desk, opened.store)
    await made.open(framework_portfolio=portfolio)
    await made.advance()
    await made.advance()
    assert '"VOO"' in await plan_of(made)
    assert await same(made) == 0
    await opened.close()


async def test_rules_overrides_and_a_persons_decisions_are_the_same_again(tmp_path: Path) -> None:
    async with model_desk(tmp_path, Wire()) as made:
        await made.open(portfolios=SOME, workflow_mode="Manual")
        await made.analyze()
        await made.update(
            instrument_rules=[{"code": "AAPL", "rule": "hold", "reason": "Escrow", "until": "2026-12-31"}]
        )
        await made.analyze()
        await made.apply()
        sells = [t["code"] for t in await trades(made) if t["action"] == "sell"]
        await made.apply(recommend(str(sells[0]), "defer", reason="Not today"), caller=PERSON)
        await made.update(overrides=[{"code": sells[1], "action": "review", "reason": "Somebody should look"}])
        await made.update(
            workflow_mode="AiPlan", gradual_exits=[{"code": sells[2], "max_sell_percent": 20, "reason": "Slowly"}]
        )
        await made.analyze(refresh=True)
        await made.advance()
        await made.advance()
        await made.advance(to="Buys", reason="Once more")
        assert await same(made) == len([a for a in await made.actions() if a == "model_call"])


async def trades(made: ModelDesk) -> list[dict[str, object]]:
    plan = json.loads(await plan_of(made))
    return [dict(zip(plan["columns"], row, strict=True)) for row in plan["rows"]]


async def test_several_votes_are_the_same_again_whichever_came_first(tmp_path: Path) -> None:
    # One line of a portfolio of two: any order of them may be the usual one, so that votes ask in the same words.
    book = write_book(
        tmp_path / "book",
        models="model,target_cash_pct,tolerance_pct\nGrowth,20,1.5\n",
        model_lines="model,code,target_pct,tolerance_pct\nGrowth,BHP,80,\n",
        portfolios=(
            "account_number,client_name,entity,model,base_currency,cash,pending_withdrawal,tax_country\n"
            "ACC1,Mei Chen,individual,Growth,AUD,1000,,\n"
        ),
        lots="account_number,code,units,acquired,cost_base\nACC1,BHP,1000,2020-03-01,100\n",
        restrictions="account_number,code,rule,reason,until\n",
    )
    wire = Wire()
    wire.slow_seconds = 0.2
    judged = iter((60, 70, 80))

    def answer(call: CallInfo, said: Json) -> Json:
        if call.title == "PortfolioVerdicts":
            flags = ["div"]
            for each in said["recommendations"]:
                each |= {"action": "partial", "proceed_percent": next(judged), "flags": flags, "exceptions": []}
        return said

    wire.answer = answer
    wire.modes = lambda call: "slow" if call.title == "PortfolioVerdicts" and call.attempt == 1 else None
    async with model_desk(tmp_path, wire, TRIMTAB_BOOK=str(book), TRIMTAB_MODEL_VOTES="3") as made:
        await made.open()
        await made.analyze()
        prompts = [call.prompt for call in wire.calls if call.title == "PortfolioVerdicts"]
        assert (len(prompts), len(set(prompts))) == (3, 1)
        [sell] = [trade for trade in await trades(made) if trade["action"] == "sell"]
        assert (sell["decision"], sell["proceed_percent"]) == ("partial", 60)
        assert await same(made) == 5


async def test_votes_that_flip_are_the_same_again(tmp_path: Path) -> None:
    def by_place(call: CallInfo, said: Json) -> Json:
        if call.title == "PortfolioVerdicts":
            for each in said["recommendations"]:
                each |= {
                    "action": "review" if call.number % 2 else "proceed",
                    "proceed_percent": None,
                    "exceptions": [],
                }
        return said

    wire = Wire()
    wire.answer = by_place
    async with model_desk(tmp_path, wire, TRIMTAB_MODEL_VOTES="3") as made:
        await made.open(portfolios=SOME)
        await made.advance()
        assert {trade["decision"] for trade in await trades(made) if trade["action"] == "sell"} == {"review"}
        assert await same(made) == len(wire.calls)


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode not in ("normal", "slow")])
async def test_whatever_a_model_got_wrong_is_the_same_again(tmp_path: Path, mode: str) -> None:
    async with model_desk(tmp_path, Wire(mode)) as made:
        await made.open(portfolios=SOME)
        await made.advance()
        failed = [entry.detail["outcome"] for entry in await made.log() if entry.action == "model_call"]
        assert await same(made) == len(failed)


async def test_limits_that_were_passed_then_are_the_same_again(tmp_path: Path) -> None:
    async with model_desk(tmp_path, Wire(), TRIMTAB_MODEL_SESSION_TOKENS="20000") as made:
        await made.open(portfolios=SOME)
        assert any("a limit on what it may take" in note for note in (await made.advance()).degraded)
        outcomes = [entry.detail["outcome"] for entry in await made.log() if entry.action == "model_call"]
        assert "over_budget" in outcomes
        await same(made)


async def test_buys_that_were_cut_by_tiers_because_nobody_answered_are_the_same_again(tmp_path: Path) -> None:
    async with model_desk(tmp_path, Wire()) as made:
        await made.open()
        await made.analyze()
    async with model_desk(tmp_path, None, session_id=made.session_id) as away:
        assert (await away.advance()).degraded == ("buys 1 of 1: anthropic can't be reached; reduced by tiers",)
        assert await same(away) == 5


async def test_analyses_that_came_to_nothing_are_passed_over(tmp_path: Path) -> None:
    wire = Wire()
    wire.delay_seconds = 0.2
    async with model_desk(tmp_path, wire) as made:
        await made.open(portfolios=SOME)
        stopped = asyncio.create_task(made.analyze())
        await until(wire, 2)
        stopped.cancel()
        with pytest.raises(asyncio.CancelledError):
            await stopped
        overtaken = asyncio.create_task(made.analyze())
        await until(wire, 4)
        await made.update(instrument_rules=[{"code": "AAPL", "rule": "hold", "reason": "Escrow"}])
        await overtaken
        await made.analyze(idempotency_key="key-number-1")
        assert (await made.actions()).count("analysis_unfinished") == 2
        assert await same(made) == 3


async def until(wire: Wire, calls: int) -> None:
    async with asyncio.timeout(10):
        while len(wire.calls) < calls:
            await asyncio.sleep(0.005)


async def test_one_analyst_after_another_is_the_same_again(tmp_path: Path) -> None:
    async with model_desk(tmp_path, Wire()) as made:
        await made.open()
        await made.analyze()
    opened = open_desk(settings_in(tmp_path, TRIMTAB_ANALYST="rules"))
    await opened.desk.advance(CALLER, ask.AdvancePhase(session_id=made.session_id))
    await opened.close()
    async with model_desk(tmp_path, Wire(), session_id=made.session_id) as again:
        assert [each["analyst"] for deed in deeds(await again.log()) for each in deed.analyses if "side" in each] == [
            *("anthropic", "rules")
        ]
        assert await same(again) == 5


async def test_a_log_longer_than_a_page_is_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert PAGE > 1
    monkeypatch.setattr("trimtab.workflow.log_reading.PAGE", 2)
    async with model_desk(tmp_path, Wire()) as made:
        await made.open(portfolios=SOME)
        await made.advance()
        assert len(await made.log()) == 6
        assert await same(made) == 4


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE log SET entry = replace(entry, 'answered', 'refused') WHERE seq = 2", "Entry 2 was changed"),
        ("DELETE FROM log WHERE seq = 3", "Entry 3 was removed"),
        ("DELETE FROM log WHERE seq = (SELECT max(seq) FROM log)", "was removed: the log goes on to entry"),
        ("DELETE FROM log", "Entry 1 was removed"),
    ],
)
async def test_a_changed_log_is_refused(tmp_path: Path, statement: str, said: str) -> None:
    async with model_desk(tmp_path, Wire()) as made:
        await made.open(portfolios=SOME)
        await made.advance()
        tampered(made, statement)
        async with asyncio.timeout(30):
            with pytest.raises(BrokenRecord, match=f"isn't what was written: .*{said}") as refused:
                await replay_of(made)
    assert refused.value.next_action == "Don't trust this session's record; look at what changed it."


async def test_a_changed_state_is_found_out(tmp_path: Path) -> None:
    proceeds, defers = ('"action":"proceed","proceed_pct":100.0', '"action":"defer","proceed_pct":0.0')
    async with model_desk(tmp_path, Wire()) as made:
        await made.open(portfolios=SOME)
        await made.analyze()
        tampered(made, "UPDATE states SET state = replace(state, ?, ?)", proceeds, defers)
        found = await replay_of(made)
    assert not found.same
    assert json.loads(found.plan)["columns"] == json.loads(found.stored_plan)["columns"]


async def test_a_template_that_says_something_else_than_then_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with model_desk(tmp_path, Wire()) as made:
        await made.open(portfolios=SOME)
        await made.analyze()
        monkeypatch.setattr(JudgePortfolios, "template", "judge_buys.j2")
        with pytest.raises(BrokenRecord, match="1 prompts were never asked, 1 recorded calls weren't needed") as told:
            await replay_of(made)
    assert told.value.next_action == "Replay with the release, the book and the policy that the session was made with."


async def test_only_the_owner_replays_a_session(tmp_path: Path) -> None:
    async with model_desk(tmp_path, Wire()) as made:
        await made.open(portfolios=SOME)
        with pytest.raises(NotFound):
            await replayed(made.settings, made.session_id, caller=Caller(owner="tom", actor="tom"))


async def test_a_replay_leaves_the_session_and_nothing_else_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
    async with model_desk(tmp_path, Wire()) as made:
        await made.open(portfolios=SOME)
        await made.analyze()
        before = await made.log()
        await same(made)
        assert await made.log() == before
    assert list((tmp_path / "scratch").iterdir()) == []
    assert KEY not in repr(before)
