"""Every way round the approval, the limits, the kill switch and the records that was thought of is refused.

At a desk: a client over MCP and the commands, over the same files. At a bench: two processes' worth of real stores.
"""

import asyncio
import io
import itertools
import math
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import anyio.to_thread
import pytest
from mcp.client import Client

from tests.cli.running import Ran, ran
from tests.clock import FixedClock
from tests.tools.serving import error_of
from tests.tools.trading.test_preview_orders import session_in_review
from tests.workflow.order_bench import ANNE, BERT, CLEO, OrderBench, later, make_order_bench, rules_of
from tests.workflow.small_books import two_portfolios
from trimtab.adapters.policy.thresholds import load_policy
from trimtab.adapters.records.store import SqlRecordStore
from trimtab.domain.errors import Blocked, BrokenRecord, Conflict, SettingsError
from trimtab.domain.trading.policy import Limits, Policy
from trimtab.server.app import build_server
from trimtab.settings import load_settings
from trimtab.workflow.evidence import EMPTY, chained, hash_of
from trimtab.workflow.ports.records import Evidence, EvidenceEntry
from trimtab.workflow.ports.secrets import Proof

LIMIT_NAMES = ("max_order_value", "max_daily_value", "price_move_pct", "four_eyes_value")
WRONG = Proof("anne", "not the secret at all")
CHANGES = (
    "UPDATE approvals SET used = 0",
    "UPDATE approvals SET expires_at = '2099-01-01T00:00:00.000000+00:00'",
    "UPDATE orders SET reported_value = '0.01'",
    "UPDATE orders SET state = 'Intent'",
    'UPDATE kill_switch SET "on" = 0',
    "UPDATE approvers SET removed = 0",
    "DELETE FROM orders",
    "DELETE FROM approvals",
    "UPDATE evidence_head SET at = NULL",
    "UPDATE evidence_head SET seq = seq - 1",
)
"""What would help somebody who can write to the database."""


# -- At a desk: a client and the commands


@dataclass
class DeskRoom:
    """A client whose session is in Review, and a command line beside it."""

    client: Client
    plan: dict[str, Any]
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    async def command(self, *arguments: str, stdin: str = "") -> Ran:
        self.monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        return await anyio.to_thread.run_sync(lambda: ran(self.capsys, *arguments))

    async def approve(self, proof: Proof, **changed: str) -> Ran:
        plan = {**self.plan, **changed}
        return await self.command(
            "approve", plan["session_id"], "--as", proof.name, "--plan", plan["plan_hash"], stdin=f"{proof.secret}\n"
        )

    async def execute(self) -> list[str] | str:
        """The rules by which it is refused, or what was recorded."""
        said = await self.client.call_tool("execute_orders", self.plan)
        if not said.is_error:
            return str((said.structured_content or {})["states"])
        problems: Any = error_of(said)["problems"]
        return [problem["code"] for problem in problems]


Enter = Callable[[], AbstractAsyncContextManager[DeskRoom]]


@pytest.fixture
def enter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Enter:
    """Opens the desk; a client has to be left by the task that entered it, so no fixture can yield it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRIMTAB_HOME", str(tmp_path))

    @asynccontextmanager
    async def entered() -> AsyncIterator[DeskRoom]:
        async with Client(build_server(load_settings())) as client:
            session_id = await session_in_review(client, workflow_mode="QuickRebalance")
            shown = await client.call_tool("preview_orders", {"session_id": session_id, "limit": 1})
            assert shown.structured_content is not None
            plan = {"session_id": session_id, "plan_hash": shown.structured_content["plan_hash"]}
            yield DeskRoom(client, plan, capsys, monkeypatch)

    return entered


async def test_commands_approve_only_with_a_secret_that_somebody_vouched_for(enter: Enter) -> None:
    async with enter() as room:
        assert (await room.approve(ANNE)).code == 1, "nobody is an approver yet"
        added = [
            await room.command("approver", "add", "anne", stdin=f"{ANNE.secret}\n"),
            await room.command("approver", "add", "agent", stdin=f"{BERT.secret}\n"),
            await room.command("approver", "add", "agent", "--by", "anne", stdin=f"{WRONG.secret}\n{BERT.secret}\n"),
            await room.command("approver", "add", "bert", "--by", "anne", stdin=f"{ANNE.secret}\n{BERT.secret}\n"),
        ]
        assert [each.code for each in added] == [0, 1, 1, 0]
        assert "vouching_missing" in added[1].err or "has to vouch" in added[1].err
        for arguments, stdin in (
            (("--secret", ANNE.secret), ""),
            (("--plan", room.plan["plan_hash"]), ""),
            (("--plan", room.plan["plan_hash"]), "y\n"),
            (("--plan", "0" * 64), f"{ANNE.secret}\n"),
            ((), f"n\n{ANNE.secret}\n"),
            ((), f"{ANNE.secret}\n"),
        ):
            tried = await room.command("approve", room.plan["session_id"], "--as", "anne", *arguments, stdin=stdin)
            assert tried.code != 0, arguments
        assert await room.execute() == ["approval_missing"]


async def test_a_kill_by_command_stops_the_server_that_runs(enter: Enter) -> None:
    async with enter() as room:
        await room.command("approver", "add", "anne", stdin=f"{ANNE.secret}\n")
        await room.command("approver", "add", "bert", "--by", "anne", stdin=f"{ANNE.secret}\n{BERT.secret}\n")
        assert (await room.approve(ANNE)).code == 0
        assert await room.execute() == ["four_eyes"]
        assert (await room.approve(ANNE)).code == 1
        assert (await room.approve(BERT)).code == 0
        assert (await room.command("kill", "on", "--reason", "prices look wrong")).code == 0
        assert await room.execute() == ["kill_switch", "approval_before_kill"]
        off = [
            await room.command("kill", "off", "--reason", "fine again", "--by", name, stdin=f"{secret}\n")
            for name, secret in (("anne", WRONG.secret), ("command line", ANNE.secret), ("client:local", ANNE.secret))
        ]
        assert [each.code for each in off] == [1, 1, 1]
        assert await room.execute() == ["kill_switch", "approval_before_kill"]


async def test_no_tool_takes_an_approval_a_secret_or_the_kill_switch(enter: Enter) -> None:
    async with enter() as room:
        for tool in (await room.client.list_tools()).tools:
            names = " ".join(tool.input_schema.get("properties", {}))
            assert not any(word in f"{tool.name} {names}" for word in ("secret", "approv", "kill", "limit_", "expires"))
            assert tool.input_schema.get("additionalProperties") is False, tool.name


# -- At a bench: two processes over the same files


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
async def pair(tmp_path: Path, clock: FixedClock) -> AsyncIterator[tuple[OrderBench, OrderBench]]:
    """Two processes' worth of desks; the second works on whichever session it is told."""
    benches = [make_order_bench(tmp_path, two_portfolios(), clock=clock) for _ in range(2)]
    yield benches[0], benches[1]
    for bench in benches:
        await bench.close()


async def refused(call: Awaitable[object]) -> list[str]:
    """The rules by which the call was refused."""
    with pytest.raises(Blocked) as error:
        await call
    return list(rules_of(error.value))


async def outcomes_of(*calls: Awaitable[object]) -> list[object]:
    """What calls at once come to; whatever isn't a refusal or a conflict is raised."""
    found = list(await asyncio.gather(*calls, return_exceptions=True))
    for each in found:
        if isinstance(each, BaseException) and not isinstance(each, Blocked | Conflict):
            raise each
    return found


@pytest.mark.parametrize("late_by", [0, 4, 9])
async def test_once_the_kill_switch_was_turned_no_order_waits(
    late_by: int, pair: tuple[OrderBench, OrderBench]
) -> None:
    one, two = pair
    plan = await one.to_review()
    await one.ask(plan.plan_hash)
    await one.reply(plan.plan_hash)

    async def kill() -> None:
        await asyncio.sleep(late_by / 1000)
        await two.kill.turn(on=True, reason="stop", actor="anybody")

    await outcomes_of(one.execute(plan.plan_hash), kill(), one.execute(plan.plan_hash))
    assert "Intent" not in await one.order_states()
    if not await one.order_states():
        assert "kill_switch" in await refused(one.execute(plan.plan_hash))
    assert await one.is_sound()


async def test_an_approver_who_is_removed_meanwhile_has_approved_nothing_later(
    pair: tuple[OrderBench, OrderBench],
) -> None:
    one, two = pair
    plan = await one.to_review()
    two.session_id = one.session_id
    await one.staffed(ANNE, BERT, CLEO)
    await outcomes_of(one.approve(plan.plan_hash), two.approvers.remove("anne", by=BERT, actor="test"))
    rules = await refused(one.execute(plan.plan_hash))
    assert rules[0] in ("unknown_approver", "approval_missing")
    assert await refused(one.approvers.add(ANNE, by=[BERT, CLEO], actor="test")) == ["name_taken"]


async def test_many_guesses_at_once_are_counted_one_by_one(pair: tuple[OrderBench, OrderBench]) -> None:
    one, two = pair
    await one.staffed(ANNE)
    guesses = [bench.approvers.recognise(WRONG, session_id="", actor="x") for bench in (one, two) for _ in range(6)]
    tried = [rules_of(each) for each in await outcomes_of(*guesses) if isinstance(each, Blocked)]
    assert tried.count(["wrong_secret"]) == 5
    assert tried.count(["approver_locked"]) == 7
    assert await refused(two.approvers.recognise(ANNE, session_id="", actor="x")) == ["approver_locked"]


async def test_sessions_at_once_dont_share_what_the_day_allows(tmp_path: Path, clock: FixedClock) -> None:
    """The portfolios trade for 19,000 and 13,000: each alone is allowed, both are a cent too much."""
    policy = Policy(limits=Limits(max_daily_value=31_999.99))
    benches = [make_order_bench(tmp_path, two_portfolios(), clock=clock, policy=policy) for _ in range(2)]
    plans = [await bench.to_review(portfolios=[name]) for bench, name in zip(benches, ("P1", "P2"), strict=True)]
    for bench, plan in zip(benches, plans, strict=True):
        await bench.ask(plan.plan_hash)
        await bench.reply(plan.plan_hash)
    found = await outcomes_of(*(bench.execute(plan.plan_hash) for bench, plan in zip(benches, plans, strict=True)))
    [loser] = [each for each in found if isinstance(each, Blocked)]
    assert rules_of(loser) == ["max_daily_value"]
    recorded = [await bench.order_states() for bench in benches]
    assert sorted(map(bool, recorded)) == [False, True]
    for bench in benches:
        await bench.close()


async def test_the_day_may_come_to_exactly_what_is_allowed_and_begins_anew_at_midnight_utc(tmp_path: Path) -> None:
    clock = FixedClock(datetime.fromisoformat("2026-03-02T23:50:00+00:00"))
    policy = Policy(limits=Limits(max_daily_value=19_000))
    bench = make_order_bench(tmp_path, two_portfolios(), clock=clock, policy=policy)
    for account, passed in (("P1", 0), ("P2", 10)):
        later(bench, minutes=passed)
        plan = await bench.to_review(portfolios=[account])
        await bench.ask(plan.plan_hash)
        await bench.reply(plan.plan_hash)
        assert (await bench.execute(plan.plan_hash)).orders
    later(bench, minutes=-1)
    assert "clock_moved" in await refused(bench.execute("0" * 64)), "yesterday can't be had back"
    await bench.close()


@pytest.mark.parametrize("name", LIMIT_NAMES)
def test_no_limit_can_be_made_unknown_or_endless(name: str, tmp_path: Path) -> None:
    for value in ("nan", "inf", "-1", "true", '"1"'):
        path = tmp_path / "policy.toml"
        path.write_text(f"[limits]\n{name} = {value}\n")
        with pytest.raises(SettingsError):
            load_policy(path)


async def test_a_value_that_is_unknown_needs_two_people_and_passes_no_limit(tmp_path: Path, clock: FixedClock) -> None:
    book = two_portfolios()
    prices = book.instruments.price.copy()
    prices[:] = math.nan
    blind = replace(book, instruments=replace(book.instruments, price=prices))
    bench = make_order_bench(tmp_path, blind, clock=clock)
    plan = await bench.to_review()
    assert not plan.executable
    assert await bench.ask(plan.plan_hash) is None
    await bench.close()


async def test_a_second_plan_of_a_session_isnt_recorded_beside_the_first(tmp_path: Path, clock: FixedClock) -> None:
    """Somebody puts a copy of the session store back that is from before the execution."""
    bench = make_order_bench(tmp_path, two_portfolios(), clock=clock)
    plan = await bench.to_review()
    with (
        closing(sqlite3.connect(tmp_path / "sessions.db")) as live,
        closing(sqlite3.connect(tmp_path / "old.db")) as to,
    ):
        live.backup(to)
    await bench.ask(plan.plan_hash)
    await bench.reply(plan.plan_hash)
    await bench.execute(plan.plan_hash)
    with closing(sqlite3.connect(tmp_path / "old.db")) as old, closing(sqlite3.connect(tmp_path / "sessions.db")) as to:
        old.backup(to)
    restored = make_order_bench(tmp_path, two_portfolios(), clock=clock)
    restored.session_id = bench.session_id
    assert (await restored.preview()).phase == "Review"
    await restored.advance(to="Buys", reason="another look")
    await restored.update(
        overrides=[{"code": "NAB", "action": "defer", "reason": "not this week", "account_number": "P1"}]
    )
    await restored.advance()
    other = await restored.preview()
    assert other.plan_hash != plan.plan_hash
    assert [finding.rule for finding in other.hard_failures] == ["already_executed"]
    assert await restored.ask(other.plan_hash) is None
    with pytest.raises(BrokenRecord):
        await restored.execute(other.plan_hash)
    assert len(await restored.order_states()) == 6
    for each in (bench, restored):
        await each.close()


# -- The records


async def test_a_change_behind_the_store_is_found(tmp_path: Path, clock: FixedClock) -> None:
    bench = make_order_bench(tmp_path, two_portfolios(), clock=clock)
    plan = await bench.to_review()
    await bench.staffed(ANNE, BERT, CLEO)
    await bench.approve(plan.plan_hash)
    await bench.execute(plan.plan_hash)
    await bench.approvers.remove("anne", by=BERT, actor="test")
    await bench.kill.turn(on=True, reason="stop", actor="anybody")
    assert await bench.is_sound()
    await bench.close()
    for number, change in enumerate(CHANGES):
        path = tmp_path / f"changed{number}.db"
        with closing(sqlite3.connect(tmp_path / "records.db")) as records, closing(sqlite3.connect(path)) as copied:
            records.backup(copied)
            assert copied.execute(change).rowcount, change
            copied.commit()
        store = SqlRecordStore(f"sqlite:///{path}")
        assert (await store.verify()).breaks, change
        await store.close()


@pytest.mark.parametrize("statement", ["UPDATE evidence SET actor = 'x'", "DELETE FROM evidence"])
async def test_the_database_itself_refuses_to_change_evidence(
    statement: str, pair: tuple[OrderBench, OrderBench], tmp_path: Path
) -> None:
    await pair[0].staffed(ANNE)
    with closing(sqlite3.connect(tmp_path / "records.db")) as other:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            other.execute(statement)
        columns = "seq, at, session_id, kind, actor, source, content, previous_hash, hash"
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            other.execute(f"INSERT OR REPLACE INTO evidence ({columns}) SELECT {columns} FROM evidence")


def test_no_two_entries_have_the_same_bytes_under_their_hash(clock: FixedClock) -> None:
    """Text moved from one part to the next, a line break or a lookalike beside it, is another hash."""
    said = Evidence(kind="approval", actor="anne", source="person", session_id="s1", content={"a": "b\nc"})
    [entry] = chained(EMPTY, [said], at=clock.now())
    parts = ("session_id", "kind", "actor", "source", "content")
    moved: list[EvidenceEntry] = []
    for left, right in itertools.pairwise(parts):
        text = getattr(entry, left) + getattr(entry, right)
        moved += [replace(entry, **{left: text[:cut], right: text[cut:]}) for cut in range(len(text))]
    others = {hash_of(each) for each in moved if each != entry}
    assert entry.hash not in others
    assert len(others) == len({each for each in moved if each != entry})
    for name, text in itertools.product(
        ("kind", "actor", "source", "session_id"), ("a\nb", "a\u2028b", "a\u202eb", "\0")
    ):
        hidden: dict[str, Any] = {name: text}
        with pytest.raises(ValueError, match="printable"):
            list(chained(EMPTY, [replace(said, **hidden)], at=clock.now()))


async def test_an_approval_that_expired_stays_so_when_the_clock_is_set_back(
    pair: tuple[OrderBench, OrderBench], clock: FixedClock
) -> None:
    one, two = pair
    plan = await one.to_review()
    two.session_id = one.session_id
    await one.ask(plan.plan_hash)
    await one.reply(plan.plan_hash)
    clock.advance(timedelta(minutes=30))
    assert await refused(two.execute(plan.plan_hash)) == ["approval_expired"]
    clock.advance(timedelta(minutes=-29))
    assert await refused(one.execute(plan.plan_hash)) == ["clock_moved"]
    assert await one.order_states() == []
