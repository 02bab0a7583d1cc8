"""Committed snapshots: a missing or drifting one fails; `UPDATE_SNAPSHOTS=1 pytest` writes them."""

import json
import os
import re
from pathlib import Path

_PLAIN_LIST = re.compile(r"""\[\s+(?:(?:"(?:[^"\\\n]|\\.){0,60}"|[-\w.]+),?\s+)+\]""")


def matches(path: Path, actual: str) -> None:
    """Fails unless the file at `path` holds exactly this text."""
    if os.environ.get("UPDATE_SNAPSHOTS") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(actual, encoding="utf-8")
    assert path.is_file(), f"no snapshot {path.name}; UPDATE_SNAPSHOTS=1 pytest writes it"
    assert actual == path.read_text(encoding="utf-8"), f"{path.name} drifted"


def as_json(value: object) -> str:
    """A value as a snapshot is written: indented, but a list of plain values on one line."""
    return _PLAIN_LIST.sub(_on_one_line, json.dumps(value, indent=2, ensure_ascii=False)) + "\n"


def _on_one_line(found: re.Match[str]) -> str:
    return json.dumps(json.loads(found[0]), ensure_ascii=False)
