"""The served process: real pipes, real client."""

from pathlib import Path

from mcp.client import Client
from mcp.client.stdio import StdioServerParameters

from tests.server.wire import SERVE, Wire
from trimtab.server.instructions import INSTRUCTIONS
from trimtab.tools.registry import TOOLS


async def test_a_client_starts_lists_and_calls(tmp_path: Path) -> None:
    command, *arguments = SERVE
    server = StdioServerParameters(command=command, args=arguments, env={"TRIMTAB_HOME": str(tmp_path)})
    async with Client(server) as client:
        listed = await client.list_tools()
        status = await client.call_tool("get_server_status", {})
        assert client.instructions == INSTRUCTIONS
    assert [tool.name for tool in listed.tools] == [tool.name for tool in TOOLS]
    assert status.structured_content is not None
    assert status.structured_content["execution_mode"] == "simulated"


def test_closing_the_input_ends_the_server_in_order() -> None:
    wire = Wire()
    assert len(wire.list_tools()) == len(TOOLS)
    assert wire.stop()[0] == ""
    assert wire.process.returncode == 0


def test_closing_the_input_at_once_ends_it_too() -> None:
    wire = Wire()
    assert wire.stop()[0] == ""
    assert wire.process.returncode == 0
