"""Words that judge or advise are found in every form; words that describe are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.trading.said_of_markets import answers_of
from tests.formatters.hostile import hostile
from tests.workflow.desks import DEMO, plan_of
from trimtab.adapters.analysts.rules_markets import describe_markets
from trimtab.domain.trading.judgement import judgement_words
from trimtab.domain.trading.overview import ExchangeMomentum, InstrumentMomentum, Returns, SectorMomentum
from trimtab.workflow.overviews import markets

JUDGING = (
    *("worst", "best", "poor", "poorly", "terrible", "awful", "awfully", "disappointing", "disappoints", "dismal"),
    *("attractive", "unattractive", "attractively", "cheap", "cheaper", "expensive", "bargain", "bargains"),
    *("overvalued", "undervaluation", "oversold", "overbought", "bullish", "bearish", "winner", "losers", "avoid"),
    *("avoiding", "should", "must", "ought", "recommend", "recommended", "recommendation", "advise", "advisable"),
    *("buy", "sell", "hold", "buying", "selling", "opportunity", "opportunities", "risk", "risky", "riskier"),
    *("danger", "dangerous", "concerning", "concerns", "worrying", "worry", "favourite", "favorite", "favourable"),
    *("great", "greatest", "excellent", "bad", "badly", "good", "better", "worse", "worsening", "crash", "crashed"),
    *("soar", "soaring", "plunge", "plunged", "plummets", "collapse", "surging", "tumbled", "slump", "promising"),
    *("compelling", "laggard", "struggling", "upside", "downside", "outlook", "forecast", "prefer", "caution"),
)
NEUTRAL = (
    *("lagging", "lagging its sector by 4% this month", "ahead of the exchange", "behind", "leading", "steady"),
    *("momentum improving from -8% to -2%", "deteriorating", "trajectory", "healthy consolidation", "mixed"),
    *("strength", "Materials sector showing strength", "strong", "weakness", "weak this month", "recovering"),
    *("underperformed", "outperforming", "rising", "falling", "gained", "lost 3%", "greater than", "accelerating"),
    *("12 sells and 3 buys pending", "1 buy", "1 sell", "no pending buy", "buy orders", "pending sell orders"),
    *("holds steady", "hold steady", "on hold", "holdings", "as well as", "adviser", "considerable", "1 need a look"),
    *("consumer goods", "direction", "lawful", "badge", "unsold", "bearing", "likewise"),
    "Mixed global momentum with NYSE leading (+5% 1mo) vs ASX/NASDAQ (+1%). Materials sector showing strength.",
)


@pytest.mark.parametrize("word", JUDGING)
def test_a_judging_word_is_found_wherever_it_stands(word: str) -> None:
    assert judgement_words(word) == (word,)
    assert judgement_words(f"The sector looks {word.upper()}, this month.") == (word,)
    assert judgement_words(f"({word[:1]}\u200b{word[1:]})") == (word,)
    assert judgement_words(f"sector-{word}-like_") == (word,)
    assert judgement_words(f"{word[:2]}\u00ad{word[2:]} {word[:1]}-{word[1:]}")[0] == word


@pytest.mark.parametrize("text", NEUTRAL)
def test_a_neutral_text_passes(text: str) -> None:
    assert judgement_words(text) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Worst-performing sector: the worst", ("worst",)),
        ("a must-own, best-in-class name", ("must", "best")),
        ("wo-rst", ("worst",)),
        ("over-sold", ("oversold",)),
        ("over sold", ("over sold",)),
        ("it shouldn\u2019t", ("shouldn't",)),
        ("\uff22\uff21\uff24 b\u00e1d", ("bad",)),
        ("a strong buy, 1 buy", ("buy",)),
        ("sell into strength", ("sell",)),
        ("the sector sells off", ("sells off",)),
        ("you need to act", ("need to",)),
        ("performed well", ("performed well",)),
        ("time to buy", ("time to", "buy")),
        ("", ()),
    ],
)
def test_words_come_once_and_in_lower_case(text: str, expected: tuple[str, ...]) -> None:
    assert judgement_words(text) == expected


@given(hostile, st.sampled_from(JUDGING), hostile)
def test_no_surrounding_hides_a_judgement(before: str, word: str, after: str) -> None:
    assert judgement_words(f"{before} . {word} . {after}")


@given(hostile)
def test_what_is_found_is_a_part_of_the_text_and_is_found_again(text: str) -> None:
    for word in judgement_words(text):
        assert judgement_words(word) == (word,)


number = st.none() | st.floats(-300, 300)
returns = st.builds(Returns, number, number, number)
instruments = st.builds(InstrumentMomentum, st.just("CBA"), returns, st.none(), st.just(1), st.just(2))
sectors = st.builds(SectorMomentum, st.just("Banks"), returns, st.lists(instruments, max_size=2).map(tuple))
exchanges = st.builds(
    ExchangeMomentum, st.sampled_from(("ASX", "NYSE")), returns, st.lists(sectors, max_size=2).map(tuple)
)


@given(st.lists(exchanges, max_size=3).map(tuple))
def test_nothing_that_the_rules_analyst_says_of_markets_judges(seen: tuple[ExchangeMomentum, ...]) -> None:
    for text in answers_of(seen, describe_markets(seen)):
        assert judgement_words(text) == ()


def test_nothing_that_is_said_of_the_demo_book_judges() -> None:
    seen = markets(plan_of(DEMO))
    texts = answers_of(seen, describe_markets(seen))
    assert len(texts) > 60
    assert [text for text in texts if judgement_words(text)] == []
