"""The examples run: against the real server, over real pipes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters

from tests import snapshots
from tests.house.tree import ROOT
from trimtab.tools.registry import TOOLS

EXAMPLES = ROOT / "examples"
BIN = Path(sys.executable).parent
STAND_INS = ("/path/to/trimtab/.venv/bin", "${workspaceFolder}/.venv/bin")


def servers(path: Path) -> dict[str, dict[str, object]]:
    """The servers of a host's configuration, the paths in it made those of this machine."""
    text = path.read_text(encoding="utf-8")
    for stand_in in STAND_INS:
        text = text.replace(stand_in, BIN.as_posix())
    (named,) = json.loads(text).values()
    return dict(named)


def test_the_client_finishes_a_session_and_prints_what_is_shown(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, EXAMPLES / "client.py"],
        env={"HOME": str(tmp_path), "PATH": str(BIN)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    snapshots.matches(EXAMPLES / "client.txt", done.stdout)


@pytest.mark.parametrize("name", ["claude_desktop.json", "vscode.json"])
async def test_a_configuration_starts_a_server_that_lists_the_tools(name: str, tmp_path: Path) -> None:
    (server,) = servers(EXAMPLES / name).values()
    started = StdioServerParameters.model_validate(
        {"command": server["command"], "args": server["args"], "env": {"TRIMTAB_HOME": str(tmp_path)}}
    )
    async with Client(started) as client:
        listed = await client.list_tools()
    assert [tool.name for tool in listed.tools] == [tool.name for tool in TOOLS]


def test_every_configuration_is_tried() -> None:
    assert {path.name for path in EXAMPLES.glob("*.json")} == {"claude_desktop.json", "vscode.json"}
