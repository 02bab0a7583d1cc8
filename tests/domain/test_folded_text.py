import re
import unicodedata

import pytest
from hypothesis import given

from tests.formatters.hostile import hostile
from trimtab.domain.folded_text import any_word, fold, readings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sell 8.5% of CBA", "Sell 8.5% of CBA"),
        ("  two\n lines\u2028here ", "two lines here"),
        ("wor\u200bst 8\u00ad5", "worst 85"),
        ("\uff23\uff22\uff21 \uff18\uff05 \U0001d402\U0001d7d6", "CBA 8% C8"),
        ("\u0668\u066b\u0665\u066a \u096a", "8.5% 4"),
        ("café naïve C\u0308BA", "cafe naive CBA"),
        ("pułlback d\u0131p Straße Ægir", "pullback dip Strasse AEgir"),
        ("5\u20136 \u22123 it\u2019s div_8d 3\u20444", "5-6 -3 it's div 8d 3/4"),
        ("8² 8½ Ⅻ 三", "8² 8½ Ⅻ 三"),
        ("\u0421ash", "\u0421ash"),
        ("", ""),
    ],
)
def test_what_looks_alike_is_written_alike(text, expected):
    assert fold(text) == expected


@given(hostile)
def test_folding_twice_changes_nothing_and_leaves_only_ascii_digits(text):
    folded = fold(text)
    assert fold(folded) == folded
    assert all(character.isascii() for character in folded if character.isdecimal())
    assert not any(unicodedata.category(character) == "Pd" for character in folded if character in "\u2010\u2013\u2014")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Must own", ("must own",)),
        ("Must-own 5-6%", ("must own 5-6%", "mustown 5-6%")),
        ("ex\u2011date \u2013 wo-rst", ("ex date - wo rst", "exdate - worst")),
    ],
)
def test_a_hyphen_inside_a_word_is_read_as_a_space_and_as_nothing(text, expected):
    assert readings(text) == expected


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("awful", ["awful"]),
        ("awfully oversold", ["awfully", "oversold"]),
        ("over sold 8dire", ["over sold", "dire"]),
        ("lawful direction", []),
    ],
)
def test_entries_stand_for_whole_words_with_any_ending_or_gap(text, found):
    assert re.findall(any_word("awful*|over_sold", "dire"), text) == found
