"""A database's file is its owner's alone, and looking at it never loosens the hold that others of this process have."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from trimtab.adapters.private_file import require_file

ANOTHER_PROCESS = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("INSERT INTO kept VALUES (2)")
connection.commit()
connection.close()
"""


def test_a_file_is_made_with_its_folder_for_its_owner_alone_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "home" / "records.db"
    require_file(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert list(path.parent.iterdir()) == [path]
    path.write_bytes(b"held")
    require_file(path)
    assert path.read_bytes() == b"held"


def test_one_who_comes_second_finds_what_the_first_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "records.db"
    path.write_bytes(b"held")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "exists", lambda _: False)
        require_file(path)
    assert path.read_bytes() == b"held"
    assert list(tmp_path.iterdir()) == [path]


def test_where_none_is_to_be_made_none_is(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        require_file(tmp_path / "home" / "records.db", create=False)
    assert not list(tmp_path.iterdir())


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError, match="Is a directory"):
        require_file(tmp_path)


def test_a_file_that_may_not_be_written_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "records.db"
    path.touch()
    monkeypatch.setattr("os.access", lambda *_: False)  # whoever runs this may be allowed everything
    with pytest.raises(PermissionError, match="Permission denied"):
        require_file(path)


def test_a_connection_keeps_its_locks_so_no_other_process_takes_its_log_away(tmp_path: Path) -> None:
    path, log = tmp_path / "records.db", tmp_path / "records.db-wal"
    require_file(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE kept (number)")
        connection.execute("INSERT INTO kept VALUES (1)")
        require_file(path)
        subprocess.run([sys.executable, "-c", ANOTHER_PROCESS, str(path)], check=True)
        assert log.exists()
        assert connection.execute("SELECT number FROM kept ORDER BY number").fetchall() == [(1,), (2,)]
        connection.execute("INSERT INTO kept VALUES (3)")
    with closing(sqlite3.connect(path)) as again:
        assert again.execute("SELECT count(*) FROM kept").fetchone() == (3,)
