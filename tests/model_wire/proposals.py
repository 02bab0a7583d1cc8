"""A sensible proposal of a framework, from the requirements and the words that the prompt shows."""

import csv
import re
from typing import Final

from tests.model_wire.calls import CallInfo, Json

PERCENTS: Final = {"low": (30, 70), "medium": (60, 40), "high": (80, 20)}
"""Of the first class and the rest, by risk tolerance."""
CLASSES: Final = {"equity": "Equity", "bonds": "Bonds", "alternatives": "Alternatives"}
WHOLE_PCT: Final = 100


def framework_proposal(call: CallInfo, schema: Json) -> Json:
    """Asset classes that aren't excluded, by their tags; without one of these tags regions."""
    risk, years, excluded = _line(call, "risk tolerance"), _line(call, "horizon"), _words(call, "exclusions")
    tags = [tag for tag in _words(call, "tags") if tag in excluded]
    classes = [tag for tag in CLASSES if tag in _words(call, "tags") and tag not in excluded]
    regions = [region for region in _words(call, "regions") if region not in excluded]
    dimension = "AssetClass" if classes else "Region"
    names: dict[str, tuple[list[str], list[str]]] = {CLASSES[tag]: ([tag], []) for tag in classes}
    names = names or {region: ([], [region]) for region in regions}
    return {
        "name": "Proposed framework",
        "description": f"Made for {risk} risk.",
        "dimension": dimension,
        "buckets": [
            _bucket(f"{dimension}/{name}", percent, tags=of[0], exclude=tags, regions=of[1])
            for (name, of), percent in zip(names.items(), _percents(risk, len(names)), strict=True)
        ],
        "cadence": "Q",
        "absolute_band_bps": 500,
        "relative_band_pct": None,
        "constraints": [],
        "rationale": f"A horizon of {years} and {risk} risk speak for these weights.",
    }


def _bucket(path: str, percent: int, *, tags: list[str], exclude: list[str], regions: list[str]) -> Json:
    return {
        "path": path,
        "label": path.partition("/")[2],
        "target_weight": percent / WHOLE_PCT,
        "min_weight": None,
        "max_weight": None,
        "include_tags": tags,
        "exclude_tags": exclude,
        "allowed_types": [],
        "regions": regions,
        "sectors": [],
    }


def _percents(risk: str, count: int) -> list[int]:
    """Whole percents that sum to 100: the first class's, then the rest in equal parts."""
    first, rest = PERCENTS.get(risk, (WHOLE_PCT, 0))
    if count <= 1:
        return [WHOLE_PCT] * count
    each = rest // (count - 1)
    return [first, *[each] * (count - 2), WHOLE_PCT - first - each * (count - 2)]


def _line(call: CallInfo, name: str) -> str:
    found = re.search(rf"^{name}: (.*)$", call.prompt, re.MULTILINE)
    return found[1] if found else ""


def _words(call: CallInfo, name: str) -> list[str]:
    line = _line(call, name)
    if line in ("", "none"):
        return []
    (words,) = csv.reader([line], skipinitialspace=True, escapechar="\\")
    return words
