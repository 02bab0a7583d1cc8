"""Whole responses as snapshots."""

from pathlib import Path

from mcp_types import CallToolResult

from tests.snapshots import as_json, matches
from tests.tools.serving import text_of

SNAPSHOTS = Path(__file__).parent / "responses"


def matches_response(name: str, result: CallToolResult) -> None:
    """Fails unless the response, both forms, is the committed one."""
    assert not result.is_error, text_of(result)
    whole = {"structured": result.structured_content, "text": text_of(result).splitlines()}
    matches(SNAPSHOTS / f"{name}.json", as_json(whole))
