"""Requirements and the words of products as text: a line each, and nothing in them that could pass for another line."""

from hypothesis import given
from hypothesis import strategies as st

from tests.formatters.hostile import hostile
from trimtab.domain.frameworks.requirements import Requirements
from trimtab.formatters.requirements import LONGEST_WISH, MOST_WORDS, format_requirements

WORDS = {"tags": ("bonds", "a, b"), "regions": ()}


def test_what_is_wanted_stands_before_the_words_that_products_bear() -> None:
    wanted = Requirements("low", 7, ("a house, soon",), (), ("tobacco", "arms"), "AUD")
    assert format_requirements(wanted, words=WORDS).split("\n") == [
        "Requirements:",
        "risk tolerance: low",
        "horizon: 7 years",
        "base currency: AUD",
        'goals: "a house, soon"',
        "preferences: none",
        "exclusions: tobacco, arms",
        "",
        "Words of products:",
        'tags: bonds, "a, b"',
        "regions: none",
    ]


def test_of_many_words_the_first_are_shown_with_how_many_more_there_are() -> None:
    words = {"tags": tuple(f"t{number}" for number in range(MOST_WORDS + 3))}
    last = format_requirements(Requirements("low"), words=words).split("\n")[-1]
    assert last.endswith(f", t{MOST_WORDS - 1}, and 3 more")


@given(st.lists(hostile, max_size=5), st.lists(hostile, max_size=5))
def test_whatever_stands_in_wishes_and_words_there_are_as_many_lines(wishes: list[str], words: list[str]) -> None:
    wanted = Requirements("high", 1, tuple(wishes), tuple(wishes), tuple(wishes))
    lines = format_requirements(wanted, words={"tags": tuple(words)}).splitlines()
    assert len(lines) == 10
    assert max(map(len, lines)) <= 30 + 5 * 2 * (LONGEST_WISH + 4)
