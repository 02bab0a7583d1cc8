"""Words that a model may make paths and labels of."""

import pytest

from tests.workflow.frameworks.proposing import KNOWN
from trimtab.workflow.frameworks.plain_words import is_plain, words_of

WORDS = words_of(KNOWN)


@pytest.mark.parametrize("text", ["Equity", "US", "Health Care", "Core & Satellite", "Bonds (short)", "ESG", "esg"])
def test_plain_words_and_words_of_products_are_plain(text: str) -> None:
    assert is_plain(text, WORDS)


@pytest.mark.parametrize(
    "text", ["", " Equity", "TSLA", "$tsla", "Top 5", "Half", "a\nb", "Aktien\u202e", "x" * 41, "a|b", "www.evil.com"]
)
def test_numbers_codes_and_marks_are_not(text: str) -> None:
    assert not is_plain(text, WORDS)


def test_dividends_and_taxes_may_be_spoken_of() -> None:
    assert is_plain("Dividend yield", WORDS)
    assert is_plain("Tax aware", WORDS)
