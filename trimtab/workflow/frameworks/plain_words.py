"""Which words a model may make paths and labels of: plain ones, without a number, a code or a mark of its own."""

import re
from typing import Final, get_args

from trimtab.domain.frameworks.generating.known import Known
from trimtab.domain.trading.flag_text import FlagKind
from trimtab.domain.trading.prose import Facts, prose_faults

MOST_PARTS: Final = 6
LONGEST_PART: Final = 40
_PART: Final = re.compile(rf"[A-Za-z][A-Za-z0-9 &'(),.+-]{{0,{LONGEST_PART - 1}}}", re.ASCII)
_SPOKEN_CODE: Final = 6


def words_of(known: Known) -> Facts:
    """What may be said of any framework: the words that products bear, and in capitals the short ones (ESG for esg).

    Flags are about a book's lines: of dividends, taxes and falls a framework may speak freely.
    """
    words = (*known.tags, *known.regions, *known.sectors, *known.types, *known.currencies, *known.asset_classes)
    spoken = (word.upper() for word in words if len(word) <= _SPOKEN_CODE)
    return Facts(names=frozenset((*words, *spoken)), kinds=frozenset(get_args(FlagKind)))


def is_plain(text: str, words: Facts) -> bool:
    """Whether a text may be a part of a path, or a label."""
    return _PART.fullmatch(text) is not None and not prose_faults(text, words)
