"""Chance that can be repeated."""

from trimtab.server.paper_oms.chance import drawn_bytes, drawn_share, drawn_words


def test_the_same_subject_draws_the_same_and_another_something_else() -> None:
    assert drawn_words(3, 7, "life", "a") == drawn_words(3, 7, "life", "a")
    assert drawn_words(3, 7, "life", "a") != drawn_words(3, 8, "life", "a")
    assert drawn_words(3, 7, "life", "a") != drawn_words(3, 7, "walk", "a")


def test_what_is_drawn_is_the_same_in_every_release() -> None:
    assert drawn_bytes(4, 0, "walk", "a").hex() == "eea1b700"


def test_shares_spread_evenly_from_0_to_below_1() -> None:
    drawn = [drawn_share(number) for number in range(2_000)]
    assert 0 <= min(drawn) < 0.01
    assert 0.99 < max(drawn) < 1
    assert 0.45 < sum(drawn) / len(drawn) < 0.55
