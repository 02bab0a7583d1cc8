"""The connections of a Redis store, made from its address. Nothing is sent here."""

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from redis.asyncio import BlockingConnectionPool, ConnectionPool, Redis
from redis.asyncio.connection import AbstractConnection, SSLConnection
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import RedisError

from trimtab.adapters.sessions.redis_errors import NotSent, bad_address

_TRIES: Final = 4
_CONNECT_SECONDS: Final = 1.0
_MOST_CONNECTIONS: Final = 32
_DATABASE: Final = re.compile(r"/?|/(0|[1-9]\d{0,5})")
_OPTIONS: Final = "ssl_"


class _Connections(BlockingConnectionPool):
    """Says which command never left: the client connects before its first try to send."""

    async def get_connection(self, *args: Any, **options: Any) -> Any:
        try:
            return await super().get_connection(*args, **options)  # type: ignore[no-untyped-call]  # the client's own
        except (RedisError, OSError) as error:
            raise NotSent from error


@dataclass(frozen=True, slots=True)
class Clients:
    """One client asks; the other listens, on connections that would be missing to those who ask."""

    asks: Redis
    listens: Redis

    async def close(self) -> None:
        """Hangs up."""
        await self.asks.aclose()
        await self.listens.aclose()


def clients(url: str, *, patience_seconds: float) -> Clients:
    """The clients of the server at this address.

    Raises:
        SettingsError: it isn't an address of a Redis server; one that the client would misread counts as none.
    """
    common: dict[str, Any] = {
        "decode_responses": True,
        "socket_connect_timeout": _CONNECT_SECONDS,
        "socket_timeout": patience_seconds,
        "retry": Retry(ExponentialWithJitterBackoff(base=0.05, cap=0.5), _TRIES - 1),
    }
    try:
        _check(url)
        limits = {"max_connections": _MOST_CONNECTIONS, "timeout": patience_seconds}
        asks = _Connections.from_url(url, **common, **limits)
        _check_encryption(asks.make_connection())  # type: ignore[no-untyped-call]  # the client has no types here
        return Clients(Redis.from_pool(asks), Redis.from_pool(ConnectionPool.from_url(url, **common)))
    except (ValueError, TypeError, OSError, RedisError) as error:
        raise bad_address() from error


def _check(url: str) -> None:
    """The client takes a database that is no number for 0, and lets options overrule what we rely on."""
    parts = urlsplit(url)
    strange = [name for name, _ in parse_qsl(parts.query) if not name.startswith(_OPTIONS)]
    if strange or not _DATABASE.fullmatch(parts.path):
        raise ValueError("neither a database nor an option of encryption")


def _check_encryption(connection: AbstractConnection) -> None:
    if isinstance(connection, SSLConnection):
        connection.ssl_context.get()
