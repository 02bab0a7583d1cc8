"""One format and one set of lint rules, and the rules we lean on can fail."""

import pytest

from tests.house.checkers import run

DOC = '"""An example."""\n\n'
BRANCHES = "".join(f"    if n == {n}:\n        print({n})\n" for n in range(10))


def test_every_file_is_formatted() -> None:
    said = run("ruff", "format", "--check", "--quiet", ".")
    if said.returncode:
        pytest.fail("`ruff format .` would change:\n" + said.stdout + said.stderr, pytrace=False)


def test_no_lint_rule_is_broken() -> None:
    said = run("ruff", "check", "--quiet", "--output-format", "concise", ".")
    if said.returncode:
        pytest.fail(said.stdout + said.stderr, pytrace=False)


@pytest.mark.parametrize(
    ("rule", "path", "source"),
    [
        ("T201", "trimtab/server/example.py", "print(1)\n"),
        ("TID251", "trimtab/workflow/example.py", "from datetime import datetime\n\nnow = datetime.now()\n"),
        ("TID251", "trimtab/workflow/example.py", "from datetime import date\n\ntoday = date.today()\n"),
        ("TID251", "trimtab/workflow/example.py", "import time\n\nnow = time.time()\n"),
        ("TID251", "trimtab/workflow/example.py", "import pandas as pd\n\nnow = pd.Timestamp.now()\n"),
        ("TID251", "trimtab/workflow/example.py", "from typing import TYPE_CHECKING\n"),
        ("TID252", "trimtab/workflow/example.py", "from . import ports\n"),
        ("D100", "trimtab/domain/example.py", "x = 1\n"),
        ("D101", "trimtab/domain/example.py", DOC + "class Example:\n    x = 1\n"),
        ("D103", "trimtab/formatters/example.py", DOC + "def f() -> None:\n    return\n"),
        ("C901", "trimtab/workflow/example.py", "def f(n: int) -> None:\n" + BRANCHES),
        (
            "PLC0415",
            "trimtab/workflow/example.py",
            "def f() -> None:\n    import json\n\n    json.dumps(1)\n",
        ),
        ("ERA001", "trimtab/workflow/example.py", "# x = compute(1)\n"),
    ],
)
def test_a_bad_line_is_found(rule: str, path: str, source: str) -> None:
    said = run("ruff", "check", "--output-format", "concise", "--stdin-filename", path, "-", source=source)
    assert f" {rule} " in said.stdout


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("trimtab/cli/example.py", "print(1)\n"),
        ("trimtab/adapters/clock.py", "from datetime import UTC, datetime\n\nnow = datetime.now(UTC)\n"),
        ("trimtab/workflow/example.py", "x = 1\n"),
    ],
)
def test_what_the_house_allows_is_not_refused(path: str, source: str) -> None:
    said = run("ruff", "check", "--output-format", "concise", "--stdin-filename", path, "-", source=source)
    assert said.returncode == 0, said.stdout
