"""Where the HTTP server listens, and under which names clients may reach it."""

import errno
import ipaddress
import logging
import socket
from dataclasses import dataclass
from typing import Final

from trimtab.domain.errors import InvalidInput, Problem, SettingsError, Unavailable
from trimtab.settings import Settings

DEFAULT_HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8765
MCP_PATH: Final = "/mcp"
_WAITING_CLIENTS: Final = 2_048

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Listening:
    """Where to listen, and with how many processes; port 0 lets the system choose."""

    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    workers: int = 1


def listen(where: Listening, settings: Settings) -> socket.socket:
    """A socket that takes connections already, so that whoever reads the address may use it at once.

    Raises:
        SettingsError: Others could reach it, and no setting says by which names.
        InvalidInput: There is no such address on this machine.
        Unavailable: The port is taken, or isn't for this user.
    """
    family, address = _resolved(where)
    _require_names(address[0], settings)
    try:
        return socket.create_server(address, family=family, backlog=_WAITING_CLIENTS)
    except OSError as error:
        raise _refused(where, error) from error


def mcp_address(listening: socket.socket) -> str:
    """The URL of all tools."""
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}{MCP_PATH}"


def _resolved(where: Listening) -> tuple[socket.AddressFamily, tuple[str, int]]:
    """The first address of the name; of two families the older, because more clients try it."""
    try:
        found = socket.getaddrinfo(where.host, where.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise _no_such_host() from error
    family, _, _, _, address = min(found, key=lambda each: each[0] != socket.AF_INET)
    return family, (str(address[0]), where.port)


def _require_names(host: str, settings: Settings) -> None:
    if ipaddress.ip_address(host.partition("%")[0]).is_loopback:
        return
    if settings.allowed_hosts:
        logger.warning("Others can reach this server at %s, and nobody has to sign in: guard it by the network.", host)
        return
    message = (
        "Nobody signs in, so whoever reaches the server can use it; at an address that others may reach it starts only "
        "with TRIMTAB_ALLOWED_HOSTS, the names by which clients may call it."
    )
    raise SettingsError(
        message,
        problems=[Problem("TRIMTAB_ALLOWED_HOSTS", "It is empty; an example is desk.example:8765.", "missing")],
        next_action="Set TRIMTAB_ALLOWED_HOSTS, or listen at 127.0.0.1.",
    )


def _refused(where: Listening, error: OSError) -> InvalidInput | Unavailable:
    if error.errno == errno.EADDRNOTAVAIL:
        return _no_such_host()
    if error.errno == errno.EACCES:
        return Unavailable(
            f"Port {where.port} may not be used by this user.", field="--port", next_action="Choose one above 1023."
        )
    return Unavailable(
        f"Port {where.port} is in use by another program.",
        field="--port",
        next_action="End what listens there, or choose another with --port; 0 lets the system choose.",
    )


def _no_such_host() -> InvalidInput:
    return InvalidInput(
        "This machine has no address of the name given with --host.",
        field="--host",
        next_action="Name an address of this machine, such as 127.0.0.1.",
    )
