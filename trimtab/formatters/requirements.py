"""What somebody wants of a framework, and the words that products bear, a line each."""

from collections.abc import Mapping, Sequence
from typing import Final

from trimtab.domain.frameworks.requirements import Requirements
from trimtab.formatters.clean import clean_quoted

LONGEST_WISH: Final = 200
MOST_WORDS: Final = 250
"""Of each kind of word; what isn't shown may be used all the same, and nobody can know of it."""
NONE: Final = "none"


def format_requirements(requirements: Requirements, *, words: Mapping[str, Sequence[str]]) -> str:
    """The requirements, then the words by what they are: tags, regions, sectors.

    Each text is one field, in quotes where it could pass for something else; of more than `MOST_WORDS` words the first,
    and how many more there are.
    """
    wishes = {
        "goals": requirements.goals,
        "preferences": requirements.preferences,
        "exclusions": requirements.exclusions,
    }
    return "\n".join(
        (
            "Requirements:",
            f"risk tolerance: {requirements.risk_tolerance}",
            f"horizon: {requirements.horizon_years} years",
            f"base currency: {clean_quoted(requirements.base_ccy)}",
            *(f"{name}: {_listed(texts, LONGEST_WISH)}" for name, texts in wishes.items()),
            "",
            "Words of products:",
            *(f"{name}: {_listed(texts)}" for name, texts in words.items()),
        )
    )


def _listed(texts: Sequence[str], *limit: int) -> str:
    if not texts:
        return NONE
    shown = [clean_quoted(text, *limit) for text in texts[:MOST_WORDS]]
    more = len(texts) - len(shown)
    return ", ".join((*shown, *([f"and {more} more"] if more else [])))
