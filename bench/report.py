"""Markdown tables on standard output, and the facts of the machine above them."""

import os
import platform
import sys
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

from trimtab.server.version import VERSION


def print_machine(peers: Sequence[str]) -> None:
    """What the figures were taken on."""
    print(f"Trimtab {VERSION}, Python {platform.python_version()}, {', '.join(f'{p} {version(p)}' for p in peers)}")
    load = f", load {os.getloadavg()[0]:.1f}" if sys.platform != "win32" else ""
    print(f"{platform.system()} {platform.machine()}, {_processor()}, {os.cpu_count()} cores{load}")


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, notes: str = "") -> None:
    """One table, its first column to the left and all others to the right."""
    print(f"\n### {title}\n")
    if notes:
        print(f"{notes}\n")
    print(f"| {' | '.join(columns)} |")
    print(f"|---|{'---:|' * (len(columns) - 1)}")
    for row in rows:
        print(f"| {' | '.join(map(str, row))} |", flush=True)


def milliseconds(seconds: float) -> str:
    """To the hundredth where it is short."""
    return f"{seconds * 1e3:,.2f}" if seconds < 0.1 else f"{seconds * 1e3:,.0f}"


def verdict(ratio: float, wanted: float) -> str:
    """A ratio beside the most that is wanted."""
    return f"{ratio:.2f} {'<=' if ratio <= wanted else '**>**'} {wanted:g}"


def _processor() -> str:
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8") as facts:
            return next(line.partition(":")[2].strip() for line in facts if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or "unknown processor"
