"""Secrets are typed where nobody sees them, or read from standard input."""

import io
import sys

import pytest

from trimtab.cli.secrets import ask_secret
from trimtab.domain.errors import InvalidInput
from trimtab.workflow.ports.secrets import Proof


class Terminal(io.StringIO):
    """Standard input that is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_line_of_standard_input_is_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("first secret\r\nsecond secret\n"))
    assert (ask_secret("anne"), ask_secret("bert")) == (Proof("anne", "first secret"), Proof("bert", "second secret"))


def test_at_a_terminal_it_is_typed_unseen_and_a_new_one_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter(["correct horse", "correct horse", "correct horse", "another"])
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(typed))
    assert ask_secret("anne", twice=True) == Proof("anne", "correct horse")
    with pytest.raises(InvalidInput, match="aren't the same"):
        ask_secret("anne", twice=True)


def test_what_isnt_text_is_wrong_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfe\n"), encoding="utf-8"))
    with pytest.raises(InvalidInput, match="UTF-8"):
        ask_secret("anne")
