"""A language model judges the demo book, in every dialect over a real socket: by command and over MCP.

What it says is the same plan everywhere, what it can't say is named, and nobody else judges in its place in silence.
"""

import json
import os
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from mcp.client import Client

from tests.cli.running import Ran, ran
from tests.e2e.driving import TRIMTAB, Json, call, over_stdio, plan_resource, whole_session
from tests.e2e.model_settings import DIALECTS, WAYS, bare_environment, settings_of
from tests.model_wire.calls import CallInfo
from tests.model_wire.server import serving_wire
from tests.model_wire.wire import Wire
from tests.tools.serving import error_of
from trimtab.server.app import build_server
from trimtab.settings import load_settings

EVIDENCE = {"an ex-date is near": "div", "the price dipped": "dip", "holding period": "cgt"}
FAILURES = {
    "rate_limited": "was rate limited",
    "overloaded": "was overloaded",
    "cut_off": "was cut off at the answer's limit",
    "refusal": "refused to answer",
    "dropped": "couldn't be reached",
    "slow": "took too long",
    "garbage": "answered with something that isn't JSON",
}
EVERY_WAY = pytest.mark.parametrize("way", WAYS)


@pytest.fixture(scope="module")
def told() -> Iterator[tuple[Wire, str]]:
    """A model that answers sensibly, and its address."""
    wire = Wire()
    with serving_wire(wire) as address:
        yield wire, address


def demo(home: Path, *options: str, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """`trimtab demo` as a process of its own."""
    home.mkdir(exist_ok=True)
    return subprocess.run(
        (*TRIMTAB, "demo", *options),
        cwd=home,
        env={**bare_environment(), "TRIMTAB_HOME": str(home), **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def demo_here(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ran]:
    """`trimtab demo` in this process."""
    monkeypatch.chdir(tmp_path)

    def run(*options: str, **environ: str) -> Ran:
        with monkeypatch.context() as changed:
            for name in set(changed_names()):
                changed.delenv(name)
            for name, value in {"TRIMTAB_HOME": str(tmp_path), **environ}.items():
                changed.setenv(name, value)
            return ran(capsys, "demo", *options)

    return run


def changed_names() -> Iterator[str]:
    """What this process has in its environment, and a bare one has not."""
    bare = bare_environment()
    return (name for name in os.environ if name not in bare)


@asynccontextmanager
async def serving(home: Path, environ: dict[str, str]) -> AsyncIterator[Client]:
    """A client of a server in this process, with these settings."""
    settings = load_settings({**bare_environment(), "TRIMTAB_HOME": str(home), **environ}, dotenv=None)
    async with Client(build_server(settings)) as client:
        yield client


def rows_of(plan: str) -> list[Json]:
    document = json.loads(plan)
    return [dict(zip(document["columns"], row, strict=True)) for row in document["rows"]]


def check_reasons(plan: str) -> None:
    """Every reason to wait is a flag in the data of that very line, or cash on buys."""
    held = [row for row in rows_of(plan) if row["decision"] != "proceed"]
    assert {row["action"] for row in held} == {"sell", "buy"}
    for row in held:
        assert row["source"] in ("model", "tiers")
        reason, flags = row["deferred_reason"], row["categories"]
        if row["action"] == "buy":
            assert reason.startswith("Cash is short, ") or row["source"] == "tiers"
            continue
        kinds = [kind for words, kind in EVIDENCE.items() if words in reason]
        assert kinds, reason
        assert all(f"{kind}:" in flags for kind in kinds), (reason, flags)


# --- The same answers, the same plan


def test_a_model_judges_by_command_in_every_dialect_alike(
    told: tuple[Wire, str], tmp_path: Path, demo_here: Callable[..., Ran]
) -> None:
    wire, address = told
    # A process of its own for one way: how it differs from this one has nothing to do with the dialect.
    alone = demo(tmp_path / "alone", "--plan", environ=settings_of("messages", address))
    assert (alone.returncode, alone.stderr) == (0, "")
    plans = {"alone": alone.stdout.removesuffix("\n")}
    for way in WAYS:
        before = len(wire.calls)
        done = demo_here("--plan", **settings_of(way, address))
        assert (done.code, done.err) == (0, "")
        assert {made.dialect for made in wire.calls[before:]} == {DIALECTS[way]}
        titles = sorted(made.title for made in wire.calls[before:])
        assert titles == ["BuyVerdicts", "MarketContext", *["PortfolioVerdicts"] * 3, "Synthesis"]
        plans[way] = done.out.removesuffix("\n")
        check_reasons(plans[way])
    assert len(set(plans.values())) == 1


@EVERY_WAY
def test_the_outcome_says_who_judged(way: str, told: tuple[Wire, str], demo_here: Callable[..., Ran]) -> None:
    _, address = told
    done = demo_here("--json", **settings_of(way, address))
    assert (done.code, done.err) == (0, "")
    outcome = json.loads(done.out)
    assert (outcome["analyst"], outcome["phase"]) == (WAYS[way]["TRIMTAB_ANALYST"], "Done")
    assert outcome["orders"]["sent"] == outcome["orders"]["filled"] > 0
    assert outcome["sells"]["deferred_count"] > 0
    assert outcome["hard_failures"] == 0
    assert "Degraded" not in outcome["summary"]


@pytest.fixture(params=WAYS)
def by_command(
    request: pytest.FixtureRequest, told: tuple[Wire, str], demo_here: Callable[..., Ran]
) -> tuple[str, str]:
    """A way to ask a model, and the plan that the command prints of it."""
    done = demo_here("--plan", **settings_of(request.param, told[1]))
    assert (done.code, done.err) == (0, "")
    return request.param, done.out.removesuffix("\n")


async def test_a_model_judges_over_mcp_as_it_does_by_command(
    by_command: tuple[str, str], told: tuple[Wire, str], tmp_path: Path
) -> None:
    way, printed = by_command
    environ = settings_of(way, told[1])
    async with serving(tmp_path, environ) as client:
        status = await call(client, "get_server_status")
        session_id = await whole_session(client)
        plan = await plan_resource(client, session_id)
        log = await call(client, "get_session", session_id=session_id, view="log", limit=1000)
    assert plan == printed
    name = WAYS[way]["TRIMTAB_ANALYST"]
    assert (status["analyst"], status["language_model"]["provider"]) == (name, name)
    made = [row for row in log["items"]["rows"] if row[4] == "model_call"]
    assert [(row[2], row[3]) for row in made] == [(name, "model")] * 6


async def test_a_model_judges_over_stdio(told: tuple[Wire, str], tmp_path: Path) -> None:
    _, address = told
    environ = settings_of("messages", address)
    async with over_stdio({**bare_environment(), "TRIMTAB_HOME": str(tmp_path), **environ}) as client:
        plan = await plan_resource(client, await whole_session(client))
    check_reasons(plan)
    async with serving(tmp_path / "again", environ) as client:
        assert await plan_resource(client, await whole_session(client)) == plan


async def test_every_reason_of_a_model_cites_flags_of_its_instrument(told: tuple[Wire, str], tmp_path: Path) -> None:
    _, address = told
    async with serving(tmp_path, settings_of("responses", address)) as client:
        session_id = str((await call(client, "open_session", workflow_mode="AiPlan"))["session_id"])
        analysis = await call(client, "analyze_trades", session_id=session_id)
        plan = await plan_resource(client, session_id)
    present: dict[str, set[str]] = {}
    for row in rows_of(plan):
        present.setdefault(row["code"], set()).update(row["categories"].split(","))
    held = [each for each in analysis["recommendations"] if each["action"] != "proceed"]
    assert held
    for each in held:
        assert each["flags"]
        assert set(each["flags"]) <= present[each["symbol"]]
        assert each["source"] == "model"
    assert (analysis["analyst"], analysis["degraded"], analysis["removed"]) == ("openai", [], {})


# --- What is wrong with the setup is named, and nothing is asked


@EVERY_WAY
def test_without_a_key_nothing_begins_and_nobody_else_judges(way: str, demo_here: Callable[..., Ran]) -> None:
    done = demo_here("--json", **WAYS[way])
    assert (done.code, done.out) == (2, "")
    name = WAYS[way]["TRIMTAB_ANALYST"]
    assert f"TRIMTAB_ANALYST={name} needs the provider's key" in done.err
    assert f"{name.upper()}_API_KEY" in done.err
    assert "TRIMTAB_MODEL_KEY" in done.err


WRONG: list[tuple[dict[str, str], str]] = [
    ({"TRIMTAB_MODEL_KEY": "sk-wrong-1"}, "TRIMTAB_MODEL_KEY"),
    ({"TRIMTAB_MODEL": "no-such-model"}, "TRIMTAB_MODEL"),
    ({"TRIMTAB_MODEL_INPUT_TOKENS": "3000"}, "TRIMTAB_MODEL_INPUT_TOKENS"),
]


@EVERY_WAY
@pytest.mark.parametrize(("wrong", "setting"), WRONG)
def test_a_wrong_setting_is_named_and_no_model_is_asked(
    way: str, wrong: dict[str, str], setting: str, demo_here: Callable[..., Ran]
) -> None:
    wire = Wire()
    with serving_wire(wire) as address:
        done = demo_here("--json", **{**settings_of(way, address), **wrong})
    assert (done.code, done.out) == (2, "")
    assert f"{setting}: " in done.err
    assert setting in done.err.splitlines()[-1]
    assert "sk-wrong-1" not in done.err
    assert wire.calls == []


def test_a_prompt_that_is_too_long_is_told_with_what_to_change(tmp_path: Path) -> None:
    wire = Wire()
    with serving_wire(wire) as address:
        done = demo(tmp_path, "--plan", environ=settings_of("messages", address, input_tokens="3000"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "Batch 1 of 3 takes about" in done.stderr
    assert "batch_size" in done.stderr
    assert wire.requests == []


@EVERY_WAY
def test_an_address_that_is_away_is_named_and_nobody_else_judges(way: str, demo_here: Callable[..., Ran]) -> None:
    with serving_wire(Wire()) as address:
        pass
    done = demo_here("--json", **settings_of(way, address))
    assert (done.code, done.out) == (1, "")
    assert "TRIMTAB_MODEL_URL" in done.err
    assert address not in done.err


async def test_over_mcp_a_wrong_key_is_an_error_that_leaves_the_session_as_it_was(tmp_path: Path) -> None:
    wire = Wire()
    with serving_wire(wire) as address:
        environ = settings_of("chat", address, key="sk-wrong-1")
        async with serving(tmp_path, environ) as client:
            session_id = str((await call(client, "open_session", workflow_mode="AiPlan"))["session_id"])
            for tool in ("analyze_trades", "advance_phase"):
                said = error_of(await client.call_tool(tool, {"session_id": session_id}))
                assert (said["code"], said["field"]) == ("settings", "TRIMTAB_MODEL_KEY")
                assert "sk-wrong-1" not in str(said)
            summary = await call(client, "get_session", session_id=session_id)
    assert (summary["phase"], summary["version"], summary["decisions"]) == ("Sells", 1, {})
    assert wire.calls == []


# --- What fails on the way costs only its part


def second_batch(mode: str) -> Callable[[CallInfo], str | None]:
    return lambda made: mode if made.prompt.startswith("This is batch 2 of 3.") else None


async def analysed(client: Client) -> tuple[Json, Json, list[Json]]:
    """The analysis, the review, and the plan's rows."""
    session_id = str((await call(client, "open_session", workflow_mode="AiPlan"))["session_id"])
    analysis = await call(client, "analyze_trades", session_id=session_id)
    await call(client, "advance_phase", session_id=session_id)
    review = await call(client, "advance_phase", session_id=session_id)
    return analysis, review, rows_of(await plan_resource(client, session_id))


def is_of_second_batch(row: Json) -> bool:
    return "ACC100021" <= row["account_number"] <= "ACC100040"


@pytest.mark.parametrize("mode", FAILURES)
async def test_a_batch_that_fails_leaves_the_others_and_is_named(mode: str, tmp_path: Path) -> None:
    way = list(WAYS)[list(FAILURES).index(mode) % len(WAYS)]
    wire = Wire()
    wire.slow_seconds = 30.0
    patience = {"timeout_seconds": "10"} if mode == "slow" else {}
    with serving_wire(wire) as address:
        async with serving(tmp_path, settings_of(way, address, **patience)) as client:
            _, _, sensible = await analysed(client)
            wire.modes = second_batch(mode)
            analysis, review, rows = await analysed(client)
    name = WAYS[way]["TRIMTAB_ANALYST"]
    [note] = analysis["degraded"]
    assert note.startswith(f"batch 2 of 3: {name} {FAILURES[mode]}")
    assert note.endswith("; rules judged it")
    assert note in review["degraded"]
    assert note in review["executive_summary"]
    assert (review["current_phase"], analysis["analyst"]) == ("Review", name)
    sells = [row for row in rows if row["action"] == "sell"]
    assert {row["source"] for row in sells if is_of_second_batch(row)} == {"rules"}
    assert {row["source"] for row in sells if not is_of_second_batch(row)} == {"model"}
    assert [row for row in rows if not is_of_second_batch(row)] == [
        row for row in sensible if not is_of_second_batch(row)
    ]


@EVERY_WAY
def test_by_command_a_failed_batch_is_in_the_summary(way: str, demo_here: Callable[..., Ran]) -> None:
    wire = Wire()
    wire.modes = second_batch("overloaded")
    with serving_wire(wire) as address:
        done = demo_here("--json", **settings_of(way, address))
    assert (done.code, done.err) == (0, "")
    outcome = json.loads(done.out)
    assert f"batch 2 of 3: {outcome['analyst']} was overloaded: The provider is overloaded" in outcome["summary"]
    assert "; rules judged it" in outcome["summary"]
    assert outcome["analyst"] == WAYS[way]["TRIMTAB_ANALYST"]


async def test_where_nothing_is_answered_the_rules_judge_and_every_part_says_so(tmp_path: Path) -> None:
    wire = Wire("refusal")
    with serving_wire(wire) as address:
        async with serving(tmp_path, settings_of("messages", address)) as client:
            analysis, review, rows = await analysed(client)
    refused = "anthropic refused to answer: The model refuses to answer"
    assert analysis["degraded"] == [
        f"momentum: {refused}",
        *(f"batch {number} of 3: {refused}; rules judged it" for number in (1, 2, 3)),
        f"synthesis: {refused}",
    ]
    assert f"buys 1 of 1: {refused}; reduced by tiers" in review["degraded"]
    assert {row["source"] for row in rows if row["action"] == "sell"} == {"rules"}
    assert {row["source"] for row in rows if row["action"] == "buy"} <= {"tiers", "default"}
    assert len(wire.calls) == 6


async def test_what_is_too_busy_is_asked_again_as_often_as_the_setting_says(tmp_path: Path) -> None:
    wire = Wire()
    wire.modes = lambda made: "rate_limited" if made.attempt == 1 else None
    with serving_wire(wire) as address:
        async with serving(tmp_path, {**settings_of("responses", address), "TRIMTAB_MODEL_ATTEMPTS": "2"}) as client:
            analysis, review, _ = await analysed(client)
    assert (analysis["degraded"], review["degraded"], analysis["removed"]) == ([], [], {})
    assert len(wire.calls) == 12
