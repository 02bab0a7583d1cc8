"""Approvers are vouched for, known by their secrets, and locked out when somebody guesses."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import anyio.from_thread
import pytest

from tests.clock import FixedClock
from tests.workflow.order_bench import ANNE, BERT, CLEO, OrderBench, later, make_order_bench, rules_of
from tests.workflow.small_books import two_portfolios
from trimtab.domain.errors import Blocked, InvalidInput
from trimtab.workflow.ports.secrets import Proof

WRONG = Proof("anne", "never the right one")


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[OrderBench]:
    bench = make_order_bench(tmp_path, two_portfolios(), clock=FixedClock())
    yield bench
    await bench.close()


async def names(bench: OrderBench) -> list[str]:
    return [each.name for each in await bench.approvers.listed()]


async def test_the_first_approver_needs_nobody_and_every_other_somebody(bench: OrderBench) -> None:
    await bench.approvers.add(ANNE, by=(), actor="test")
    with pytest.raises(Blocked) as error:
        await bench.approvers.add(BERT, by=(), actor="test")
    assert rules_of(error.value) == ["vouching_missing"]
    with pytest.raises(Blocked) as error:
        await bench.approvers.add(BERT, by=[WRONG], actor="test")
    assert rules_of(error.value) == ["wrong_secret"]
    added = await bench.approvers.add(BERT, by=[ANNE], actor="test")
    assert (added.added_by, await names(bench)) == ("anne", ["anne", "bert"])


async def test_two_first_approvers_at_once_are_one(bench: OrderBench) -> None:
    adding = (bench.approvers.add(each, by=(), actor="test") for each in (ANNE, BERT))
    outcomes = await asyncio.gather(*adding, return_exceptions=True)
    assert sum(isinstance(outcome, Blocked) for outcome in outcomes) == 1
    assert len(await names(bench)) == 1


async def test_a_name_is_given_once(bench: OrderBench) -> None:
    await bench.staffed(ANNE, BERT, CLEO)
    again = Proof("bert", "another secret of his")
    with pytest.raises(Blocked, match="name_taken"):
        await bench.approvers.add(again, by=[ANNE, BERT], actor="test")
    await bench.approvers.remove("bert", by=ANNE, actor="test")
    with pytest.raises(Blocked, match="once"):
        await bench.approvers.add(again, by=[ANNE, CLEO], actor="test")
    with pytest.raises(Blocked, match="unknown_approver"):
        await bench.approvers.remove("bert", by=ANNE, actor="test")


async def test_nobody_becomes_two_approvers(bench: OrderBench) -> None:
    await bench.staffed(ANNE)
    with pytest.raises(Blocked, match="secret_taken"):
        await bench.approvers.add(Proof("anne2", ANNE.secret), by=[ANNE], actor="test")
    await bench.approvers.add(BERT, by=[ANNE], actor="test")
    for vouching in ([ANNE], [ANNE, ANNE]):
        with pytest.raises(Blocked) as error:
            await bench.approvers.add(CLEO, by=vouching, actor="test")
        assert rules_of(error.value) == ["vouching_missing"]
    assert (await bench.approvers.add(CLEO, by=[ANNE, BERT], actor="test")).added_by == "anne, bert"


async def test_two_approvers_stay_so_that_nobody_is_left_to_make_themself_a_second(bench: OrderBench) -> None:
    await bench.staffed(ANNE, BERT)
    for name in ("anne", "bert"):
        with pytest.raises(Blocked, match="last_approver"):
            await bench.approvers.remove(name, by=ANNE, actor="test")
    await bench.approvers.add(CLEO, by=[ANNE, BERT], actor="test")
    await bench.approvers.remove("bert", by=ANNE, actor="test")
    assert await names(bench) == ["anne", "cleo"]


async def test_who_was_removed_meanwhile_vouches_for_nobody(bench: OrderBench, monkeypatch: pytest.MonkeyPatch) -> None:
    await bench.staffed(ANNE, BERT, CLEO)
    hashed = bench.approvers._secrets.hashed

    def slow(secret: str) -> str:
        monkeypatch.undo()
        anyio.from_thread.run(partial(bench.approvers.remove, "bert", by=CLEO, actor="test"))
        return hashed(secret)

    monkeypatch.setattr(bench.approvers._secrets, "hashed", slow)
    with pytest.raises(Blocked, match="vouching_missing"):
        await bench.approvers.add(Proof("zoe", "a fourth one, quite new"), by=[ANNE, BERT], actor="test")


@pytest.mark.parametrize(
    "name", ["Anne", "a", "anne smith", "client:local", "assistant", "änne", "a" * 41, "", "anne\n"]
)
async def test_a_name_that_could_pass_for_another_is_refused(name: str, bench: OrderBench) -> None:
    with pytest.raises(InvalidInput) as error:
        await bench.approvers.add(Proof(name, ANNE.secret), by=(), actor="test")
    assert error.value.problems[0].field == "name"


@pytest.mark.parametrize("secret", ["", "short", "aaaaaaaaaaaaaaaa", "ababababababab"])
async def test_a_secret_that_can_be_guessed_is_refused(secret: str, bench: OrderBench) -> None:
    with pytest.raises(InvalidInput) as error:
        await bench.approvers.add(Proof("anne", secret), by=(), actor="test")
    assert [problem.field for problem in error.value.problems] == ["secret"]


async def test_guessing_locks_the_name_and_the_right_secret_doesnt_help_then(bench: OrderBench) -> None:
    await bench.staffed(ANNE)
    for _ in range(5):
        with pytest.raises(Blocked, match="wrong_secret"):
            await bench.approvers.recognise(WRONG, session_id="", actor="test")
    with pytest.raises(Blocked, match="approver_locked"):
        await bench.approvers.recognise(ANNE, session_id="", actor="test")
    later(bench, minutes=15)
    assert (await bench.approvers.recognise(ANNE, session_id="", actor="test")).name == "anne"
    assert (await bench.approvers.listed())[0].failures == 0


async def test_many_guesses_at_once_are_no_more_guesses(bench: OrderBench) -> None:
    await bench.staffed(ANNE)
    guesses = [bench.approvers.recognise(WRONG, session_id="", actor="test") for _ in range(12)]
    outcomes = await asyncio.gather(*guesses, return_exceptions=True)
    rules = [rules_of(outcome)[0] for outcome in outcomes if isinstance(outcome, Blocked)]
    assert (rules.count("wrong_secret"), rules.count("approver_locked")) == (5, 7)


async def test_every_wrong_secret_is_evidence_and_no_secret_is(bench: OrderBench, tmp_path: Path) -> None:
    await bench.staffed(ANNE)
    with pytest.raises(Blocked):
        await bench.approvers.recognise(WRONG, session_id="", actor="a script")
    entries = await bench.records.entries("")
    [refused] = [entry for entry in entries if entry.kind == "refusal"]
    assert (refused.actor, "wrong_secret" in refused.content) == ("a script", True)
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("records.db*"))
    assert ANNE.secret.encode() not in stored
    assert WRONG.secret.encode() not in stored
    assert ANNE.secret not in repr(ANNE)
