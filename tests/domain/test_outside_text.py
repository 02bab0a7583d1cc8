import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.formatters.hostile import hostile
from trimtab.domain.outside_text import MOST_MARKS, clean, clean_lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("John Smith", "John Smith"),
        ("  John \t Smith\n", "John Smith"),
        ("John\r\nSmith", "John Smith"),
        ("John\u2028Smith\u2029Jr\x85II\u00a0III\u3000IV", "John Smith Jr II III IV"),
        ("Jo\x00hn\x1b[31m \x7fSmith", "John[31m Smith"),
        ("Jo\u202ehn \u2066Smi\u200bth\ufeff\u00ad", "John Smith"),
        ("Smith\U000e0049\U000e0067\U000e007f", "Smith"),
        ("Smith\u3164\u2800\ufe0f\u034f\U000e0101", "Smith"),
        ("Smith\ud800\ue000\uffff", "Smith"),
        ("Zoe\u0308", "Zo\u00eb"),
        ("Zoe\u200b\u0308", "Zo\u00eb"),
        ("Smith\ufff9a\ufffab\ufffb\ufffc\U00013441\U00016fe4", "Smithab"),
        ("\u0301\u20ddSmith \u0338", "Smith \u0338"),
        ("S" + "\u0336\u0489" * 500 + "mith", "S" + "\u0336\u0489" * 2 + "mith"),
        ("שָׁלוֹם ที่นี่ Việt", "שָׁלוֹם ที่นี่ Việt"),
        ("O'Brien & Söhne 株式会社", "O'Brien & Söhne 株式会社"),
        ("", ""),
        ("\u200b \n", ""),
    ],
)
def test_a_text_becomes_one_visible_line(text, expected):
    assert clean(text) == expected


@pytest.mark.parametrize(
    ("length", "limit", "expected"),
    [(80, 80, "x" * 80), (81, 80, "x" * 79 + "…"), (5, 5, "xxxxx"), (6, 5, "xxxx…"), (2, 1, "…")],
)
def test_a_long_text_is_cut_and_the_ellipsis_is_counted(length, limit, expected):
    assert clean("x" * length, limit) == expected


def test_a_cut_leaves_no_space_before_the_ellipsis():
    assert clean("one two three", 5) == "one…"


def test_without_a_limit_nothing_is_cut():
    assert clean("x" * 5000, None) == "x" * 5000


@given(hostile)
def test_no_character_is_stacked_up_and_none_leans_on_what_stands_before(text):
    marks = [unicodedata.category(character) in {"Mn", "Me"} for character in clean(text, None)]
    assert not any(marks[:1])
    assert not any(all(marks[at : at + MOST_MARKS + 1]) for at in range(len(marks) - MOST_MARKS))


@given(hostile, st.integers(1, 90) | st.none())
def test_what_is_clean_is_short_visible_normal_and_stays_so(text, limit):
    result = clean(text, limit)
    assert result.isprintable()
    assert result == result.strip()
    assert "  " not in result
    assert unicodedata.is_normalized("NFC", result)
    assert limit is None or len(result) <= limit
    assert clean(result, limit) == result


def test_lines_stay_lines_and_each_is_cleaned():
    text = "\n**Plan**\r\n\r\n•  one\u202e\u2028• " + "x" * 200 + "\n"
    assert clean_lines(text) == "**Plan**\n\n• one\n• " + "x" * 200


@given(hostile)
def test_cleaning_lines_twice_changes_nothing(text):
    assert clean_lines(clean_lines(text)) == clean_lines(text)
