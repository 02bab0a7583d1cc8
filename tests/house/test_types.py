"""Types are checked strictly over the product, and over the tests by lighter rules."""

import re
from pathlib import Path

import pytest

from tests.house.checkers import run
from tests.house.tree import ROOT

# Each with the complaint it has to raise.
BAD = {
    "no-untyped-def": "def f(x): return x\n",
    "type-arg": "def f(x: list) -> None: ...\n",
    "return-value": "def f() -> int:\n    return 'one'\n",
    "call-arg": "from pydantic import BaseModel\nclass M(BaseModel):\n    x: int\nM(x=1, y=2)\n",
    "unused-ignore": "x: int = 1  # type: " + "ignore[assignment]\n",
}


def test_the_project_has_no_type_error() -> None:
    said = run("mypy", "--no-error-summary")
    if said.returncode:
        pytest.fail(said.stdout + said.stderr, pytrace=False)


def test_bad_types_are_found(tmp_path: Path) -> None:
    for code, source in BAD.items():
        (tmp_path / f"{code.replace('-', '_')}.py").write_text(source, encoding="utf-8")
    settings = ["--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(tmp_path / "cache")]
    said = run("mypy", *settings, *map(str, tmp_path.glob("*.py"))).stdout
    for code in BAD:
        assert re.search(rf"{code.replace('-', '_')}\.py:.*\[{code}\]", said), said
