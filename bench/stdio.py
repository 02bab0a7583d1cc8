"""Over standard input and output: from the start of the process to the list of tools, and single calls."""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from bench.measure import Work, in_turns
from bench.report import milliseconds, print_table, verdict
from bench.served import BARE, CONSTANT, TRIMTAB, Served, result_of

STARTS: Final = 7
CALLS: Final = 300
WANTED: Final = 1.5
START_WANTED: Final = 1.75
COLUMNS: Final = ("", "Trimtab, ms", "bare server, ms", "ratio of medians, wanted")


def report() -> None:
    """Prints both tables."""
    with tempfile.TemporaryDirectory() as folder:
        _report_starts(Path(folder))
        _report_calls(Path(folder))


def _report_starts(home: Path) -> None:
    bare = home / "bare.py"
    bare.write_text(BARE, encoding="utf-8")

    starts = [(_start(TRIMTAB, home=home), _start((sys.executable, str(bare)), home=home)) for _ in range(STARTS + 1)]
    ours, theirs = zip(*starts[1:], strict=True)
    print_table(
        "stdio: process start to the answer to `tools/list`",
        COLUMNS,
        [_row("start and list", ours=ours, bare=theirs, wanted=START_WANTED)],
        notes=f"Medians of {STARTS} starts each, in turns, after one that isn't counted. The bare server is a "
        "`MCPServer` with one tool.",
    )


def _start(command: Sequence[str], *, home: Path) -> float:
    with Served(command, home=home) as served:
        result_of(served.ask("tools/list", {}))
        return time.perf_counter() - served.started


def _report_calls(home: Path) -> None:
    with Served(TRIMTAB, home=home) as ours:
        opened = result_of(ours.call("open_session", {}))["structuredContent"]
        assert isinstance(opened, dict)
        session = {"session_id": opened["session_id"]}
        calls: dict[str, dict[str, object]] = {
            "get_tolerance_status": session,
            "get_session": session,
            "get_server_status": {},
        }
        replies = {tool: result_of(ours.call(tool, arguments)) for tool, arguments in calls.items()}
        with Served(_constant(home, replies), home=home) as bare:
            rows = [_call_row(tool, arguments, ours=ours, bare=bare) for tool, arguments in calls.items()]
    print_table(
        "stdio: one call of a tool, demo book, warm session",
        ("tool", *COLUMNS[1:]),
        rows,
        notes=f"Medians of {CALLS} calls each, in turns. The bare server's tool returns the very same reply as a "
        "constant, checked against the same output model.",
    )


def _constant(home: Path, replies: Mapping[str, object]) -> tuple[str, ...]:
    script, file = home / "constant.py", home / "replies.json"
    script.write_text(CONSTANT, encoding="utf-8")
    file.write_text(json.dumps(replies), encoding="utf-8")
    return sys.executable, str(script), str(file)


def _call_row(tool: str, arguments: Mapping[str, object], *, ours: Served, bare: Served) -> tuple[str, ...]:
    said, expected = result_of(bare.call(tool, arguments)), result_of(ours.call(tool, arguments))
    if said["structuredContent"] != expected["structuredContent"]:
        raise RuntimeError(f"{tool}: the bare server's reply isn't ours")
    works: dict[str, Work] = {"ours": partial(ours.call, tool, arguments), "bare": partial(bare.call, tool, arguments)}
    in_turns(works, repetitions=20)
    taken = in_turns(works, repetitions=CALLS)
    return _row(f"`{tool}`", ours=taken["ours"], bare=taken["bare"])


def _row(name: str, *, ours: Sequence[float], bare: Sequence[float], wanted: float = WANTED) -> tuple[str, ...]:
    mine, theirs = statistics.median(ours), statistics.median(bare)
    return name, milliseconds(mine), milliseconds(theirs), verdict(mine / theirs, wanted)
