import pytest

from trimtab.domain.signals.strategies.strategy_failed import MOST_SAID, StrategyFailed, words_of


class Unspeakable(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no text")


def test_a_failure_names_the_strategy_and_says_what_to_do():
    failed = StrategyFailed("trend", "It raised KeyError: 'A'.")
    assert (failed.strategy, failed.reason) == ("trend", "It raised KeyError: 'A'.")
    assert str(failed) == "The strategy trend failed. It raised KeyError: 'A'."
    assert (failed.code, failed.field) == ("invalid_argument", "strategies")
    assert "Leave the strategy out" in failed.next_action


def test_an_exceptions_text_is_cleaned_and_cut_to_a_line():
    assert words_of(ValueError("no\n\u202eprices\x00")) == "ValueError: no prices"
    assert words_of(ValueError("x" * 1_000)) == f"ValueError: {'x' * (MOST_SAID - 1)}…"


def test_an_exception_without_words_is_told_by_its_kind():
    assert words_of(ZeroDivisionError()) == "ZeroDivisionError"
    assert words_of(Unspeakable()) == "Unspeakable"
    assert words_of(SystemExit(3)) == "SystemExit: 3"


def test_who_is_interrupted_meanwhile_is_interrupted():
    class Interrupting(Exception):
        def __str__(self) -> str:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        words_of(Interrupting())
