import numpy as np
import pytest

from trimtab.domain.signals.strategies.blocks import BLOCK_VALUES, OFTEN, after_none, blocks, empty_panels

COUNT = 50
WIDE = np.arange(COUNT * (BLOCK_VALUES // 8), dtype=float).reshape(COUNT, -1)


@pytest.mark.parametrize("order", ["C", "F"])
def test_blocks_are_all_rows_in_order_however_they_lie_in_memory(order) -> None:
    found = list(blocks(np.array(WIDE, order=order)))
    assert [rows for rows, _ in found] == [slice(start, min(start + 8, COUNT)) for start in range(0, COUNT, 8)]
    for rows, block in found:
        np.testing.assert_array_equal(block, WIDE[rows])
        assert block.flags.c_contiguous


def test_a_block_follows_the_rows_before_it_and_nothing_before_the_first():
    found = list(blocks(WIDE, before=3))
    padded = np.vstack([np.full((3, WIDE.shape[1]), np.nan), WIDE])
    assert len(found) == 5
    for rows, block in found:
        assert rows.stop - rows.start <= OFTEN * 3
        np.testing.assert_array_equal(block, padded[rows.start : rows.stop + 3])


def test_more_rows_before_than_there_are_are_nothing():
    ((rows, block),) = blocks(np.ones((2, 1)), before=4)
    assert rows == slice(0, 2)
    np.testing.assert_array_equal(block[:, 0], [np.nan] * 4 + [1, 1])


def test_a_block_is_a_copy_and_has_a_row_at_least():
    values = np.ones((2, BLOCK_VALUES + 1))
    for rows, block in blocks(values):
        assert rows.stop - rows.start == 1
        block[:] = 2
    assert (values == 1).all()


def test_without_dates_or_symbols_there_is_no_value_in_a_block():
    assert list(blocks(np.ones((0, 3)))) == []
    assert [block.shape for _, block in blocks(np.ones((3, 0)), before=1)] == [(4, 0)]


def test_nothing_comes_before():
    np.testing.assert_array_equal(after_none(np.ones((1, 2)), rows=1), [[np.nan, np.nan], [1, 1]])


def test_panels_by_name_do_not_share_a_value():
    found = empty_panels("a", "b", like=np.ones((2, 3)))
    found["a"][:], found["b"][:] = 1, 2
    assert {name: (panel.shape, panel.sum()) for name, panel in found.items()} == {"a": ((2, 3), 6), "b": ((2, 3), 12)}
