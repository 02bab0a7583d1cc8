"""The words that products have: exclusions are understood by them, and rules may say no others."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from trimtab.domain.folded_text import fold, readings


@dataclass(frozen=True, slots=True)
class Known:
    """What products have in their fields, each once; nothing is known where they are empty."""

    tags: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    asset_classes: tuple[str, ...] = ()
    currencies: tuple[str, ...] = ()


_BEFORE: Final = ("no ", "not ", "avoid ", "exclude ", "excluding ", "without ", "any ")
_BEHIND: Final = (
    " companies", " funds", " holdings", " industry", " producers", " products", " region", " sector", " shares",
    " stocks",
)  # fmt: skip


def keys_of(text: str) -> frozenset[str]:
    """What a name may be written as: small letters, a hyphen as a space or nothing, with and without a plural's s."""
    return frozenset(key for line in readings(text) for key in (line, line.removesuffix("s")) if key)


def keys_meant(text: str) -> frozenset[str]:
    """The same of an exclusion in somebody's words, also without what may stand around the name."""
    return frozenset(key for line in (*readings(text), *_bare(text)) for key in keys_of(line))


def _bare(text: str) -> Iterator[str]:
    line = fold(text).casefold()
    for before in _BEFORE:
        line = line.removeprefix(before)
    yield line
    for behind in _BEHIND:
        yield line.removesuffix(behind)
