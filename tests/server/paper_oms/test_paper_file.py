"""The file of a paper order system: made once, private, and never another program's."""

import sqlite3
import stat
import sys
from contextlib import closing
from multiprocessing.pool import ThreadPool
from pathlib import Path

import pytest

from trimtab.domain.errors import SettingsError, Unavailable
from trimtab.server.paper_oms.paper_file import named_errors, open_paper_file


def opened(path: Path, *, seed: int = 0) -> sqlite3.Connection:
    return open_paper_file(path, seed=seed, now_us=1_000, busy_seconds=0.05)


def seed_of(path: Path, *, asked: int) -> str:
    with closing(opened(path, seed=asked)) as connection:
        return str(connection.execute("SELECT seed FROM market").fetchone()[0])


def test_it_is_made_with_its_folder_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "paper.db"
    opened(path).close()
    assert [each.name for each in path.parent.iterdir()] == ["paper.db"]
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_keeps_its_seed(tmp_path: Path) -> None:
    path = tmp_path / "paper.db"
    assert [seed_of(path, asked=7), seed_of(path, asked=8)] == ["7", "7"]


def test_of_many_that_make_it_at_once_one_does_and_all_have_it(tmp_path: Path) -> None:
    path = tmp_path / "paper.db"
    with ThreadPool(8) as pool:
        seeds = pool.map(lambda seed: seed_of(path, asked=seed), range(8))
    assert len(set(seeds)) == 1


def test_another_programs_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE mine (x)")
    before = path.read_bytes()
    with pytest.raises(SettingsError, match=r"other\.db is another program's file"):
        opened(path)
    assert path.read_bytes() == before


def test_the_file_of_another_release_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "paper.db"
    with closing(opened(path)) as connection:
        connection.execute("PRAGMA user_version = 2")
    with pytest.raises(SettingsError, match="another release"):
        opened(path)


def test_what_is_no_database_is_named_without_the_folders_above_it(tmp_path: Path) -> None:
    path = tmp_path / "paper.db"
    path.write_text("no database, but long enough to be looked at " * 50)
    with pytest.raises(SettingsError, match="SQLITE_NOTADB") as refused:
        opened(path)
    assert tmp_path.name not in refused.value.message


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match=r"paper\.db can't be made"):
        opened(tmp_path / "file" / "paper.db")


def test_a_file_that_is_locked_is_unavailable_for_now(tmp_path: Path) -> None:
    path = tmp_path / "paper.db"
    with closing(opened(path)) as one, closing(opened(path)) as other:
        one.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match="SQLITE_BUSY"), named_errors(path):
            other.execute("BEGIN IMMEDIATE")
