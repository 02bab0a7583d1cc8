"""Every fault of the order system, with the death of our process at every point: each order is there once."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import get_args

import pytest

from tests.docs.blocks import row_matches
from tests.e2e.fault_scenario import AGAIN, CANCEL_POINTS, CANCELLING, POINTS, Outcome, Run
from tests.e2e.warm_host import WarmHost
from trimtab.server.paper_oms.faults import FaultKind

FAULTS = ("none", *get_args(FaultKind))
DEATHS = 36
"""Requests at which an order system of its own process dies, one in each run."""


@pytest.fixture(scope="module")
def host() -> Iterator[WarmHost]:
    host = WarmHost("tests.e2e.fault_host")
    yield host
    host.close()


def carried_out(host: WarmHost, runs: Sequence[Run]) -> list[Outcome]:
    """The runs' outcomes, in order."""
    return [Outcome(**each) for each in host.does([asdict(run) for run in runs])]


def runs_of(fault: str) -> list[Run]:
    """The fault with each point, the first time that a process comes there and, by another seed, the second time."""
    cancelling = CANCEL_POINTS if fault in CANCELLING else ()
    first = [Run(fault, seed=0, point=point) for point in (*POINTS, *cancelling)]
    return [*first, *(Run(fault, seed=1, point=point, time=2) for point in (*AGAIN, *cancelling))]


def dying(*at: int) -> list[Run]:
    """Runs in which the order system dies too, at these requests."""
    return [Run("none", seed=number, point=POINTS[number % len(POINTS)], oms_dies_at=number) for number in at]


def told(runs: Sequence[Run], outcomes: Sequence[Outcome]) -> list[str]:
    """What is wrong with which run."""
    return [f"{run}: {fault}" for run, outcome in zip(runs, outcomes, strict=True) for fault in outcome.wrong]


@pytest.mark.parametrize("fault", FAULTS)
def test_wherever_our_process_dies_each_order_is_there_once_or_rejected_and_both_sides_agree(
    fault: str, host: WarmHost
) -> None:
    runs = runs_of(fault)
    outcomes = carried_out(host, runs)
    assert told(runs, outcomes) == []
    assert [
        run.point for run, outcome in zip(runs, outcomes, strict=True) if run.time == 1 and not outcome.killed
    ] == []
    states = sorted({state for outcome in outcomes for state in outcome.states})
    parked = sorted({rule for outcome in outcomes for rule in outcome.parked})
    cells = (f"`{fault}`", str(len(runs)), ", ".join(states), ", ".join(f"`{rule}`" for rule in parked))
    row_matches("docs/execution.md", "fault matrix", cells)


@pytest.mark.parametrize("first", range(1, DEATHS + 1, 6))
def test_an_order_system_that_dies_and_comes_back_has_each_order_once(first: int, host: WarmHost) -> None:
    runs = dying(*range(first, first + 6))
    outcomes = carried_out(host, runs)
    assert told(runs, outcomes) == []
    assert all(outcome.states == {"Filled": 6} for outcome in outcomes)


def test_the_matrix_has_at_least_three_hundred_runs_and_twenty_deaths_of_the_order_system() -> None:
    assert sum(len(runs_of(fault)) for fault in FAULTS) + DEATHS >= 300
    assert DEATHS >= 20


def test_a_run_that_goes_wrong_is_told_apart(host: WarmHost) -> None:
    wrong = Run("none", seed=0, point="nowhere", spoils=True)
    (outcome,) = carried_out(host, [wrong])
    assert any("isn't there" in fault for fault in outcome.wrong)
    assert any("isn't ours" in fault for fault in outcome.wrong)
