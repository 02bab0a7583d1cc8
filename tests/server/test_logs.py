"""Logging leaves stdout to the protocol, and the SDK's rich handler where it is."""

import importlib
import sys

import pytest

from trimtab.server.logs import plain_sdk_logging


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
