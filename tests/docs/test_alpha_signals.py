"""The guide to alpha signals asks the same question four times, and what it says about limits is true."""

import json
import re
import shlex

import httpx2
import pytest

from tests.cli.running import ran
from tests.house.tree import read
from tests.server.rest.guided_signals import GuidedSignals
from tests.server.rest.rest_serving import desk_of
from tests.tools.scripted_desk import ScriptedDesk
from tests.tools.signals.scripted_signals import call, signals_of
from trimtab.server.http_app import build_http_app
from trimtab.settings import Settings
from trimtab.workflow.ports.signal_requests import MOST_HORIZONS, MOST_SHOWN, MOST_STRATEGIES

PAGE = read("docs/alpha-signals.md")
FIRST = re.findall(r"```(?:json|sh)\n(.*?)```", PAGE, re.DOTALL)[:3]
BLOCKS = dict(zip(("arguments", "curl", "command"), FIRST, strict=True))


async def test_the_tool_and_the_address_are_asked_the_same() -> None:
    by_tool, by_rest = GuidedSignals(), GuidedSignals()
    await call("backtest_portfolio", by_tool, **json.loads(BLOCKS["arguments"]))
    words = shlex.split(BLOCKS["curl"])
    url, body = next(word for word in words if word.startswith("http")), words[words.index("-d") + 1]
    app = build_http_app(
        Settings(toolsets=("signals",)), make_desk=desk_of(ScriptedDesk()), make_signals=signals_of(by_rest)
    )
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app), timeout=60) as client,
    ):
        answer = await client.post(url, json=json.loads(body))
    assert answer.status_code == 200
    assert by_rest.asked == by_tool.asked != []


def test_the_command_and_the_tool_ask_the_same(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = GuidedSignals()
    monkeypatch.setattr("trimtab.server.late.open_signals", lambda _settings: signals_of(desk)())
    assert ran(capsys, *shlex.split(BLOCKS["command"])[1:]).code == 0
    [request] = desk.asked
    asked = request.model_dump(mode="json", exclude_unset=True)  # type: ignore[attr-defined]  # a request's model
    assert asked == json.loads(BLOCKS["arguments"])


def test_the_limits_are_those_of_the_requests() -> None:
    horizons = f"{MOST_HORIZONS} horizons and {MOST_SHOWN:,} rows of a section"
    assert f"At most {MOST_STRATEGIES} strategies, 5,000 symbols of holdings, {horizons}." in PAGE
