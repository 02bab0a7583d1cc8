"""Secrets as people give them: typed where nobody sees them, or read from standard input; never an argument."""

import getpass
import sys

from trimtab.domain.errors import InvalidInput
from trimtab.workflow.ports.secrets import Proof


def ask_secret(name: str, *, twice: bool = False) -> Proof:
    """The name with the secret that its owner types; its next line where standard input isn't a terminal.

    Raises:
        InvalidInput: Nothing was given, or not the same twice.
    """
    if not sys.stdin.isatty():
        secret = _line()
    else:
        secret = getpass.getpass(f"Secret of {name}: ")
        if twice and getpass.getpass("The same once more: ") != secret:
            raise InvalidInput("The two aren't the same.", field="secret")
    if not secret:
        raise InvalidInput("No secret was given.", field="secret", next_action="Type it, or give it on standard input.")
    return Proof(name, secret)


def _line() -> str:
    try:
        return sys.stdin.readline().rstrip("\r\n")
    except UnicodeDecodeError:
        raise InvalidInput("The secret isn't UTF-8 text.", field="secret") from None
