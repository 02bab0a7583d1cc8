import pytest

from tests.domain.factors.panels import NONE, make_panel
from trimtab.domain.factors.ranking import ranking
from trimtab.domain.factors.universe import Entry
from trimtab.domain.factors.windows import Window, cut


def etf(ticker: str, aum_value: float | None = None) -> Entry:
    return Entry("bond", ticker, asset_class="bond", aum_value=aum_value)


HISTORY = make_panel(
    {
        "COVERED": [NONE, NONE, 0.1, 0.2],
        "GAPPY": [0.1, 0.2, NONE, 0.2],
        "LARGE": [NONE, 0.1, 0.2, 0.3],
        "LONG": [0.1, 0.2, 0.1, 0.2],
        "SMALL": [NONE, 0.1, 0.2, 0.3],
        "UNKNOWN": [NONE, 0.1, 0.2, 0.3],
    }
)
FIRST = int(HISTORY.months[0])
ENTRIES = [etf("COVERED"), etf("GAPPY", 9e9), etf("LARGE", 2e9), etf("LONG"), etf("SMALL", 1e9), etf("UNKNOWN")]


def test_coverage_comes_before_history_and_that_before_size_and_name() -> None:
    usable = cut(HISTORY, Window(FIRST + 2, FIRST + 3), tickers=HISTORY.tickers)
    ranks = ranking(usable, history=HISTORY, entries=ENTRIES)
    assert ranks.order(HISTORY.tickers) == ("LONG", "LARGE", "SMALL", "UNKNOWN", "COVERED", "GAPPY")


def test_equals_go_by_name() -> None:
    ranks = ranking(HISTORY, history=HISTORY, entries=[])
    assert ranks.order(["UNKNOWN", "SMALL", "LARGE"]) == ("LARGE", "SMALL", "UNKNOWN")


def test_only_usable_tickers_can_be_ranked() -> None:
    with pytest.raises(KeyError):
        ranking(HISTORY, history=HISTORY, entries=ENTRIES).order(["OTHER"])
