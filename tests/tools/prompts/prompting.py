"""Prompts as a client gets them."""

from pathlib import Path

from mcp.client import Client
from mcp_types import TextContent

from tests.snapshots import matches

SNAPSHOTS = Path(__file__).parent / "snapshots"


async def prompted(client: Client, name: str, **arguments: str) -> str:
    """The text of a prompt: one message, from the person who asks."""
    got = await client.get_prompt(name, arguments)
    (message,) = got.messages
    assert message.role == "user"
    assert isinstance(message.content, TextContent)
    return message.content.text


def matches_prompt(name: str, text: str) -> None:
    """Fails unless the whole prompt is the committed one."""
    matches(SNAPSHOTS / f"{name}.md", text + "\n")


def data_of(text: str) -> str:
    """What stands between the fences."""
    fence = next(line for line in text.splitlines() if line.startswith("```")).removesuffix("text")
    _, data, _ = text.split(f"\n{fence}", 2)
    return data.removeprefix("text\n")
