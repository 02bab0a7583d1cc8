"""The file of a SQLite database: made for its owner's eyes only, and never opened here once it is there.

Closing any descriptor of a file gives up every lock that this process has on it, those of SQLite's connections too.
Another process would take itself for the last one then, and take the write-ahead log away under these connections:
they would see nothing new, and what they write would be lost.
"""

import errno
import os
import tempfile
from pathlib import Path


def require_file(path: Path, *, create: bool = True) -> None:
    """Comes back where there is a file that can be read and written; makes it, and its folder, where it may.

    Raises:
        OSError: there is none, or it can't be made, read or written.
    """
    if create:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _make(path)
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    path.stat()
    if not os.access(path, os.R_OK | os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def _make(path: Path) -> None:
    """Closed before it stands at its path: who finds it there may lock it at once."""
    descriptor, made = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    os.close(descriptor)
    try:
        os.link(made, path)
    except FileExistsError:
        return
    finally:
        Path(made).unlink()
