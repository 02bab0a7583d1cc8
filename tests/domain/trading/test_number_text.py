"""Every way to write a number is found, with its unit and the worth of its last place."""

from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.formatters.hostile import hostile
from trimtab.domain.folded_text import fold
from trimtab.domain.trading.number_text import Quantity, Unit, quantities
from trimtab.formatters.figures import money, points, signed_pct


def found(text: str) -> list[tuple[float, Unit, float]]:
    return [(float(q.value), q.unit, float(q.step)) for q in quantities(text)]


@pytest.mark.parametrize(
    ("text", "value", "unit", "step"),
    [
        ("8.5%", 8.5, "pct", 0.1),
        ("+9 %", 9, "pct", 1),
        ("-3 percent", 3, "pct", 1),
        ("2 per cent", 2, "pct", 1),
        ("4pct", 4, "pct", 1),
        ("1 point ahead", 1, "pct", 1),
        ("3-point", 3, "pct", 1),
        ("2.5 percentage points", 2.5, "pct", 0.1),
        ("50bps", 0.5, "pct", 0.01),
        ("25 basis points", 0.25, "pct", 0.01),
        (".5%", 0.5, "pct", 0.1),
        ("0.0%", 0, "pct", 0.1),
        ("8% gain", 8, "pct", 1),
        ("5%gain", 5, "pct", 1),
    ],
)
def test_a_percentage(text, value, unit, step):
    assert found(text) == [(value, unit, step)]


@pytest.mark.parametrize(
    ("text", "value", "step"),
    [
        ("$4,147", 4147, 1),
        ("-$4,147.50", 4147.5, 0.01),
        ("A$500", 500, 1),
        ("US$ 12,000", 12000, 1),
        ("$-500", 500, 1),
        ("$4.1k", 4100, 100),
        ("$4 k", 4000, 1000),
        ("$1.3M", 1_300_000, 100_000),
        ("$2bn", 2e9, 1e9),
        ("$5-million", 5e6, 1e6),
        ("AUD 500", 500, 1),
        ("USD5", 5, 1),
        ("500 aud", 500, 1),
        ("500$", 500, 1),
        ("€1'200", 1200, 1),
        ("£1 200.5", 1200.5, 0.1),
        ("5 dollars", 5, 1),
        ("50 cents", 0.5, 0.01),
        ("240p", 2.4, 0.01),
        ("GBX 240", 2.4, 0.01),
        ("$2.40/share", 2.4, 0.01),
        ("a $4,147 sell", 4147, 1),
        ("two hundred thousand dollars", 200_000, 1000),
        ("$0.0bn", 0, 1),
    ],
)
def test_money(text, value, step):
    assert found(text) == [(value, "money", step)]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("8d", 8, "days"),
        ("8 days", 8, "days"),
        ("8-day", 8, "days"),
        ("eight-day", 8, "days"),
        ("8 calendar days", 8, "days"),
        ("tomorrow", 1, "days"),
        ("a fortnight", 14, "days"),
        ("12mo", 12, "months"),
        ("1mo", 1, "months"),
        ("6 months", 6, "months"),
        ("6-month", 6, "months"),
        ("one month", 1, "months"),
        ("six-month", 6, "months"),
        ("1 year", 12, "months"),
        ("a good half year", 6, "months"),
        ("half-yearly", 6, "months"),
        ("half a year", 6, "months"),
        ("over all three spans", 12, "months"),
        ("12 portfolios", 12, "count"),
        ("403 pending sells", 403, "count"),
        ("twelve accounts", 12, "count"),
        ("24500", 24500, "plain"),
        ("3 of them", 3, "plain"),
        ("4\u202f147", 4147, "plain"),
        ("zero", 0, "plain"),
        ("half of it", 50, "pct"),
    ],
)
def test_time_things_and_bare_numbers(text, value, unit):
    assert found(text) == [(value, unit, 1)]


@pytest.mark.parametrize(
    ("text", "value", "step"),
    [
        ("two", 2, 1),
        ("nineteen", 19, 1),
        ("forty-two", 42, 1),
        ("fortytwo", 42, 1),
        ("Ninety Nine", 99, 1),
        ("two hundred", 200, 1),
        ("twelve hundred", 1200, 1),
        ("one hundred and five", 105, 1),
        ("a hundred", 100, 1),
        ("three thousand and forty", 3040, 1),
        ("three million two hundred thousand", 3_200_000, 1000),
        ("a million", 1e6, 1e6),
        ("1.5 million", 1.5e6, 1e5),
        ("2 hundred", 200, 100),
        ("1e3", 1000, 1000),
        ("1.5E+2", 150, 10),
        ("25e-1", 2.5, 0.1),
    ],
)
def test_words_and_powers_of_ten(text, value, step):
    assert found(text) == [(value, "plain", step)]


@pytest.mark.parametrize(
    "word", ["one of them", "once", "a", "first", "none", "often", "tenet", "weight", "one portfolio"]
)
def test_words_that_are_no_numbers(word):
    assert found(word) == []


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01",
        "10/12",
        "8,5%",
        "1,00,000",
        "1.2.3",
        "12:30",
        "1 March",
        "March 8",
        "1st",
        "22nd",
        "Q3",
        "FY26",
        "CBA2",
        "8am",
        "5y",
        "3x",
        "3 times",
        "5-fold",
        "10^3",
        "10 ** 3",
        "1e400",
        "5 weeks",
        "7 trading days",
        "two point five percent",
        "third",
        "thirds",
        "a quarter",
        "doubled",
        "twice",
        "tenfold",
        "sixfold",
        "hundredfold",
        "IX days",
        "xii months",
        "V-percent",
        "scores of lots",
        "second-largest",
        "twentieth",
        "dozens",
        "next week",
        "on Tuesday",
        "in April",
        "overnight",
        "thousands",
        "high single digits",
        "½",
        "²",
        "Ⅻ",
        "三",
        "8‰",
        "$8 days",
        "$5%",
        "9" * 31,
    ],
)
def test_what_no_fact_is_written_like_is_of_no_unit(text):
    assert [unit for _, unit, _ in found(text)] == ["other"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5-6%", [(5, "pct"), (6, "pct")]),
        ("5\u20136 %", [(5, "pct"), (6, "pct")]),
        ("between five and 6 percent", [(5, "pct"), (6, "pct")]),
        ("4 to 5k", [(4000, "plain"), (5000, "plain")]),
        ("1-, 6- and 12-month", [(1, "months"), (6, "months"), (12, "months")]),
        ("5 or 6 weeks", [(5, "other"), (6, "other")]),
        ("from -8% to -2%", [(8, "pct"), (2, "pct")]),
        ("12 sells, 3 days", [(12, "count"), (3, "days")]),
        ("3 sells of 8 lots", [(3, "count"), (8, "count")]),
        ("div:8d/$2.40", [(8, "days"), (2.4, "money")]),
        ("two three", [(2, "plain"), (3, "plain")]),
        ("8½", [(8, "plain"), (0, "other")]),
    ],
)
def test_joined_numbers_share_the_last_ones_unit(text, expected):
    assert [(value, unit) for value, unit, _ in found(text)] == expected


@pytest.mark.parametrize(
    "text",
    ["\u0668\u066a", "\uff18\uff05", "\U0001d7d6%", "8\u200b%", "8\u0336%", "eight\u2009percent", "EIGHT-PERCENT"],
)
def test_a_number_in_disguise_is_the_number(text):
    assert found(text) == [(8, "pct", 1)]


@pytest.mark.parametrize(
    ("text", "fact", "expected"),
    [
        ("8.5%", 8.5, True),
        ("8.5%", -8.46, True),
        ("8.5%", 8.6, False),
        ("8%", 8.5, True),
        ("9%", 8.5, True),
        ("8%", 8.51, False),
        ("$4.1k", 4147.0, True),
        ("$4.1k", 4151.0, False),
        ("$4,147", 4147.3, True),
        ("$2.40", 2.4, True),
        ("$2.40", 2.41, False),
        ("$0bn", 400.0, False),
        ("1 year", 6, False),
        ("8%", float("nan"), False),
        ("8%", float("inf"), False),
    ],
)
def test_a_fact_matches_where_it_rounds_to_the_number_at_its_last_place(text, fact, expected):
    [quantity] = quantities(text)
    assert quantity.is_one_of([fact]) is expected
    assert quantity.is_one_of([]) is False


@given(st.floats(-1e9, 1e9))
def test_every_figure_of_the_views_is_read_as_the_fact_it_shows(fact):
    for text, unit in ((money(fact), "money"), (signed_pct(fact), "pct"), (points(fact), "plain")):
        [quantity] = quantities(text)
        assert quantity.unit == unit
        assert quantity.is_one_of([fact])


SMALL = [
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def spelled(number: int) -> str:
    """A number below a billion in words."""
    if number < 20:
        return SMALL[number]
    if number < 100:
        return TENS[number // 10 - 2] + (f"-{SMALL[number % 10]}" if number % 10 else "")
    for size, word in ((1_000_000, "million"), (1_000, "thousand"), (100, "hundred")):
        if number >= size:
            rest = number % size
            join = " and " if rest < 100 else " "
            return f"{spelled(number // size)} {word}" + (f"{join}{spelled(rest)}" if rest else "")
    raise AssertionError(number)


@given(st.integers(2, 999_999_999))
def test_a_number_in_words_is_the_number(number):
    assert [q.value for q in quantities(f"sold {spelled(number)} of them")] == [number]


@given(hostile)
def test_a_text_with_a_digit_or_a_numeral_has_a_number(text):
    written = any(character.isnumeric() and character.isascii() for character in fold(text))
    odd = any(character.isnumeric() and not character.isdecimal() for character in fold(text))
    assert not (written or odd) or quantities(text)
    assert all(q.value >= 0 and q.step > 0 for q in quantities(text))


@given(hostile, hostile)
def test_a_text_says_the_numbers_of_its_parts(before, after):
    parts = [*quantities(before), Quantity(Decimal("83172.5"), "plain", Decimal("0.1")), *quantities(after)]
    assert Counter(quantities(f"{before} of 83172.5 it {after}")) == Counter(parts)


def test_what_is_found_is_immutable_and_its_sign_stands_apart():
    [quantity] = quantities("-8.50%")
    assert quantity == Quantity(Decimal("8.50"), "pct", Decimal("0.01"), sign=-1)


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("3%", 0),
        ("+3%", 1),
        ("-3%", -1),
        ("(-3%)", -1),
        ("\u22123%", -1),
        ("$-3", -1),
        ("-$3", -1),
        ("up 3%", 1),
        ("down by 3%", -1),
        ("It fell about 3%", -1),
        ("minus three percent", -1),
        ("3 points ahead of its sector", 1),
        ("3% behind the exchange", -1),
        ("-0%", 0),
        ("well-3%", 0),
        ("group 3", 0),
    ],
)
def test_a_sign_or_a_direction_is_part_of_what_a_number_says(text: str, sign: int) -> None:
    [quantity] = quantities(text)
    assert quantity.sign == sign


def test_a_range_has_no_sign_between_its_ends() -> None:
    assert [quantity.sign for quantity in quantities("5-6%")] == [0, 0]


def test_a_number_with_a_sign_is_no_fact_of_the_other_one() -> None:
    [up] = quantities("+3%")
    assert up.is_one_of([3.2])
    assert not up.is_one_of([-3.2])
    [unsaid] = quantities("3%")
    assert unsaid.is_one_of([-3.2])
