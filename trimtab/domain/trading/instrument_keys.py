"""What order systems call an instrument, where its book gives no key of its own."""

from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

NAMESPACE: Final[UUID] = uuid5(NAMESPACE_URL, "trimtab:instrument")


def instrument_key(exchange: str, code: str) -> str:
    """The instrument's key by the rule, a UUIDv5 of exchange and code: the same in every book and process."""
    return str(uuid5(NAMESPACE, f"{exchange}:{code}"))
