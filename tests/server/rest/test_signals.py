"""Alpha signals over plain HTTP: the desk's answers in camelCase, long ones as streams too, and counted by the day."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

import anyio
import httpx2
import pytest
from uvicorn import Config, Server

from tests.server.rest.guided_signals import PAGE, GuidedSignals
from tests.server.rest.rest_serving import AS_STREAM, JSON, PROBLEM, asking, desk_of, heard_of
from tests.tools.scripted_desk import ScriptedDesk
from tests.tools.signals.scripted_signals import ALLOCATED, BACKTESTED, EVALUATION, SIGNALS, STRATEGIES, signals_of
from trimtab.domain.errors import InvalidInput, Problem, Unavailable
from trimtab.server.callers import local_caller
from trimtab.server.http_app import build_http_app
from trimtab.server.listening import Listening, listen
from trimtab.server.rest.runs import Pace
from trimtab.server.rest.telling import told
from trimtab.settings import Settings
from trimtab.workflow.ports.results import Result
from trimtab.workflow.ports.signal_requests import (
    AllocateCapital,
    BacktestPortfolio,
    ComputeSignals,
    EvaluateStrategies,
    ReadSignalRecords,
)

AT = "/api/signals"
SETTINGS = Settings(toolsets=("signals",))
LONG = pytest.mark.parametrize(("path", "result"), [("evaluations", EVALUATION), ("backtests", BACKTESTED)])


@asynccontextmanager
async def client_of(
    desk: GuidedSignals, *, settings: Settings = SETTINGS, address: str = "127.0.0.1"
) -> AsyncIterator[httpx2.AsyncClient]:
    """A client at this address, of an application over this desk."""
    app = build_http_app(settings, make_desk=desk_of(ScriptedDesk()), make_signals=signals_of(desk))
    transport = httpx2.ASGITransport(app, client=(address, 1234))
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8765", timeout=60) as client,
    ):
        yield client


@asynccontextmanager
async def serving(desk: GuidedSignals, *, pace: Pace) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of a server at a free port, whose connections really end."""
    app = build_http_app(SETTINGS, make_desk=desk_of(ScriptedDesk()), make_signals=signals_of(desk), pace=pace)
    server = Server(Config(app, lifespan="on", ws="none", log_config=None, access_log=False))
    with listen(Listening(port=0), SETTINGS) as listening:
        served = asyncio.create_task(server.serve(sockets=[listening]))
        at = f"http://127.0.0.1:{listening.getsockname()[1]}"
        try:
            with anyio.fail_after(30):
                async with httpx2.AsyncClient(base_url=at, timeout=30) as client:
                    yield client
        finally:
            server.should_exit = True
            await served


async def test_each_operation_is_asked_of_the_desk_and_told_as_it_says() -> None:
    desk = GuidedSignals()
    async with client_of(desk) as client:
        answers = [
            await client.get(f"{AT}/strategies"),
            await client.get(f"{AT}/strategies/momentum_rank"),
            await client.post(f"{AT}/compute", json={"asOf": "2026-11-20", "includeIndicators": True}),
            await client.post(f"{AT}/allocations", json={"totalCapital": 1e6, "max_position_weight": 0.25}),
            await client.get(f"{AT}/records/allocations?symbol=SPY&startDate=2026-01-02&limit=1&offset=2"),
        ]
    assert [answer.status_code for answer in answers] == [200] * 5
    done = {"success": True}
    assert [answer.json() for answer in answers] == [
        told(STRATEGIES),
        told(STRATEGIES.strategies[-1]),
        done | told(SIGNALS),
        done | told(ALLOCATED),
        told(PAGE),
    ]
    assert desk.asked == [
        ComputeSignals(as_of=date(2026, 11, 20), include_indicators=True),
        AllocateCapital(total_capital=1e6, max_position_weight=0.25),
        ReadSignalRecords(kind="allocations", symbol="SPY", start_date=date(2026, 1, 2), limit=1, offset=2),
    ]
    assert desk.callers == [local_caller("rest")] * 3


async def test_a_body_with_nothing_to_say_may_be_left_out() -> None:
    desk = GuidedSignals()
    async with client_of(desk) as client:
        for path in ("compute", "evaluations", "backtests"):
            assert (await client.post(f"{AT}/{path}")).status_code == 200
        needs_capital = [
            await client.post(f"{AT}/allocations", json={}),
            await client.post(f"{AT}/allocations"),
        ]
    assert desk.asked == [ComputeSignals(), EvaluateStrategies(), BacktestPortfolio()]
    for refused in needs_capital:
        assert refused.status_code == 422
        assert refused.json()["detail"] == "totalCapital: Required, and missing."


@LONG
async def test_long_work_is_a_plain_answer_or_a_stream_of_steps_with_the_same_result(path: str, result: Result) -> None:
    async with client_of(GuidedSignals()) as client:
        plain = await client.post(f"{AT}/{path}", json={"strategies": ["momentum_rank"]})
        *steps, last = await heard_of(await client.post(f"{AT}/{path}", headers=AS_STREAM))
    assert plain.json() == {"success": True, **told(result)}
    assert last.data == {"type": "result", "data": plain.json()}
    assert [(step.data["stage"], step.data["currentStep"]) for step in steps] == [
        ("computing", 1),
        ("computing", 2),
        ("computing", 3),
    ]


async def test_who_comes_back_to_a_stream_hears_the_rest_and_is_not_counted_again() -> None:
    desk = GuidedSignals()
    async with client_of(desk) as client:
        first = await client.post(f"{AT}/backtests", headers=AS_STREAM)
        events = await heard_of(first)
        again = await client.post(f"{AT}/backtests", headers={**AS_STREAM, "Last-Event-ID": events[1].event_id})
        rest = await heard_of(again)
        gone = await client.post(f"{AT}/backtests", headers={**AS_STREAM, "Last-Event-ID": events[-1].event_id})
    assert rest == events[2:]
    assert gone.status_code == 204
    assert ("ratelimit" in first.headers, "ratelimit" in again.headers) == (True, False)
    assert len(desk.asked) == 1


async def test_the_same_backtest_twice_at_once_is_computed_once_and_another_one_beside_it() -> None:
    desk = GuidedSignals(waits=True)
    async with serving(desk, pace=Pace()) as client:
        same = [asyncio.create_task(client.post(f"{AT}/backtests", json={"compare": True})) for _ in range(2)]
        await desk.started.wait()
        other = asyncio.create_task(client.post(f"{AT}/backtests", json={"parameters": {"momentum_rank": {"a": 1}}}))
        while desk.begun < 2:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.2)
        desk.go_to_the_end()
        answers = [await each for each in (*same, other)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert len(desk.asked) == 2


@pytest.mark.parametrize("headers", [{}, AS_STREAM])
async def test_a_client_that_goes_away_cancels_its_computation(headers: dict[str, str]) -> None:
    desk = GuidedSignals(waits=True)
    async with serving(desk, pace=Pace(grace_seconds=0.1)) as client:
        asked = asyncio.create_task(client.post(f"{AT}/evaluations", headers=headers))
        await desk.started.wait()
        assert not desk.stopped.is_set()
        asked.cancel()
        await desk.stopped.wait()


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("POST", "compute", {"combinationMethod": "mean"}, "combinationMethod"),
        ("POST", "compute", {"strategies": []}, "strategies"),
        ("POST", "allocations", {"totalCapital": -1}, "totalCapital"),
        ("POST", "allocations", {"totalCapital": 1, "held": {"SPY": 17}}, "held.SPY"),
        ("POST", "backtests", {"folds": True}, "folds"),
        ("POST", "backtests", {"startDate": "yesterday"}, "startDate"),
        ("POST", "evaluations?compare=true", {}, "query"),
        ("POST", "evaluations", {"horizon": [5]}, "horizon"),
        ("GET", "strategies?limit=3", None, "query"),
        ("GET", "strategies/No", None, "strategy"),
        ("GET", "records/orders", None, "kind"),
        ("GET", "records/signals?limit=0", None, "limit"),
        ("GET", "records/signals?limit=1&limit=2", None, "limit"),
        ("GET", "records/signals?until=2026-01-01", None, "(unknown name)"),
    ],
)
async def test_what_is_wrong_is_named_and_the_desk_is_not_asked(
    method: str, path: str, body: object, field: str
) -> None:
    desk = GuidedSignals()
    async with client_of(desk) as client:
        answer = await client.request(method, f"{AT}/{path}", json=body)
    assert (answer.status_code, answer.headers["content-type"], answer.json()["field"]) == (422, PROBLEM, field)
    assert desk.asked == []


@pytest.mark.parametrize(("name", "says"), [("momentum", "There is no such strategy."), ("tides", "can't be imported")])
async def test_a_strategy_that_is_not_there_is_404_with_those_that_are(name: str, says: str) -> None:
    async with client_of(GuidedSignals()) as client:
        answer = await client.get(f"{AT}/strategies/{name}")
    said = answer.json()
    assert (answer.status_code, said["code"], said["nextAction"]) == (
        404,
        "not_found",
        f"GET {AT}/strategies lists all.",
    )
    assert says in said["detail"]
    assert "macd_rsi_confluence, momentum_rank" in said["detail"]


async def test_names_of_strategies_and_parameters_stay_as_they_are_where_something_is_wrong_with_them() -> None:
    wrong = InvalidInput(
        "2 problems.",
        problems=[
            Problem("parameters.momentum_rank.lookback_days", "It isn't a whole number."),
            Problem("max_position_weight", "It contradicts min_positions."),
        ],
    )
    async with client_of(GuidedSignals({"backtest": wrong})) as client:
        answer = await client.post(f"{AT}/backtests")
    assert (answer.status_code, answer.headers["content-type"]) == (422, PROBLEM)
    assert [problem["field"] for problem in answer.json()["problems"]] == [
        "parameters.momentum_rank.lookback_days",
        "maxPositionWeight",
    ]


async def test_what_fails_on_the_way_ends_a_stream_with_a_problem() -> None:
    async with client_of(GuidedSignals({"evaluate": Unavailable("Away.")})) as client:
        plain = await client.post(f"{AT}/evaluations")
        *_, last = await heard_of(await client.post(f"{AT}/evaluations", headers=AS_STREAM))
    assert plain.status_code == 503
    assert last.data == {"type": "error", "error": plain.json()}


async def test_each_computation_has_a_limit_of_its_own_for_a_day() -> None:
    desk = GuidedSignals()
    async with client_of(desk, address="192.0.2.7") as client:
        left = [
            (await client.post(f"{AT}/{path}", json=body)).headers["ratelimit"].split(";")[1]
            for path, body in (
                ("compute", {}), ("allocations", {"totalCapital": 1}), ("evaluations", {}), ("backtests", {}),
            )
        ]  # fmt: skip
        answers = [await client.post(f"{AT}/backtests", headers=AS_STREAM) for _ in range(30)]
        read = await client.get(f"{AT}/records/performance")
    assert left == ["r=99", "r=99", "r=49", "r=29"]
    assert [answer.status_code for answer in answers] == [200] * 29 + [429]
    assert answers[-1].json()["code"] == "too_many_requests"
    assert (read.status_code, "ratelimit" in read.headers) == (200, False)


async def test_a_server_that_is_read_only_still_answers() -> None:
    settings = Settings(toolsets=("signals",), read_only=True)
    async with client_of(GuidedSignals(), settings=settings) as client:
        assert (await client.post(f"{AT}/compute")).status_code == 200


async def test_every_body_is_shown_by_examples_that_are_accepted() -> None:
    desk = GuidedSignals()
    async with client_of(desk) as client:
        paths = (await client.get("/api/openapi.json")).json()["paths"]
        shown = [
            (path, example["value"])
            for path, operations in paths.items()
            if "requestBody" in operations.get("post", {})
            for example in operations["post"]["requestBody"]["content"]["application/json"]["examples"].values()
        ]
        answers = [(await client.post(path, json=body)).status_code for path, body in shown]
    assert {path for path, _ in shown} == {
        f"{AT}/{path}" for path in ("compute", "allocations", "evaluations", "backtests")
    }
    assert answers == [200] * len(shown)


async def test_without_the_signal_tools_there_are_no_signals_over_rest_either() -> None:
    async with asking(desk_of(ScriptedDesk()), settings=Settings(toolsets=("factors",))) as client:
        assert (await client.post(f"{AT}/compute", headers=JSON)).status_code == 404
        assert (await client.get(f"{AT}/strategies")).status_code == 404
