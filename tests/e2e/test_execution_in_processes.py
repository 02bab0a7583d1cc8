"""An execution by several processes at once, stopped by another, and asked for again and again: each order leaves once.

The processes work over the same files, and on an order system that is served by a process of its own.
"""

import asyncio
import itertools
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.cli.order_desk import ANNE, command_desk, in_review, paper_oms_for, prepared
from tests.clock import FixedClock
from tests.e2e.both_sides import kept_by, replayed
from tests.e2e.execution_scenario import Outcome, Run
from tests.e2e.warm_host import WarmHost
from tests.paper_systems import NAME, paper_app
from tests.workflow.order_bench import make_order_bench
from tests.workflow.small_books import two_portfolios
from trimtab.adapters.oms.client import HttpOrderSystem
from trimtab.domain.errors import Conflict
from trimtab.server.order_systems import InProcess

FAULTS = ("answer_lost", "timeout_after", "error_after", "duplicate")
"""Those after which the orders are there, and whoever sent them may not know it."""
PAIRS = tuple(itertools.combinations(FAULTS, 2))
KILLS = range(10)
ORDERS = 160
MOST_LOOKS = 20

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the processes are forked")


@pytest.fixture(scope="module")
def host() -> Iterator[WarmHost]:
    host = WarmHost("tests.e2e.execution_host")
    yield host
    host.close()


def carried_out(host: WarmHost, runs: Sequence[Run]) -> list[Outcome]:
    """The runs' outcomes, of which none is wrong."""
    outcomes = [Outcome(**each) for each in host.does([asdict(run) for run in runs])]
    assert [f"{run}: {wrong}" for run, found in zip(runs, outcomes, strict=True) for wrong in found.wrong] == []
    return outcomes


def sprinkled(seed: int) -> tuple[str, ...]:
    """Two faults, each of which strikes every seventh order by chance."""
    return tuple(f"{fault}:0.15" for fault in PAIRS[seed % len(PAIRS)])


@pytest.mark.parametrize(("processes", "runs"), [(2, 12), (5, 8)])
def test_processes_that_execute_one_session_at_once_send_each_order_once(
    processes: int, runs: int, host: WarmHost
) -> None:
    every = [
        Run(
            seed,
            portfolios=3,
            executing=processes,
            at_once=2 + seed % 4,
            faults=sprinkled(seed),
            timeout_seconds=0.3,
        )
        for seed in range(runs)
    ]
    outcomes = carried_out(host, every)
    assert [outcome.states for outcome in outcomes] == [{"Filled": 12}] * runs
    assert sum(outcome.struck for outcome in outcomes) > runs


def test_no_order_leaves_once_the_kill_switch_is_on_and_what_isnt_filled_is_cancelled(host: WarmHost) -> None:
    runs = [
        Run(
            seed,
            portfolios=40,
            executing=1 + seed % 2,
            at_once=8,
            kill_after=seed * 3 // 2,
            delay_seconds=0.01,
        )
        for seed in KILLS
    ]
    outcomes = carried_out(host, runs)
    assert {state for outcome in outcomes for state in outcome.states} == {"Cancelled", "Filled"}
    assert any(0 < outcome.sent < ORDERS for outcome in outcomes)


def test_what_left_before_the_kill_and_arrives_after_it_is_cancelled_at_the_order_system(host: WarmHost) -> None:
    run = Run(0, portfolios=40, executing=1, at_once=8, timeout_seconds=0.5, kill_after=2, held_back=True)
    [outcome] = carried_out(host, [run])
    assert outcome.states.keys() <= {"Cancelled", "Filled"}
    assert 0 < outcome.late == outcome.sent < ORDERS


async def test_one_request_five_times_at_once_and_again_and_an_answer_again_order_nothing_more(tmp_path: Path) -> None:
    order_system = InProcess(lambda: paper_app(tmp_path / "oms.db", two_portfolios()))
    system = HttpOrderSystem(name=NAME, transport=order_system)
    bench = make_order_bench(tmp_path, two_portfolios(), clock=FixedClock(), system=system)
    plan_hash = await bench.approved()

    async def five_times() -> list[object]:
        calls = (bench.execute(plan_hash) for _ in range(5))
        return await asyncio.gather(*calls, return_exceptions=True)

    lost = [each for each in await five_times() if isinstance(each, BaseException)]
    assert [each for each in lost if not isinstance(each, Conflict)] == []
    for _ in range(MOST_LOOKS):
        if (await bench.status()).done:
            break
    assert [each for each in await five_times() if isinstance(each, BaseException)] == []
    assert await replayed(bench, plan_hash=plan_hash, order_system=order_system) == []
    kept = await kept_by(order_system)
    assert {(trade["status"], trade["timesReceived"]) for trades in kept.values() for trade in trades} == {
        ("Filled", 1)
    }
    assert sorted(kept) == sorted(order.client_order_id for order in await bench.order_rows())
    await bench.close()


def test_the_command_that_executes_orders_nothing_when_it_is_called_again(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    desk = prepared(command_desk(capsys, monkeypatch, tmp_path), in_review)
    plan = desk.plan_hash()
    assert desk.run("approve", desk.session_id, "--as", "anne", "--plan", plan, typed=(ANNE,)).code == 0

    def at_the_order_system() -> list[tuple[Any, ...]]:
        kept = httpx2.get(f"{os.environ['TRIMTAB_OMS']}/paper/orders").json()["orders"]
        return [(each["clientOrderId"], each["timesReceived"]) for each in kept]

    with paper_oms_for(desk):
        first = desk.execute(plan)
        sent = at_the_order_system()
        assert desk.execute(plan) == first
        assert at_the_order_system() == sent
        for _ in range(MOST_LOOKS):
            httpx2.post(f"{os.environ['TRIMTAB_OMS']}/paper/ticks", json={"count": 100})
            if desk.call("get_execution_status", session_id=desk.session_id)["done"]:
                break
        every = at_the_order_system()
        assert desk.execute(plan)["states"] == {"Filled": len(every)}
        assert at_the_order_system() == every
    assert set(sent) <= set(every)
    assert {times for _, times in every} == {1}
