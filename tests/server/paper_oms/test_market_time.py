"""The market's time: ticks don't depend on who looks when, and each has its day."""

from hypothesis import given
from hypothesis import strategies as st

from trimtab.server.paper_oms.market_time import DAY_US, MarketTime, Stretch, moved_on, stretches

NOON_US = 20_000 * DAY_US + DAY_US // 2
START = MarketTime(100, NOON_US)


def test_whole_ticks_pass_and_what_is_left_counts_later() -> None:
    first = moved_on(START, now_us=NOON_US + 2_700_000, tick_us=1_000_000)
    assert first == MarketTime(102, NOON_US + 2_000_000)
    assert moved_on(first, now_us=NOON_US + 3_000_000, tick_us=1_000_000).tick == 103


@given(st.lists(st.integers(1, 3_000_000), min_size=1, max_size=30), st.integers(1, 1_000_000))
def test_it_does_not_matter_how_often_somebody_looks(pauses_us: list[int], tick_us: int) -> None:
    now_us, market = NOON_US, START
    for pause_us in pauses_us:
        now_us += pause_us
        market = moved_on(market, now_us=now_us, tick_us=tick_us)
    assert market == moved_on(START, now_us=now_us, tick_us=tick_us)


def test_a_clock_that_was_set_back_is_followed_and_no_tick_is_lost() -> None:
    back = moved_on(START, now_us=NOON_US - DAY_US, tick_us=1_000_000)
    assert back == MarketTime(100, NOON_US - DAY_US)
    assert moved_on(back, now_us=NOON_US - DAY_US + 1_000_000, tick_us=1_000_000).tick == 101


def test_no_time_has_no_ticks() -> None:
    assert list(stretches(START, START)) == []


def test_ticks_at_one_moment_are_all_of_its_day() -> None:
    assert list(stretches(START, MarketTime(103, NOON_US))) == [Stretch(20_000, 101, 103)]


def test_a_tick_at_midnight_is_of_the_new_day() -> None:
    six_hours_us = DAY_US // 4
    after = MarketTime(106, NOON_US + 6 * six_hours_us)
    assert list(stretches(START, after)) == [
        Stretch(20_000, 101, 101),
        Stretch(20_001, 102, 105),
        Stretch(20_002, 106, 106),
    ]


@given(st.integers(0, 200), st.integers(0, 5 * DAY_US))
def test_every_tick_has_the_day_it_was_on(ticks: int, span_us: int) -> None:
    after = MarketTime(START.tick + ticks, START.as_of_us + span_us)
    days = {tick: day for day, first, last in stretches(START, after) for tick in range(first, last + 1)}
    assert days == {
        START.tick + number: (START.as_of_us + span_us * number // ticks) // DAY_US for number in range(1, ticks + 1)
    }
