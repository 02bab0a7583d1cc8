"""`trimtab call`."""

import asyncio
import json
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Annotated, cast

import typer
from mcp.client import Client
from mcp_types import CallToolResult, TextContent

from trimtab.cli.console import print_json
from trimtab.domain.errors import InvalidInput
from trimtab.server.app import build_server
from trimtab.server.logs import log_to_stderr
from trimtab.settings import Settings, load_settings


def call(
    tool: Annotated[str, typer.Argument(help="Name of the tool.")],
    arguments: Annotated[
        str, typer.Option("--json", help="Arguments as a JSON object; @FILE reads a file, - reads stdin.")
    ] = "{}",
    text: Annotated[bool, typer.Option("--text", help="Print the answer as text (TOON), not as JSON.")] = False,
) -> None:
    """Call one tool, with the same checks as over MCP, and print its answer. Exit code 1 for an error."""
    given = _arguments(arguments)
    settings = load_settings()
    log_to_stderr(settings.log_level)
    # As over stdio, what a strategy of another package prints may not stand in the answer.
    with redirect_stdout(sys.stderr):
        result = asyncio.run(_call(settings, tool, given=given))
    if text:
        typer.echo("\n".join(block.text for block in result.content if isinstance(block, TextContent)))
    else:
        print_json(result.structured_content)
    if result.is_error:
        raise typer.Exit(1)


async def _call(settings: Settings, tool: str, *, given: dict[str, object]) -> CallToolResult:
    async with Client(build_server(settings, actor="command line")) as client:
        return await client.call_tool(tool, given)


def _arguments(text: str) -> dict[str, object]:
    try:
        value = json.loads(_read(text))
    except (ValueError, RecursionError):
        raise InvalidInput("The arguments aren't valid JSON.", field="--json") from None
    if not isinstance(value, dict):
        raise InvalidInput('The arguments must be a JSON object, such as {"limit": 5}.', field="--json")
    return cast("dict[str, object]", value)


def _read(text: str) -> str:
    if text == "-":
        return sys.stdin.read()
    if not text.startswith("@"):
        return text
    try:
        return Path(text[1:]).read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidInput(f"Can't read the file: {error.strerror}.", field="--json") from None
