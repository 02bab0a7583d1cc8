"""Where an order system is: its URL taken apart, so that a password in it is used, and never shown."""

from dataclasses import dataclass, field
from typing import Final

import httpx2

from trimtab.adapters.oms.messages import BASE_PATH
from trimtab.domain.errors import Problem, SettingsError

SETTING: Final = "TRIMTAB_OMS"
_MOST_PORT: Final = 65_535


@dataclass(frozen=True, slots=True)
class Address:
    """`url` has no user, no password and no slash at its end; `auth` is what sends the first two, if there are any."""

    url: str
    auth: httpx2.BasicAuth | None = field(repr=False)


def address_of(url: str) -> Address:
    """The address that a URL stands for; a path before that of the interface is kept.

    Raises:
        SettingsError: It isn't a URL that anything can be sent to.
    """
    try:
        parts = httpx2.URL(url)
        usable = _is_usable(parts)
    except (httpx2.InvalidURL, UnicodeError):
        usable = False
    if not usable:
        message = (
            "The URL of the order system has to be http:// or https:// with a host, and may have a user and password, "
            "a port and a path: https://oms.example:8443/desk."
        )
        raise SettingsError(message, problems=[Problem(SETTING, message)])
    path = parts.path.rstrip("/").removesuffix(BASE_PATH)
    auth = httpx2.BasicAuth(parts.username, parts.password) if parts.userinfo else None
    return Address(str(parts.copy_with(userinfo=b"", path=path or "/")).rstrip("/"), auth)


def _is_usable(url: httpx2.URL) -> bool:
    """Raises UnicodeError where the host is one that can't even be looked up."""
    url.raw_host.decode("ascii").encode("idna")
    port = url.port is None or 0 < url.port <= _MOST_PORT
    return url.scheme in ("http", "https") and bool(url.host) and port and not (url.query or url.fragment)
