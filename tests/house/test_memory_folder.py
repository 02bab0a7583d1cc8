"""Temporary files of tests are in memory where there is room, and nothing of them stays."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.memory_folder import PREFIX, has_room, sweep, temporary_files_in

ASKING = [sys.executable, "-c", "import tempfile; print(tempfile.gettempdir())"]


@pytest.fixture(autouse=True)
def _nobody_has_said_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TMPDIR", raising=False)


def test_temporary_files_are_there_also_those_of_other_processes_and_gone_afterwards(tmp_path: Path) -> None:
    before = tempfile.gettempdir()
    with temporary_files_in(tmp_path, least_free_bytes=1):
        (folder,) = tmp_path.iterdir()
        assert Path(tempfile.mkdtemp()).parent == folder
        assert subprocess.run(ASKING, capture_output=True, text=True, check=True).stdout.strip() == str(folder)
    assert list(tmp_path.iterdir()) == []
    assert (tempfile.gettempdir(), "TMPDIR" in os.environ) == (before, False)


def test_whoever_has_said_where_they_belong_is_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", "elsewhere")
    with temporary_files_in(tmp_path, least_free_bytes=1):
        assert list(tmp_path.iterdir()) == []
        assert os.environ["TMPDIR"] == "elsewhere"


def test_without_such_a_folder_or_room_in_it_nothing_changes(tmp_path: Path) -> None:
    assert not has_room(tmp_path / "nowhere", least_free_bytes=1)
    before = tempfile.gettempdir()
    with temporary_files_in(tmp_path, least_free_bytes=2**62):
        assert (tempfile.gettempdir(), list(tmp_path.iterdir())) == (before, [])


def test_what_a_killed_run_left_is_removed_and_what_is_in_use_or_not_ours_stays(tmp_path: Path) -> None:
    left, ours = tmp_path / f"{PREFIX}left", tmp_path / "of-others"
    left.mkdir()
    ours.mkdir()
    sweep(tmp_path)
    assert left.exists(), "it may just have been made"
    with temporary_files_in(tmp_path, least_free_bytes=1):
        used = Path(tempfile.gettempdir())
        sweep(tmp_path, left_seconds=0)
        assert set(tmp_path.iterdir()) == {used, ours}
