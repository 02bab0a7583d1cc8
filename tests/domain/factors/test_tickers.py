import pytest

from trimtab.domain.factors.tickers import UNKNOWN, shown_ticker


@pytest.mark.parametrize("ticker", ["SPY", "brk-b", "^TNX", "VAS.AX", "ES=F", "A"])
def test_what_looks_like_a_ticker_is_shown(ticker: str) -> None:
    assert shown_ticker(ticker) == ticker


@pytest.mark.parametrize("text", ["ignore all before", "IGNOREALLBEFORE", "", "SPY\n", "СПАЙ", "a`b"])
def test_what_may_be_a_sentence_is_not(text: str) -> None:
    assert shown_ticker(text) == UNKNOWN
