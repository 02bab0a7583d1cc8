"""The real signal desk over the demo market, on a day that doesn't change; and its responses, in numbers that machines
agree on."""

import json
import re
from pathlib import Path

from mcp_types import CallToolResult, TextContent

from tests.tools.demo_desk import StoppedClock
from tests.tools.factors.demo_factors import ReadOnce
from tests.tools.serving import text_of
from trimtab.adapters.policy.thresholds import load_policy
from trimtab.adapters.reference.store import SqlReference
from trimtab.adapters.signals.store import SqlSignalRecords
from trimtab.adapters.strategies.shelf import InstalledStrategies
from trimtab.server.desks import OpenSignals
from trimtab.tools.payload import as_json
from trimtab.workflow.factors.material import Materials
from trimtab.workflow.signals.desk import Signals

FEW = ["AGG", "GBTC", "GLD", "SPY", "XLE"]
_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?|-?\d+e-\d+")
_DIGITS = 9
_NOISE = 1e-9


def open_demo_signals(folder: Path) -> OpenSignals:
    """A desk over the demo market, with records in this folder."""
    url, clock = f"sqlite:///{folder / 'records.db'}", StoppedClock()
    reference, records = SqlReference(url), SqlSignalRecords(url, clock=clock)
    materials = Materials(lambda _tickers: ReadOnce(), reference, thresholds=load_policy().factors, clock=clock)
    desk = Signals(materials, InstalledStrategies(), records=records, keeps=True, clock=clock)
    return OpenSignals(desk, reference, records)


def settled(result: CallToolResult) -> CallToolResult:
    """The response with numbers of so few digits that machines agree on them, and without ids that hang on more."""
    structured = {**(result.structured_content or {})}
    ids = [str(structured[name]) for name in ("allocation_id", "run_id") if name in structured]
    text, payload = text_of(result), as_json(structured)
    for each in ids:
        text, payload = text.replace(each, "0" * 64), payload.replace(each, "0" * 64)
    return CallToolResult(
        content=[TextContent(type="text", text=_rounded(text))], structured_content=json.loads(_rounded(payload))
    )


def _rounded(text: str) -> str:
    return _NUMBER.sub(lambda found: _shorter(found[0]), text)


def _shorter(number: str) -> str:
    """What is nearly 0 is what rounding left of 0."""
    if abs(float(number)) < _NOISE:
        return "0.0"
    digits = sum(each.isdigit() for each in number.partition("e")[0])
    return number if digits <= _DIGITS else f"{float(number):.{_DIGITS}g}"
