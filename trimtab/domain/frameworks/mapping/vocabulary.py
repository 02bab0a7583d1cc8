"""The words that products bear, and what is said of a rule without one. Section 3 of `docs/framework-mapping.md`."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from trimtab.domain.columns import IntColumn, TextColumn
from trimtab.domain.outside_text import clean

MOST_NAMED: Final = 12


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that products bear of one kind.

    Attributes:
        words: in small letters.
        spelled: the same as they are written; those that most products bear come first, then by the alphabet.
    """

    words: frozenset[str]
    spelled: TextColumn

    def without(self, names: Iterable[str]) -> bool:
        """Whether none of the names is among them."""
        return self.words.isdisjoint(name.casefold() for name in names)


def vocabulary_of(*sources: tuple[TextColumn, IntColumn]) -> Vocabulary:
    """The words of columns together: W spellings, and how many products bear each."""
    count: Counter[str] = Counter()
    spelled: dict[str, str] = {}
    for words, numbers in sources:
        for word, number in zip(words, numbers.tolist(), strict=True):
            if word and number:
                count[word.casefold()] += number
                spelled.setdefault(word.casefold(), word)
    order = sorted(count, key=lambda word: (-count[word], word))
    return Vocabulary(frozenset(count), tuple(spelled[word] for word in order))


def unknown_words(rule: str, names: Sequence[str], *, known: Vocabulary | None) -> str:
    """That no product bears any of a rule's names, and which names there are; empty where one does.

    Args:
        rule: its name.
        names: of which it asks for any.
        known: those that there are; None for a rule that asks for no names.
    """
    asked = [name for name in names if name]
    if known is None or not asked or not known.without(asked):
        return ""
    said = f"no product bears any of {rule} {_listed(asked)}"
    return f"{said}; there are {_listed(known.spelled)}" if known.words else f"{said}, nor any other"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"{', '.join(clean(name) for name in names[:MOST_NAMED])}{more}"
