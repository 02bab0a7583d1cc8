"""The last few values."""

from functools import partial

from trimtab.domain.kept import Kept


def test_a_value_is_computed_once_while_it_is_among_the_last_used() -> None:
    computed: list[str] = []

    def make(name: str) -> str:
        computed.append(name)
        return name.upper()

    kept: Kept[str] = Kept(2)
    for name in ("a", "b", "a", "c", "a", "b"):
        assert kept.get(name, partial(make, name)) == name.upper()
    assert computed == ["a", "b", "c", "b"]


def test_the_newest_value_stays_even_where_only_one_is_kept() -> None:
    kept: Kept[int] = Kept(1)
    assert [kept.get(key, partial(int, key)) for key in (1, 2, 2)] == [1, 2, 2]
