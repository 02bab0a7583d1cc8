import re

import pytest
from hypothesis import given

from tests.formatters.fields import split, split_raw, unquote
from tests.formatters.hostile import hostile
from trimtab.formatters.clean import clean, clean_quoted, flag_field, quote


@pytest.mark.parametrize("name", ["John Smith", "O'Brien & Co. - Family", "S&P/ASX 200", "BRK.B", "株式会社"])
def test_an_ordinary_name_stands_as_it_is(name):
    assert quote(name) == name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Smith, John", '"Smith, John"'),
        ("Smith (Trust)", '"Smith (Trust)"'),
        ('The "Smith" Trust', r'"The \"Smith\" Trust"'),
        ("C:\\Smith", r'"C:\\Smith"'),
        ("=== BATCH", '"=== BATCH"'),
        ("--- Portfolio", '"--- Portfolio"'),
        ("Growth | tol 9.0", '"Growth | tol 9.0"'),
        ("Growth tol=9", '"Growth tol=9"'),
        ("div:8d", '"div:8d"'),
        ("{sym}", '"{sym}"'),
        ("[1]", '"[1]"'),
        ("```json", '"```json"'),
        ("a `b`", '"a `b`"'),
        ("# Heading", '"# Heading"'),
        ("* item", '"* item"'),
        ("> said", '"> said"'),
        ("~~~", '"~~~"'),
        ("<b>", '"<b>"'),
        ("", '""'),
    ],
)
def test_a_name_that_could_pass_for_the_format_is_quoted(name, expected):
    assert quote(name) == expected


def test_a_name_is_cut_before_it_is_quoted():
    assert clean_quoted("a,b,c,d", 4) == '"a,b…"'


@pytest.mark.parametrize("flag", ["div:8d/$2.40", "dip:-8%", "cgt:12d", "sec:Real Estate", "cash"])
def test_a_computed_flag_stands_as_it_is(flag):
    assert flag_field(flag) == flag


@pytest.mark.parametrize("flag", ["tol:9.0", "div1", "M1", "tgt=0", "a,div:8d", "sec:", "sec:a|b", ""])
def test_a_flag_that_could_pass_for_another_is_quoted(flag):
    assert flag_field(flag) == f'"{flag}"'


@given(hostile, hostile)
def test_two_fields_of_a_line_are_read_back_as_two(first, second):
    line = f"{clean_quoted(first)},{clean_quoted(second)}"
    assert split(line) == [clean(first), clean(second)]


@given(hostile)
def test_a_field_starts_with_a_letter_a_digit_or_a_quote(text):
    assert re.match(r'["\w]', clean_quoted(text))


@given(hostile)
def test_a_field_of_flags_is_read_back(flag):
    assert [unquote(field) for field in split_raw(f"{flag_field(flag)},cash")] == [clean(flag), "cash"]
