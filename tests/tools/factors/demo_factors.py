"""The real factor desk over the demo market, on a day that doesn't change; and its responses, without their timings."""

import json
import re
from functools import cache
from pathlib import Path

from mcp_types import CallToolResult, TextContent

from tests.tools.demo_desk import StoppedClock
from tests.tools.serving import text_of
from trimtab.adapters.market.folder import FolderSource
from trimtab.adapters.policy.thresholds import load_policy
from trimtab.adapters.reference.store import SqlReference
from trimtab.domain.factors.market import Market
from trimtab.fixtures import DEMO_MARKET
from trimtab.server.desks import OpenFactors
from trimtab.tools.payload import as_json
from trimtab.workflow.factors.desk import Factors

_TIMING = re.compile(r"^(    [\w.]+_ms[\w.]*): [\d.e-]+$", re.MULTILINE)
_NUMBER = re.compile(r"-?\d+\.\d{9,}(?:e-?\d+)?")
_WARNINGS = re.compile(r"^  warnings\[.*\n", re.MULTILINE)


class ReadOnce:
    """The demo market, read once for all tests of a process."""

    def stamp(self) -> str:
        return "demo"

    def load(self) -> Market:
        return _market()


@cache
def _market() -> Market:
    return FolderSource(DEMO_MARKET).load()


def open_demo_factors(folder: Path) -> OpenFactors:
    """A desk over the demo market, with records in this folder."""
    reference = SqlReference(f"sqlite:///{folder / 'records.db'}")
    desk = Factors(lambda _tickers: ReadOnce(), reference, groups=reference, policy=load_policy(), clock=StoppedClock())
    return OpenFactors(desk, reference)


def settled(result: CallToolResult) -> CallToolResult:
    """The response with timings 0, no warning of a slow section, and numbers of 9 digits, which machines agree on."""
    structured = dict(result.structured_content or {})
    metadata = dict(structured["analysis_metadata"])
    metadata["performance"] = dict.fromkeys(metadata["performance"], 0)
    metadata.pop("warnings", None)
    structured["analysis_metadata"] = metadata
    text = _WARNINGS.sub("", _TIMING.sub(r"\1: 0", text_of(result)))
    return CallToolResult(
        content=[TextContent(type="text", text=_rounded(text))],
        structured_content=json.loads(_rounded(as_json(structured))),
    )


def _rounded(text: str) -> str:
    return _NUMBER.sub(lambda found: f"{float(found[0]):.9g}", text)
