"""Continuous integration tests the session store on a real server, and fails where it can start none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT


def stand_in(path: Path, *lines: str) -> None:
    """A program of these lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(("#!/bin/sh", *lines, "")))
    path.chmod(0o755)


@pytest.mark.parametrize(("kinds", "tested"), [((), False), (("valkey",), True), (("redis",), True)])
def test_without_any_session_server_it_fails_and_says_so(kinds: tuple[str, ...], tested: bool, tmp_path: Path) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "redis_servers.py").write_text(f"def shared_server(kind):\n    return kind in {kinds!r}\n")
    stand_in(tmp_path / ".venv" / "bin" / "python", f'exec {sys.executable} "$@"')
    stand_in(tmp_path / "bin" / "make", f'echo "$1" >> {tmp_path}/made')
    for program in ("redis-server", "chromium"):
        stand_in(tmp_path / "bin" / program)
    path = f"{tmp_path / 'bin'}:/usr/bin:/bin"
    done = subprocess.run(
        [tmp_path / ".ci" / "run"], env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    assert (done.returncode == 0) is tested, done.stderr
    assert ("neither Valkey nor Redis can be started" in done.stderr) is not tested
    assert ("test" in (tmp_path / "made").read_text().split()) is tested
