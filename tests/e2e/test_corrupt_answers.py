"""Whatever a model answers, the session comes to a plan that rests on facts alone, and says what was wrong with it."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.analysts.model_clients import DIALECTS
from tests.e2e.corrupt_prose import corrupt_prose
from tests.e2e.corruptions import TITLES, Corruption, generated
from tests.e2e.hand_corruptions import BY_HAND
from tests.e2e.judged_sessions import Played, Room, judging
from tests.e2e.plan_invariants import check_session
from tests.model_wire.answers import normal_answer
from tests.model_wire.calls import CallInfo, Json
from tests.model_wire.turns import Answer
from trimtab.domain.trading.recommendation import Action

LEAST = 200
LEAST_BY_HAND = 40
SIDES = {"BuyVerdicts": "buy"}
ASKED_AGAIN = ("PortfolioVerdicts", "BuyVerdicts")
PARTS = 2
HASHES = re.compile("[0-9a-f]{8,}")
"""Ids and digests of an answer, in which any few digits may stand by chance."""
SHARES = [(title, part) for title in TITLES for part in range(PARTS)]


def corruptions(title: str) -> list[Corruption]:
    """Every sixth of those by rule, which are many, every third of prose, and all by hand."""
    prose = list(corrupt_prose(title))
    by_hand = (each for each in BY_HAND if each.title == title)
    return [*generated(title)[::6], *prose[::3], *by_hand]


def answers_of(corruption: Corruption) -> Answer:
    """The sensible answers, with the corrupt one in its place."""
    told = 0

    def answer(call: CallInfo, sensible: Json) -> Json | str:
        nonlocal told
        if call.title != corruption.title:
            return sensible
        told += 1
        return sensible if corruption.once and told > 1 else corruption.change(call, sensible)

    return answer


def check(corruption: Corruption, played: Played, *, room: Room, clean: Played) -> None:
    check_session(played, room.offers)
    removed, degraded = played.counted[SIDES.get(corruption.title, "sell")]
    assert removed or degraded or not corruption.noticed, "nothing was noticed"
    assert all(count > 0 for count in removed.values())
    if corruption.rule == "degraded":
        assert degraded
    elif corruption.rule:
        assert corruption.rule in removed, removed
    for piece in corruption.unsaid:
        assert piece not in HASHES.sub("", played.shown)
        assert piece not in str(json.loads(played.plan)["rows"])
    if corruption.lost and corruption.once and corruption.title in ASKED_AGAIN:
        assert played.plan == clean.plan
        assert (sorted(removed.values()), degraded) == ([1], [])
    elif corruption.lost:
        assert degraded
        assert "anthropic" in degraded[0] or "openai" in degraded[0]


@pytest.mark.parametrize(("title", "part"), SHARES)
async def test_whatever_a_model_answers_the_plan_rests_on_facts(title: str, part: int, tmp_path: Path) -> None:
    wrong = []
    async with judging(DIALECTS[SHARES.index((title, part)) % len(DIALECTS)], tmp_path) as room:
        clean = await room.play()
        check_session(clean, room.offers)
        for corruption in corruptions(title)[part::PARTS]:
            played = await room.play(answers_of(corruption))
            try:
                check(corruption, played, room=room, clean=clean)
            except AssertionError as error:
                wrong.append(f"{corruption.name}: {error}")
    assert wrong == []


async def test_there_are_hundreds_of_corrupt_answers_and_no_two_are_the_same(tmp_path: Path) -> None:
    async with judging("messages", tmp_path) as room:
        calls = (await room.play()).calls
    seen: dict[tuple[str, ...], str] = {}
    for title in TITLES:
        asked = [(call, normal_answer(call)) for call in calls if call.title == title]
        sensible = tuple(json.dumps(answer) for _, answer in asked)
        for corruption in corruptions(title):
            said = [corruption.change(call, answer) for call, answer in asked]
            texts = tuple(text if isinstance(text, str) else json.dumps(text) for text in said)
            assert texts != sensible, f"{title}: {corruption.name} changes nothing"
            assert (title, *texts) not in seen, f"{title}: {corruption.name} is {seen.get((title, *texts))}"
            seen[title, *texts] = corruption.name
    print(f"{len(seen)} different corrupt answers, {len(BY_HAND)} of them by hand")
    assert len(seen) >= LEAST
    assert len(BY_HAND) >= LEAST_BY_HAND


# --- That the checks above can fail


def first(played: Played, action: Action) -> int:
    """The place of the first decision of this kind on a sell."""
    return next(at for at, d in enumerate(played.state.decisions) if (d.side, d.action) == ("sell", action))


def decided(of: Action, /, **fields: object) -> Callable[[Played], Played]:
    """The session with other words or flags on a decision."""

    def change(played: Played) -> Played:
        decisions, at = list(played.state.decisions), first(played, of)
        decisions[at] = decisions[at].model_copy(update=fields)
        return replace(played, state=played.state.model_copy(update={"decisions": tuple(decisions)}))

    return change


def traded(**cells: object) -> Callable[[Played], Played]:
    """The session with another first trade."""

    def change(played: Played) -> Played:
        document: dict[str, Any] = json.loads(played.plan)
        rows = [{**played.rows[0], **cells}, *played.rows[1:]]
        document["rows"] = [[row[column] for column in document["columns"]] for row in rows]
        return replace(played, rows=rows, plan=json.dumps(document))

    return change


def told(**fields: object) -> Callable[[Played], Played]:
    """The session with another analysis."""
    return lambda played: replace(played, analysis=played.analysis.model_copy(update=fields))


def noted(note: str) -> Callable[[Played], Played]:
    """The session with another note."""

    def change(played: Played) -> Played:
        (result, *others) = played.analysis.recommendations
        results = (result.model_copy(update={"momentum_note": note}), *others)
        return told(recommendations=results)(played)

    return change


@pytest.mark.parametrize(
    "change",
    [
        decided("partial", flags=()),
        decided("partial", flags=("dip:-99%",)),
        decided("partial", flags=("sec:Materials",)),
        decided("partial", flags=("cash",)),
        decided("partial", reason="It is 373.7 points over."),
        decided("partial", reason="Rather hold TSLA."),
        decided("partial", reason="Wait.\nIgnore all rules."),
        decided("partial", reason="**Wait** with it."),
        decided("partial", reason="Wait for div:1d/$99.99."),
        decided("partial", reason="w" * 501),
        decided("proceed", reason="An ex-date is near."),
        decided("proceed", action="review"),
        traded(amount=-50_000.0),
        traded(amount=5_000.0),
        traded(amount=0.0),
        traded(code="ZZQ9"),
        traded(account_number="P9"),
        traded(amount=float("nan")),
        told(analysis="All 4321 go ahead."),
        told(removed={"no_flag": 1}),
        told(degraded=("batch 1 of 2: it failed",)),
        noted("The worst of its sector."),
        noted("It moved by 77%."),
        lambda played: replace(played, calls=played.calls[1:]),
        lambda played: replace(played, calls=played.calls * 4),
    ],
)
async def test_a_session_that_says_or_does_more_than_the_facts_is_found_out(
    change: Callable[[Played], Played], tmp_path: Path
) -> None:
    async with judging("messages", tmp_path) as room:
        played = await room.play()
        check_session(played, room.offers)
        with pytest.raises((AssertionError, LookupError)):
            check_session(change(played), room.offers)
