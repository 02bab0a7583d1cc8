"""Logging leaves stdout to the protocol, and the SDK's rich handler where it is."""

import importlib
import logging
import sys
from collections.abc import Callable, Iterator

import pytest

from trimtab.server.logs import log_to_stderr, plain_sdk_logging, quiet_carriers


def test_rich_can_not_be_loaded_inside_and_can_after() -> None:
    with plain_sdk_logging(), pytest.raises(ImportError):
        importlib.import_module("rich.console")
    assert importlib.import_module("rich.console").Console


def test_what_was_loaded_stays_loaded() -> None:
    loaded = importlib.import_module("rich.console")
    with plain_sdk_logging():
        pass
    assert sys.modules["rich.console"] is loaded


def test_it_is_as_before_where_it_was_never_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "rich.console", raising=False)
    with plain_sdk_logging():
        pass
    assert "rich.console" not in sys.modules


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[str], str]]:
    """What reaches stderr after something was logged at that level."""
    root, chatty = logging.getLogger(), logging.getLogger("mcp")
    carriers = [logging.getLogger(name) for name in ("anthropic", "openai", "httpx2", "httpcore2")]
    before = {logger: logger.level for logger in (root, chatty, *carriers)}

    def log(level: str) -> str:
        monkeypatch.setattr(root, "handlers", [])
        log_to_stderr(level)
        logging.getLogger("test").warning("Invalid Host header: %s", "evil\r\n2026 INFO all is well\x1b[2J\x9b2J\u202e")
        logging.getLogger("mcp.server").info("started")
        captured = capsys.readouterr()
        assert captured.out == ""
        return captured.err

    yield log
    for logger, its_level in before.items():
        logger.setLevel(its_level)
    logging.captureWarnings(capture=False)


def test_what_a_client_sent_forges_no_line_of_the_log_and_steers_no_terminal(logged: Callable[[str], str]) -> None:
    [line] = logged("INFO").splitlines()
    assert line.endswith("WARNING test: Invalid Host header: evil 2026 INFO all is well[2J2J")


def test_a_traceback_is_marked_line_by_line_so_that_its_text_passes_for_no_entry(
    capsys: pytest.CaptureFixture[str], logged: Callable[[str], str]
) -> None:
    logged("INFO")
    try:
        raise RuntimeError("odd\n2026 INFO all is well\x1b[2J")
    except RuntimeError:
        logging.getLogger("test").exception("failed")
    first, *rest = capsys.readouterr().err.splitlines()
    assert first.endswith("ERROR test: failed")
    assert all(line.startswith("  | ") for line in rest)
    assert rest[-1] == "  | 2026 INFO all is well[2J"


def test_the_sdks_chatter_is_for_who_looks_for_faults(logged: Callable[[str], str]) -> None:
    assert "started" in logged("DEBUG")


@pytest.mark.parametrize("level", ["DEBUG", "INFO", "WARNING"])
@pytest.mark.parametrize("carrier", ["anthropic", "anthropic._base_client", "openai", "httpx2", "httpcore2.http11"])
def test_what_carries_prompts_and_keys_tells_nothing_but_warnings(
    capsys: pytest.CaptureFixture[str], logged: Callable[[str], str], level: str, carrier: str
) -> None:
    logged(level)
    for told in (logging.getLogger(carrier).debug, logging.getLogger(carrier).info):
        told("Request options: %s", {"content": "Portfolio: ACC1 (Mei Chen)", "x-api-key": "test-key"})
    assert capsys.readouterr().err == ""
    logging.getLogger(carrier).warning("slow")
    assert "slow" in capsys.readouterr().err


def test_a_carrier_that_made_itself_heard_is_quiet_again(
    capsys: pytest.CaptureFixture[str], logged: Callable[[str], str]
) -> None:
    logged("DEBUG")
    for carrier in ("anthropic", "openai", "httpx2", "httpcore2"):
        logging.getLogger(carrier).setLevel(logging.DEBUG)
        logging.getLogger(carrier).debug("heard")
        assert "heard" in capsys.readouterr().err
        quiet_carriers()
        logging.getLogger(carrier).info("heard")
        assert capsys.readouterr().err == ""


def test_a_message_has_an_end(capsys: pytest.CaptureFixture[str], logged: Callable[[str], str]) -> None:
    logged("INFO")
    logging.getLogger("test").warning("x" * 100_000)
    assert len(capsys.readouterr().err) < 1_200
