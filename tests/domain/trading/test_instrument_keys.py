"""The keys that instruments have by the rule."""

import hashlib
from uuid import NAMESPACE_URL, UUID

from trimtab.domain.trading.instrument_keys import instrument_key


def version_5(namespace: UUID, name: str) -> UUID:
    """RFC 9562, section 5.5: the first 16 bytes of a SHA-1, with the version and the variant set."""
    digest = bytearray(hashlib.sha1(namespace.bytes + name.encode(), usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    return UUID(bytes=bytes(digest))


def test_a_key_is_a_uuid_of_version_5_of_exchange_and_code() -> None:
    expected = version_5(version_5(NAMESPACE_URL, "trimtab:instrument"), "ASX:BHP")
    assert instrument_key("ASX", "BHP") == str(expected)


def test_a_key_never_changes_because_order_systems_know_instruments_by_it() -> None:
    assert instrument_key("ASX", "BHP") == "962f23d4-101a-52ce-8171-1c9d048d7fc1"


def test_the_same_code_on_another_exchange_has_another_key() -> None:
    assert instrument_key("LSE", "BHP") != instrument_key("ASX", "BHP")
