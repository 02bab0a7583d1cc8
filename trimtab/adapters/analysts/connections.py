"""What the clients of all providers need for a connection: a key that can be sent, and the connection."""

from typing import Final

import httpx2
from pydantic import SecretStr

from trimtab.adapters.analysts.attempts import CallLimits
from trimtab.domain.errors import Problem, SettingsError

KEY_SETTING: Final = "TRIMTAB_MODEL_KEY"
CONNECT_SECONDS: Final = 5.0
"""Connecting takes less patience than a model."""


def usable_key(key: SecretStr) -> str:
    """The key's text, without blanks around it.

    Raises:
        SettingsError: It can't stand in a header, so no sending would ever leave.
    """
    text = key.get_secret_value().strip()
    if not text or not text.isascii() or not text.isprintable():
        message = "The key of the model has to be one line of letters, digits and signs."
        raise SettingsError(message, problems=[Problem(KEY_SETTING, message)])
    return text


def http_client(limits: CallLimits, transport: httpx2.AsyncBaseTransport | None) -> httpx2.AsyncClient:
    """What the SDKs send with. A redirect isn't followed: a prompt goes only where it was meant to go."""
    timeout = httpx2.Timeout(limits.timeout_seconds, connect=min(CONNECT_SECONDS, limits.timeout_seconds))
    return httpx2.AsyncClient(transport=transport, timeout=timeout, follow_redirects=False)


def is_at(address: str, host: str) -> bool:
    """Whether an address is the provider's own: this host, or one of its regions."""
    return f".{httpx2.URL(address).host}".endswith(f".{host}")
