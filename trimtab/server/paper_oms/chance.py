"""Chance that can be repeated: the same seed and the same subject give the same numbers, in every process."""

import hashlib
from typing import Final

_WORD_BYTES: Final = 8
_SHARE_BITS: Final = 53
"""As many as a float holds, so that a share is never rounded up to 1."""


def drawn_bytes(count: int, *subject: object) -> bytes:
    """As many bytes as are wanted, by what they are for."""
    return hashlib.shake_128("|".join(map(str, subject)).encode()).digest(count)


def drawn_words(count: int, *subject: object) -> list[int]:
    """Whole numbers of 64 bits."""
    found = drawn_bytes(count * _WORD_BYTES, *subject)
    return [int.from_bytes(found[at : at + _WORD_BYTES]) for at in range(0, len(found), _WORD_BYTES)]


def drawn_share(*subject: object) -> float:
    """A number from 0 up to below 1: below a share in that share of all subjects."""
    return (drawn_words(1, *subject)[0] >> (8 * _WORD_BYTES - _SHARE_BITS)) / (1 << _SHARE_BITS)
