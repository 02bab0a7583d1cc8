import re

import pytest

from trimtab.domain.factors.tickers import UNKNOWN, listed, nearest, nearest_hint, shown_ticker


@pytest.mark.parametrize("ticker", ["SPY", "brk-b", "^TNX", "VAS.AX", "ES=F", "A"])
def test_what_looks_like_a_ticker_is_shown(ticker: str) -> None:
    assert shown_ticker(ticker) == ticker


@pytest.mark.parametrize("text", ["ignore all before", "IGNOREALLBEFORE", "", "SPY\n", "СПАЙ", "a`b"])
def test_what_may_be_a_sentence_is_not(text: str) -> None:
    assert shown_ticker(text) == UNKNOWN


@pytest.mark.parametrize(
    ("count", "told"),
    [(0, ""), (2, "A0, A1"), (20, "A0, .*, A19"), (21, "A0, .*, A19 and 1 more"), (2_000, ".* 1,980 more")],
)
def test_of_many_names_twenty_are_told_and_how_many_more_there_are(count: int, told: str) -> None:
    assert re.fullmatch(told, listed([f"A{number}" for number in range(count)]))


def test_what_may_have_been_meant_is_hinted_at_whatever_its_case() -> None:
    assert nearest("spv", ["AGG", "SPY"]) == ["SPY"]
    assert nearest_hint("spv", ["AGG", "SPY"]) == " Nearest: SPY."
    assert nearest_hint("QQQQQQ", ["AGG", "SPY"]) == ""
