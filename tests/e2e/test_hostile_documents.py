"""Resources and prompts over a hostile book: documents and instructions that it can't reach into."""

import json
from pathlib import Path
from urllib.parse import quote

import pytest
from mcp.client import Client
from mcp_types import TextContent, TextResourceContents

from tests.e2e.harmless import check_seen
from tests.e2e.hostile_book import FORGED, HostileBook, hostile_book
from tests.e2e.test_hostile_text import good, serving
from tests.tools.serving import Mode, tokens

MOST_TOKENS = 20_000


@pytest.fixture(scope="module")
def book() -> HostileBook:
    return hostile_book()


async def document(client: Client, uri: str) -> str:
    (found,) = (await client.read_resource(uri)).contents
    assert isinstance(found, TextResourceContents)
    return found.text


async def instructions(client: Client, prompt: str, **arguments: str) -> str:
    (message,) = (await client.get_prompt(prompt, arguments)).messages
    assert isinstance(message.content, TextContent)
    return message.content.text


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_documents_and_prompts_keep_a_hostile_book_inside_its_marks(
    book: HostileBook, mode: Mode, tmp_path: Path
) -> None:
    async with serving(book.as_csv(tmp_path / "book"), tmp_path, mode) as client:
        opened = await good(client, "open_session", workflow_mode="Manual")
        session_id, name = str(opened["session_id"]), str(opened["book"])
        trades = await good(client, "get_session", session_id=session_id, view="trades")
        symbol = str(trades["items"]["rows"][0][0])  # type: ignore[index]  # JSON as it comes
        held = {"code": symbol, "action": "review", "reason": book.marks.hostile(FORGED[0])}
        await good(client, "update_session", session_id=session_id, overrides=[held])
        for uri in (f"trimtab://book/{quote(name, safe='')}", f"trimtab://session/{session_id}/plan"):
            text = await document(client, uri)
            check_seen(text, lines=False)  # one line of canonical JSON
            assert json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False) == text
        for prompt, arguments in (
            ("review_session", {}),
            ("explain_deferral", {"symbol": symbol}),
        ):
            text = await instructions(client, prompt, session_id=session_id, **arguments)
            check_seen(text)
            before, fence, data, after = outside_and_inside(text)
            assert fence not in data
            assert tokens(text) <= MOST_TOKENS
            assert book.marks.leaked((before + after).replace(symbol, "")) is None


def outside_and_inside(text: str) -> tuple[str, str, str, str]:
    """What stands before the data, the fence, the data, and what stands after."""
    lines = text.split("\n")
    start = next(number for number, line in enumerate(lines) if line.startswith("```"))
    fence = lines[start].removesuffix("text")
    end = next(number for number, line in enumerate(lines) if number > start and line == fence)
    return "\n".join(lines[:start]), fence, "\n".join(lines[start + 1 : end]), "\n".join(lines[end + 1 :])
