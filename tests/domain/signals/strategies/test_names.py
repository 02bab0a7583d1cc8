import pytest

from trimtab.domain.signals.strategies.names import is_name


@pytest.mark.parametrize("name", ["a", "momentum_rank", "ema_200", "a" * 64])
def test_small_letters_digits_and_underscores_are_a_name(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize("other", ["", "Trend", "2_fast", "_trend", "a-b", "a b", "trend\n", "é", "a" * 65, 7, None])
def test_nothing_else_is(other: object) -> None:
    assert not is_name(other)
