"""The commands of the Makefile can be planned, and continuous integration runs the tests."""

import os
import shutil
import subprocess

import pytest

from tests.house.tree import ROOT, read


def planned(target: str) -> list[str]:
    """What make would run for a target, one step a line."""
    make = shutil.which("make")
    assert make is not None
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run([make, "-n", target], cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("target", "step"),
    [
        ("demo", ".venv/bin/trimtab demo"),
        ("serve", ".venv/bin/trimtab serve"),
        ("test", ".venv/bin/python -m pytest"),
        ("check", ".venv/bin/mypy"),
        ("bench", "-m bench"),
    ],
)
def test_a_command_runs_what_it_promises(target: str, step: str) -> None:
    assert any(step in line for line in planned(target))


def test_the_coverage_gates_are_part_of_the_tests() -> None:
    steps = "\n".join(planned("test"))
    assert "--include='trimtab/domain/*,trimtab/formatters/*' --fail-under=100" in steps
    assert "fail_under = 95" in read("pyproject.toml")
    assert "branch = true" in read("pyproject.toml")


def test_continuous_integration_runs_the_tests() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert read(".ci/run").splitlines()[-1] == "make test"
