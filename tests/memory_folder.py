"""Temporary files of a run in memory, where there is room: much of what is tested waits for a disk at each change.

What a killed process leaves is the same there; only a machine without power would lose more, which no test tries.
"""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

MEMORY: Final = Path("/dev/shm")
"""Where Linux keeps files in memory."""
LEAST_FREE_BYTES: Final = 2 * 2**30
LEFT_SECONDS: Final = 60.0
"""A folder may be so old before somebody holds it."""
PREFIX: Final = "trimtab-tests-"


def has_room(folder: Path, *, least_free_bytes: int = LEAST_FREE_BYTES) -> bool:
    """Whether temporary files may be kept there; tests also write programs, so that these have to run."""
    if not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)):
        return False
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize >= least_free_bytes and not found.f_flag & os.ST_NOEXEC


@contextmanager
def temporary_files_in(memory: Path, *, least_free_bytes: int = LEAST_FREE_BYTES) -> Iterator[None]:
    """All temporary files, also of processes that are started, are in a folder there, and gone afterwards.

    Where somebody has said by TMPDIR where they belong, or there is no room, nothing changes.
    """
    if "TMPDIR" in os.environ or not has_room(memory, least_free_bytes=least_free_bytes):
        yield
        return
    sweep(memory)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=memory))
    # Servers of databases run as somebody else, and have to come to what is theirs below it.
    folder.chmod(0o711)
    before, made_by = tempfile.tempdir, os.getpid()
    tempfile.tempdir = str(folder)
    os.environ["TMPDIR"] = str(folder)
    try:
        with _held(folder):
            yield
    finally:
        tempfile.tempdir = before
        os.environ.pop("TMPDIR", None)
        if os.getpid() == made_by:  # and not a fork that comes to its end
            shutil.rmtree(folder, ignore_errors=True)


def sweep(memory: Path, *, left_seconds: float = LEFT_SECONDS) -> None:
    """Removes what runs that were killed have left there."""
    for folder in memory.glob(f"{PREFIX}*"):
        try:
            if time.time() - folder.stat().st_mtime >= left_seconds:  # noqa: TID251 - the age of a file is by this clock
                with _held(folder):
                    shutil.rmtree(folder, ignore_errors=True)
        except OSError:  # it is another user's, held, or gone meanwhile
            continue


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Nobody else holds it until then, or until this process ends; an OSError where somebody does."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)
