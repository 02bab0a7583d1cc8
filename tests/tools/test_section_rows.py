"""How many rows of each section a reply holds, and which they are."""

from hypothesis import given
from hypothesis import strategies as st

from trimtab.tools.fitting import MOST_TOKENS
from trimtab.tools.payload import dump
from trimtab.tools.section_rows import most_rows, newest, spread, tokens
from trimtab.workflow.ports.results import Table


def table(count: int) -> Table:
    return Table(columns=("day", "value"), rows=tuple((f"D{number:05}", 0.123456789012) for number in range(count)))


def test_short_sections_are_whole() -> None:
    assert most_rows([], beside={}) is None
    assert most_rows([table(0), table(3)], beside={"name": "x"}) is None


def test_long_sections_share_the_room() -> None:
    two, one = (most_rows([table(9_000)] * count, beside={}) for count in (2, 1))
    assert two is not None
    assert one is not None
    assert 1.8 * two <= one <= 2.2 * two
    assert MOST_TOKENS * 0.8 <= tokens({"rows": dump(newest(table(9_000), one))}) <= MOST_TOKENS


def test_what_stands_beside_them_takes_no_more_than_its_part() -> None:
    crowded = most_rows([table(9_000)], beside={"text": ["a text of some length"] * 20_000})
    assert crowded is not None
    assert crowded > 100


@given(count=st.integers(0, 300), most=st.integers(1, 300))
def test_fewer_rows_are_the_last_or_evenly_spread_ones(count: int, most: int) -> None:
    whole = table(count)
    last, some = newest(whole, most).rows, spread(whole, most).rows
    assert last == whole.rows[max(0, count - most) :]
    assert len(some) == min(count, most)
    assert list(some) == sorted({*some})
    assert some[-1:] == whole.rows[-1:]
    if most > 1:
        assert some[:1] == whole.rows[:1]
