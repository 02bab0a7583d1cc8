from hypothesis import given
from hypothesis import strategies as st

from trimtab.domain.signals.counting import largest_count


@given(st.integers(0, 300), st.integers(0, 300))
def test_the_largest_count_that_fits_is_found_among_all(limit: int, most: int) -> None:
    tried: list[int] = []

    def fits(count: int) -> bool:
        tried.append(count)
        return count <= limit

    assert largest_count(fits, most) == min(limit, most)
    assert len(tried) <= 9


def test_where_none_fits_it_is_none():
    assert largest_count(lambda count: False, 5) == 0
