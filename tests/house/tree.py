"""Where the house is, and the files that belong to it."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("trimtab/",)
CODE = ("trimtab/", "tests/", "bench/", "evals/", "examples/")


@cache
def files() -> tuple[str, ...]:
    """Every file of the project that git has or would take, by its path from the root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return tuple(sorted(path for path in set(listed.split("\0")) if path and (ROOT / path).is_file()))


def python_files(under: tuple[str, ...]) -> list[str]:
    """The Python files below these folders."""
    return [path for path in files() if path.startswith(under) and path.endswith(".py")]


def read(path: str) -> str:
    """The text of a file of the project."""
    return (ROOT / path).read_text(encoding="utf-8")
