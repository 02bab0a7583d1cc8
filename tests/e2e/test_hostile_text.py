"""Hostile text in the book and from the caller, end to end: it stays visible, short and in its place, and out of
errors."""

import asyncio
import json
import math
import os
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp_types import CallToolResult

from tests.cli.running import Ran, ran
from tests.e2e.harmless import check_error, check_result, check_seen, check_view
from tests.e2e.hostile_book import FORGED, LONE, UNSEEN, VERY_LONG, HostileBook, Marks, hostile_book
from tests.tools.demo_desk import open_demo_desk
from tests.tools.factors.demo_factors import open_demo_factors
from tests.tools.frameworks.demo_frameworks import open_demo_frameworks
from tests.tools.serving import Mode
from tests.tools.signals.demo_signals import open_demo_signals
from trimtab.server.app import build_server
from trimtab.settings import Settings
from trimtab.tools.registry import TOOLS

REPO: Final = Path(__file__).parents[2]
LOG_LINE: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} [A-Z]+ [\w.]+: ")
VERDICT: Final = {"symbol": "CBA", "action": "proceed"}
ENTRIES: Final = (
    ("validate_recommendations", "recommendations", VERDICT),
    ("apply_recommendations", "recommendations", {**VERDICT, "exceptions": []}),
    ("update_session", "instrument_rules", {"code": "CBA", "rule": "hold", "reason": "asked"}),
    ("update_session", "substitutions", {"code": "CBA", "substitute": "BHP", "reason": "asked"}),
    ("update_session", "gradual_exits", {"code": "CBA", "max_sell_percent": 5, "reason": "asked"}),
    ("update_session", "overrides", {"code": "CBA", "action": "defer", "reason": "asked"}),
)
FEW_PRICES: Final[dict[str, object]] = {"symbols": ["AGG", "GLD", "SPY"]}
INNER: Final = ("reason", "flags", "proceed_percent", "exceptions", "target_units", "amount", "account_number", "until")
HOSTILE: Final = (*UNSEEN, *FORGED, *VERY_LONG, *LONE)
BOTH_ERAS: Final = pytest.mark.parametrize("mode", ["auto", "legacy"])

Json = dict[str, object]


@pytest.fixture(scope="module")
def book() -> HostileBook:
    return hostile_book()


@pytest.fixture(params=["csv", "json"])
def path(request: pytest.FixtureRequest, book: HostileBook, tmp_path: Path) -> Path:
    return book.as_csv(tmp_path / "book") if request.param == "csv" else book.as_json(tmp_path / "book.json")


@asynccontextmanager
async def serving(book: Path, home: Path, mode: Mode = "auto") -> AsyncIterator[Client]:
    """A client of the server over the book, as `trimtab serve` has it."""
    async with Client(build_server(Settings(book=book, sessions=home / "sessions.db")), mode=mode) as client:
        yield client


async def good(client: Client, tool: str, **arguments: object) -> Json:
    """A call that succeeds, with a reply that holds what all replies hold."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.structured_content
    check_result(result)
    assert result.structured_content is not None
    return result.structured_content


# --- Commands


def checked(result: Ran, code: int) -> str:
    """What a command printed, where nothing is invisible and no error is a crash."""
    assert result.code == code, ascii(result.err)
    check_seen(result.out)
    check_seen(result.err)
    assert "failed unexpectedly" not in result.err
    return result.out


@pytest.fixture
def _own_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRIMTAB_HOME", str(tmp_path / "home"))


@pytest.mark.usefixtures("_own_home")
def test_commands_print_a_hostile_book_as_plain_lines(
    path: Path, book: HostileBook, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIMTAB_BOOK", str(path))
    account = book.keys("portfolios", "account_number")[1]
    report = json.loads(checked(ran(capsys, "book", "check", str(path), "--json"), 1))
    assert (report["faults"], len(report["unable_to_check"])) == ([], 5)
    found = len(checked(ran(capsys, "book", "check", str(path)), 1).splitlines())
    assert found == 1 + 2 + len(report["warnings"]) + 2 + len(report["unable_to_check"])
    for options in ((), ("--json",)):
        checked(ran(capsys, "book", "show", str(path), *options), 0)
        checked(ran(capsys, "book", "show", str(path), account, *options), 0)
        checked(ran(capsys, "demo", "--book", str(path), *options), 0)
    checked(ran(capsys, "demo", "--book", str(path), "--plan"), 0)
    checked(ran(capsys, "demo", "--book", str(path), "--keep"), 0)
    (kept,) = json.loads(checked(ran(capsys, "session", "list", "--json"), 0))["sessions"]
    for command in (("list",), ("show", kept["session_id"]), ("plan", kept["session_id"]), ("log", kept["session_id"])):
        checked(ran(capsys, "session", *command), 0)
    for asked in ("show", "log"):
        checked(ran(capsys, "session", asked, kept["session_id"], "--json"), 0)


@pytest.mark.usefixtures("_own_home")
@pytest.mark.parametrize("template", [UNSEEN[1], UNSEEN[9], UNSEEN[10], UNSEEN[12], *FORGED[::4]])
def test_commands_refuse_hostile_arguments_in_plain_lines(template: str, capsys: pytest.CaptureFixture[str]) -> None:
    given = Marks().hostile(template)
    for command in (
        ("call", given),
        ("call", "get_session", "--json", json.dumps({"session_id": given, given: 1})),
        ("call", "get_session", "--json", given),
        ("session", "show", "--", given),
        ("book", "show", "demo", "--", given),
    ):
        result = ran(capsys, *command)
        assert result.code in {1, 2}
        check_seen(result.out)
        check_seen(result.err)


# --- Every tool over the hostile book


@BOTH_ERAS
async def test_every_tool_says_a_hostile_book_in_its_own_form(
    path: Path, book: HostileBook, tmp_path: Path, mode: Mode
) -> None:
    async with serving(path, tmp_path, mode) as client:
        status = await good(client, "get_server_status")
        name = status["book"]["name"]  # type: ignore[index]  # JSON as it comes
        opened = await good(client, "open_session", workflow_mode="Manual", book=name)
        assert opened["portfolios"] == 30
        session = {"session_id": opened["session_id"]}
        await _read_all(client, session)
        symbol = await _a_symbol(client, session)
        await good(client, "analyze_trades", **session)
        verdict = {"symbol": symbol, "action": "partial", "proceed_percent": 40}
        for template in (*UNSEEN[:4], *FORGED):
            reason = book.marks.hostile(template)
            given = [{**verdict, "reason": reason, "flags": [reason[:80], "div"]}]
            await good(client, "validate_recommendations", **session, recommendations=given)
        await good(client, "apply_recommendations", **session, recommendations=given)
        await good(client, "update_session", **session, **_rules(book, symbol))
        await good(client, "advance_phase", **session)
        await _read_all(client, session)
        await good(client, "advance_phase", **session)
        await good(client, "advance_phase", **session, to="Buys", reason=book.marks.hostile(FORGED[6]))
        await good(client, "advance_phase", **session)
        await _read_all(client, session)


def _rules(book: HostileBook, symbol: str) -> Json:
    account = book.keys("portfolios", "account_number")[1]
    codes = [code for code in book.keys("instruments", "code") if code != symbol]
    reason = [book.marks.hostile(template) for template in (UNSEEN[9], FORGED[0], FORGED[7], UNSEEN[12])]
    return {
        "instrument_rules": [{"code": codes[0], "rule": "hold", "reason": reason[0], "account_number": account}],
        "substitutions": [{"code": codes[1], "substitute": codes[2], "reason": reason[1]}],
        "gradual_exits": [{"code": codes[3], "max_sell_percent": 50, "reason": reason[2]}],
        "overrides": [{"code": symbol, "action": "review", "reason": reason[3]}],
    }


async def _a_symbol(client: Client, session: Json) -> str:
    trades = await good(client, "get_session", **session, view="trades")
    return str(trades["items"]["rows"][0][0])  # type: ignore[index]  # JSON as it comes


async def _read_all(client: Client, session: Json) -> None:
    for view in ("plan", "trades", "why_not", "log"):
        groups = ("instrument", "portfolio", "model") if view == "trades" else ("instrument",)
        for group in groups:
            await good(client, "get_session", **session, view=view, group_by=group, limit=1000)
    summary = await good(client, "get_session", **session, response_format="detailed")
    if "executive_summary" in summary:
        check_view("summary", str(summary["executive_summary"]))
    await good(client, "get_tolerance_status", **session, status="all", limit=1000)
    for view, compact in (("portfolios", False), ("portfolios", True), ("momentum", False), ("buys", False)):
        form = "compact" if compact else view
        text, batches, batch = "", 1, 1
        while batch <= batches:
            page = await good(client, "get_trading_overview", **session, view=view, compact=compact, batch=batch)
            check_view(form, str(page["text"]))
            text += f"{page['text']}\n"
            batches, batch = int(str(page["batches"])), batch + 1
        headings = {"portfolios": "--- Portfolio: ", "compact": "--- "}.get(form)
        if headings is not None:
            assert sum(line.startswith(headings) for line in text.split("\n")) == 30


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("portfolios", "account_number"),
        ("portfolios", "base_currency"),
        ("instruments", "code"),
        ("models", "model"),
        ("lots", "units"),
        ("lots", "acquired"),
        ("instruments", "exchange"),
        ("restrictions", "rule"),
        ("restrictions", "code"),
    ],
)
async def test_a_book_refused_for_hostile_cells_is_told_without_them(
    table: str, column: str, book: HostileBook, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = tuple(
        {**row, column: book.marks.hostile(template)}
        for row, template in zip(book.tables[table] * 9, (*UNSEEN, *FORGED, *VERY_LONG), strict=False)
    )
    broken = HostileBook(book.marks, book.name, {**book.tables, table: rows})
    path = broken.as_csv(tmp_path / "book")
    checked(ran(capsys, "book", "check", str(path)), 2)
    for mode in ("auto", "legacy"):
        async with serving(path, tmp_path, mode) as client:
            said = check_error(await client.call_tool("open_session", {}), book.marks)
        assert said["code"] == "book_refused"
        assert f"{table}.csv:" in str(said["problems"])


async def test_hostile_names_of_columns_and_tables_are_not_repeated(book: HostileBook, tmp_path: Path) -> None:
    document = json.loads(book.as_json(tmp_path / "book.json").read_text())
    for template in (*UNSEEN, *FORGED, *LONE):
        document[book.marks.hostile(template)] = [1]
        document["lots"][0][book.marks.hostile(template)] = 1
        document["book"][book.marks.hostile(template)] = 1
    del document["fx"]
    document["models"][0]["target_cash_pct"] = {book.marks.hostile(FORGED[0]): 1}
    path = tmp_path / "book.json"
    path.write_text(json.dumps(document))
    async with serving(path, tmp_path) as client:
        assert check_error(await client.call_tool("open_session", {}), book.marks)["code"] == "book_refused"


async def test_a_book_of_enormous_numbers_gives_finite_answers(book: HostileBook, tmp_path: Path) -> None:
    enormous = {
        "instruments": {"price": 1e15, "adv_value": 1e15, "dividend_per_share": 1e15, "return_1m_pct": -1e15},
        "lots": {"units": 1e15, "cost_base": 1e15},
        "portfolios": {"cash": -1e15, "pending_withdrawal": 1e15},
        "fx": {"rate": 1e15},
    }
    tables = {table: tuple({**row, **enormous.get(table, {})} for row in rows) for table, rows in book.tables.items()}
    path = HostileBook(book.marks, book.name, tables).as_csv(tmp_path / "book")
    async with serving(path, tmp_path) as client:
        opened = await good(client, "open_session", workflow_mode="Manual")
        await _read_all(client, {"session_id": opened["session_id"]})


# --- Hostile callers


def wrong_values(marks: Marks, *, most: int = 1_000) -> Iterator[object]:
    """Values of every wrong kind, each text with its own mark; the longest list has `most` entries."""
    for template in HOSTILE:
        yield marks.hostile(template)
    word = marks.hostile("@")
    yield from (True, -1, 0, 0.5, 10**18, 10**400, 1e308, math.nan, math.inf, -math.inf, [], {})
    yield from (
        word,
        [word],
        {word: word},
        [{word: word}],
        [[[word]]],
        [word] * most,
        "1e400",
        "[" * 500,
        "true",
        "NaN",
    )
    deep: object = word
    for _ in range(200):
        deep = [deep]
    yield deep


def parameters_of(tool: str) -> tuple[str, ...]:
    """The names of a tool's arguments."""
    (found,) = [each for each in TOOLS if each.name == tool]
    return tuple(name for name in found.function.__annotations__ if name not in {"ctx", "return"})


def needed_by(tool: str, session_id: str) -> Json:
    """Arguments that the tool can't do without."""
    session: Json = {"session_id": session_id} if "session_id" in parameters_of(tool) else {}
    needed: dict[str, Json] = {
        "validate_recommendations": {"recommendations": [VERDICT]},
        "execute_orders": {"plan_hash": "0" * 64},
        "cancel_orders": {"reason": "prices look wrong"},
        "recommend_offsets": {"portfolio": {"SPY": 0.6}, "overexposed_factor": "bond"},
        "manage_factor_group": {"action": "validate", "name": "mine", "members": ["SPY"]},
        "generate_framework": {"requirements": {"risk_tolerance": "low"}, "analyst": "rules"},
        "save_framework": {"action": "export", "framework_id": "balanced"},
        "validate_framework": {"framework_id": "balanced"},
        "map_products": {"framework_id": "balanced"},
        "build_portfolio": {"framework_id": "balanced", "cash": 1_000_000},
        "get_allocation_report": {"framework_id": "balanced", "account_number": "ACC100001"},
        "backtest_framework": {"framework_id": "balanced", "run": {"start_date": "2026-06-01"}},
        "compute_signals": FEW_PRICES,
        "allocate_capital": {**FEW_PRICES, "total_capital": 1_000_000},
        "evaluate_strategies": {**FEW_PRICES, "start_date": "2026-06-01"},
        "backtest_portfolio": {**FEW_PRICES, "start_date": "2026-06-01"},
    }
    verdicts = needed.get(tool, {})
    return session | verdicts


def check_answer(result: CallToolResult, marks: Marks) -> None:
    """A reply, or an error that says nothing of what was given."""
    if result.is_error:
        check_error(result, marks)
    else:
        check_result(result)


@asynccontextmanager
async def serving_demo(home: Path, mode: Mode = "auto") -> AsyncIterator[tuple[Client, str]]:
    """A client of the demo server with a small session open."""
    server = build_server(
        Settings(),
        make_desk=lambda: open_demo_desk(home),
        make_frameworks=lambda: open_demo_frameworks(home),
        make_factors=lambda: open_demo_factors(home),
        make_signals=lambda: open_demo_signals(home),
    )
    async with Client(server, mode=mode) as client:
        opened = await good(client, "open_session", portfolios=["ACC100001"], workflow_mode="Manual")
        yield client, str(opened["session_id"])


@pytest.mark.parametrize("tool", [tool.name for tool in TOOLS])
async def test_every_hostile_argument_is_answered_without_being_repeated(tool: str, tmp_path: Path) -> None:
    marks = Marks()
    async with serving_demo(tmp_path) as (client, session_id):
        needed = needed_by(tool, session_id)
        for name in parameters_of(tool):
            for value in wrong_values(marks):
                check_answer(await client.call_tool(tool, {**needed, name: value}), marks)
        for template in (*HOSTILE, "@"):
            result = await client.call_tool(tool, {**needed, marks.hostile(template): marks.hostile("@")})
            assert check_error(result, marks)["field"] == "(unknown name)"


@BOTH_ERAS
@pytest.mark.parametrize(
    ("tool", "name"), [("open_session", "portfolios"), ("apply_recommendations", "recommendations")]
)
async def test_a_list_of_a_hundred_thousand_is_answered_in_both_eras(
    tool: str, name: str, mode: Mode, tmp_path: Path
) -> None:
    marks = Marks()
    async with serving_demo(tmp_path, mode) as (client, session_id):
        for value in (*wrong_values(marks, most=100_000), [VERDICT] * 100_000):
            check_answer(await client.call_tool(tool, {**needed_by(tool, session_id), name: value}), marks)


async def test_a_hostile_name_of_a_tool_is_not_repeated(tmp_path: Path) -> None:
    marks = Marks()
    async with serving_demo(tmp_path) as (client, _):
        for template in (*UNSEEN, *FORGED, *VERY_LONG, "@"):
            said = check_error(await client.call_tool(marks.hostile(template), {}), marks)
            assert said["code"] == "not_found"


@pytest.mark.parametrize(("tool", "name", "entry"), ENTRIES)
async def test_every_hostile_value_inside_an_entry_is_answered_without_being_repeated(
    tool: str, name: str, entry: Json, tmp_path: Path
) -> None:
    marks = Marks()
    async with serving_demo(tmp_path) as (client, session_id):
        for inner in (*entry, *INNER):
            for value in wrong_values(marks):
                given = {"session_id": session_id, name: [{**entry, inner: value}]}
                check_answer(await client.call_tool(tool, given), marks)


# --- Anything at all

_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        ["CBA", "ACC100001", "proceed", "partial", "hold", "asked by phone", "2026-12-01", "Buys", "trades"]
    )
)
_NAMES = st.sampled_from([*INNER, "session_id", "flags", "surprise"]) | st.text(max_size=8)
_JSON = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES, inner, max_size=4),
    max_leaves=12,
)


@st.composite
def _calls(draw: st.DrawFn) -> tuple[str, Json]:
    tool = draw(st.sampled_from([tool.name for tool in TOOLS]))
    names = st.sampled_from([*parameters_of(tool), "surprise"])
    return tool, draw(st.dictionaries(names, _JSON, max_size=5))


@given(calls=st.lists(_calls(), min_size=1, max_size=8))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_json_to_any_tool_is_a_reply_or_an_error_with_its_five_fields(
    calls: list[tuple[str, Json]], tmp_path: Path
) -> None:
    folder = Path(tempfile.mkdtemp(dir=tmp_path))

    async def run() -> None:
        async with serving_demo(folder) as (client, session_id):
            for tool, arguments in calls:
                given = {**needed_by(tool, session_id), **arguments}
                check_answer(await client.call_tool(tool, given), Marks())

    asyncio.run(run())


# --- The wire and the log


async def test_the_log_has_one_plain_line_for_everything_it_tells(tmp_path: Path) -> None:
    marks = Marks()
    errors = tmp_path / "stderr.txt"
    env = {**os.environ, "TRIMTAB_HOME": str(tmp_path), "TRIMTAB_LOG_LEVEL": "DEBUG"}
    serve = ["-m", "trimtab.cli.main", "serve"]
    parameters = StdioServerParameters(command=sys.executable, args=serve, env=env, cwd=REPO)
    with errors.open("w", encoding="utf-8") as errlog:
        async with Client(stdio_client(parameters, errlog=errlog)) as client:
            for template in (*UNSEEN, *FORGED):
                given = marks.hostile(template)
                check_error(await client.call_tool(given, {given: given}), marks)
                check_error(await client.call_tool("get_session", {"session_id": given}), marks)
    lines = errors.read_text(encoding="utf-8").split("\n")
    assert lines.pop() == ""
    for line in lines:
        check_seen(line, lines=False)
        assert LOG_LINE.match(line), ascii(line)
