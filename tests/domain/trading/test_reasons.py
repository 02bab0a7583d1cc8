"""Reasons in our own words."""

import pytest

from trimtab.domain.trading.reasons import NO_FLAG_REASON, because, buy_reason, sell_reason
from trimtab.domain.trading.recommendation import Action

EVERY_KIND = ("div:8d/$2.40", "dip:-5%", "cgt:12d", "div:30d/$0.10")


def test_each_kind_of_flag_is_said_once_and_in_the_order_of_the_flags() -> None:
    assert because(EVERY_KIND) == (
        "an ex-date is near and the price dipped and a lot in gain soon completes its holding period"
    )
    assert because(("dip:-5%", "div:8d/$2.40")) == "the price dipped and an ex-date is near"


@pytest.mark.parametrize("flags", [(), ("sec:Materials",), ("tol:2.0", "cash")])
def test_flags_that_speak_for_nothing_say_nothing(flags: tuple[str, ...]) -> None:
    assert because(flags) == ""


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("proceed", NO_FLAG_REASON),
        ("defer", "Wait with it: the price dipped."),
        ("partial", "Wait with a part: the price dipped."),
        ("review", "Somebody has to decide."),
    ],
)
def test_a_sell_has_a_reason_for_every_action(action: Action, said: str) -> None:
    assert sell_reason(action, ("dip:-5%",)) == said


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("proceed", "There is cash for it."),
        ("defer", "Cash is short, and nothing speaks for buying this first."),
        ("partial", "Cash is short: a part waits."),
        ("review", "Somebody has to decide."),
    ],
)
def test_a_buy_has_a_reason_for_every_action(action: Action, said: str) -> None:
    assert buy_reason(action) == said
