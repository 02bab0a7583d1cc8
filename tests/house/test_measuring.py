"""Lines are counted by the tests that mirror the source, and by no others."""

import os
from pathlib import Path

import pytest
from coverage import Coverage

from tests import measuring

TESTS = Path(measuring.__file__).parent


@pytest.mark.parametrize(
    ("path", "measured"),
    [
        ("domain/trading/test_tax.py", True),
        ("server/test_http.py", True),
        ("workflow/ports/test_stores.py", True),
        ("workflow/ports/test_stores_processes.py", False),
        ("e2e/test_kills.py", False),
        ("oracle/test_books.py", False),
    ],
)
def test_a_file_counts_lines_where_it_mirrors_the_source(path: str, measured: bool) -> None:
    assert measuring.is_measured(TESTS / path) is measured


def test_what_counts_comes_before_what_does_not() -> None:
    paths = ("domain/test_given.py", "workflow/ports/test_stores_processes.py", "docs/a.py", "house/a.py", "e2e/a.py")
    turns = [measuring.turn(TESTS / path) for path in paths]
    assert turns == sorted(set(turns))


def test_nothing_inside_is_measured_and_afterwards_all_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    name = measuring.TOLD_TO_PROCESSES[0]
    monkeypatch.setenv(name, "told")
    outer, inner = (Coverage(data_file=None, config_file=False) for _ in range(2))
    with outer.collect(), inner.collect():
        with measuring.unmeasured():
            assert Coverage.current() is None
            assert name not in os.environ
        assert Coverage.current() is inner
        assert os.environ[name] == "told"
    assert Coverage.current() is None
