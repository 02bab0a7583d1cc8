"""Holds a concept's page to what was computed: each fact stands there, and no number stands beside them."""

import re

from trimtab.prompts.concepts import concept_text


def joined(text: str) -> str:
    """The text without how it is broken into lines."""
    return " ".join(text.split())


def lacking(name: str, *facts: str) -> list[str]:
    """The facts that the page doesn't say."""
    page = joined(concept_text(name))
    return [fact for fact in facts if joined(fact) not in page]


def only_these_numbers(name: str, *facts: str) -> None:
    """Fails unless the page says all of this, and has no number that isn't in it."""
    assert lacking(name, *facts) == []
    assert numbers_beside(joined(concept_text(name)), facts) == []


def numbers_beside(page: str, facts: tuple[str, ...]) -> list[str]:
    """What is left of numbers where addresses and facts are taken out, the longest first."""
    rest = re.sub(r"trimtab://[\w/-]+", "", page)
    for fact in sorted(map(joined, facts), key=len, reverse=True):
        rest = rest.replace(fact, " ... ")
    return re.findall(r"\S*\d\S*", rest)


def percent(fraction: float) -> str:
    """Such as 12.5, without a sign of percent; never -0.0."""
    return f"{round(100 * fraction, 1) + 0.0:.1f}"


def row(*cells: str) -> str:
    """A row of a table."""
    return f"| {' | '.join(cells)} |"
