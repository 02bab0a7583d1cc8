"""One server over HTTP for all tests of a file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.http_servers import HttpServer


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[HttpServer]:
    with HttpServer(environ={"TRIMTAB_HOME": str(home)}) as running:
        yield running
        assert "Traceback" not in running.log
