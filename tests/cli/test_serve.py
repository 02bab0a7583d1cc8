"""`trimtab serve`: what reaches the server of the command's options."""

import socket

import pytest

from tests.cli.running import ran
from trimtab.server.listening import Listening
from trimtab.settings import Settings


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    found: list[Settings] = []
    monkeypatch.setattr("trimtab.cli.serve.serve_stdio", found.append)
    return found


def test_it_serves_as_the_settings_say(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, served: list[Settings]
) -> None:
    monkeypatch.setenv("TRIMTAB_TOOLSETS", "trading")
    assert ran(capsys, "serve").code == 0
    assert [(each.toolsets, each.read_only) for each in served] == [(("trading",), False)]


def test_it_can_be_told_to_be_read_only(capsys: pytest.CaptureFixture[str], served: list[Settings]) -> None:
    assert ran(capsys, "serve", "--read-only").code == 0
    assert [each.read_only for each in served] == [True]


def test_wrong_settings_refuse_to_start_and_are_all_listed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, served: list[Settings]
) -> None:
    monkeypatch.setenv("TRIMTAB_BOK", "x")
    monkeypatch.setenv("TRIMTAB_EXECUTION", "paper")
    result = ran(capsys, "serve")
    assert (result.code, result.out, served) == (2, "", [])
    assert "TRIMTAB_BOK" in result.err
    assert "'simulated' or 'live'" in result.err


@pytest.fixture
def served_over_http(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Settings, Listening]]:
    found: list[tuple[Settings, Listening]] = []
    monkeypatch.setattr("trimtab.server.http.serve_http", lambda *given: found.append(given))
    return found


@pytest.mark.parametrize(
    ("options", "where"),
    [
        ([], Listening("127.0.0.1", 8765, 1)),
        (["--port", "0"], Listening("127.0.0.1", 0, 1)),
        (["--host", "::1", "--port", "65535", "--workers", "64"], Listening("::1", 65_535, 64)),
    ],
)
def test_it_can_serve_over_http(
    capsys: pytest.CaptureFixture[str],
    served_over_http: list[tuple[Settings, Listening]],
    options: list[str],
    where: Listening,
) -> None:
    assert ran(capsys, "serve", "--http", "--read-only", *options).code == 0
    [(settings, given)] = served_over_http
    assert (settings.read_only, given) == (True, where)


@pytest.mark.parametrize(
    "wrong", [("--port", "-1"), ("--port", "65536"), ("--port", "x"), ("--workers", "0"), ("--workers", "65")]
)
def test_a_value_that_is_not_allowed_is_refused(
    capsys: pytest.CaptureFixture[str], served_over_http: list[tuple[Settings, Listening]], wrong: tuple[str, str]
) -> None:
    result = ran(capsys, "serve", "--http", *wrong)
    assert (result.code, result.out, served_over_http) == (2, "", [])
    assert wrong[0] in result.err


def test_what_belongs_to_http_is_refused_without_it(
    capsys: pytest.CaptureFixture[str], served: list[Settings], served_over_http: list[tuple[Settings, Listening]]
) -> None:
    result = ran(capsys, "serve", "--port", "0", "--workers", "2")
    assert (result.code, result.out, served, served_over_http) == (2, "", [], [])
    assert "--port and --workers" in result.err
    assert "Add --http" in result.err
    assert "Traceback" not in result.err


@pytest.fixture
def logs_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command sets up logging for its process, which here is the tests'."""
    monkeypatch.setattr("trimtab.server.http.log_to_stderr", lambda _level: None)


@pytest.mark.usefixtures("logs_as_before")
def test_a_port_that_is_taken_is_said_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = ran(capsys, "serve", "--http", "--port", str(port))
    assert (result.code, result.out) == (1, "")
    assert result.err.splitlines()[0] == f"trimtab: Port {port} is in use by another program."


@pytest.mark.usefixtures("logs_as_before")
def test_an_open_door_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    result = ran(capsys, "serve", "--http", "--host", "0.0.0.0", "--port", "0")
    assert (result.code, result.out) == (2, "")
    assert "TRIMTAB_ALLOWED_HOSTS" in result.err
