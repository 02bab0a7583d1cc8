import numpy as np

from trimtab.domain.signals.strategies.smoothing import run_lengths, smoothed, starts

NONE = np.nan
VALUES = np.array([[[1.0, 8.0]], [[3.0, 8.0]], [[NONE, 0.0]], [[5.0, 4.0]], [[9.0, 0.0]]])
BOTH, FIRST = np.array([True, True]), np.array([True, False])
SEEDS = {0: (BOTH, np.array([[2.0, 8.0]])), 3: (FIRST, np.array([[5.0]]))}
WANTED = [[2.0, 8.0], [2.5, 8.0], [NONE, 4.0], [5.0, 4.0], [7.0, 2.0]]


def test_runs_are_counted_from_the_last_gap():
    values = np.array([[1.0, NONE], [1.0, 1.0], [NONE, 1.0], [1.0, NONE]])
    assert run_lengths(values).tolist() == [[1, 0], [2, 1], [0, 2], [1, 0]]


def test_without_a_gap_all_symbols_are_counted_as_one():
    assert run_lengths(np.ones((3, 4))).tolist() == [[1], [2], [3]]
    assert run_lengths(np.ones((0, 4))).shape == (0, 1)


def test_runs_start_where_they_reach_a_length():
    lengths = run_lengths(np.array([[1.0, NONE], [1.0, 1.0], [NONE, 1.0], [1.0, NONE]]))
    found = [(row, symbols.tolist()) for row, symbols in starts(lengths, at=2, symbols=2)]
    assert found == [(1, [True, False]), (2, [False, True])]
    alike = [(row, symbols.tolist()) for row, symbols in starts(run_lengths(np.ones((3, 2))), at=2, symbols=2)]
    assert alike == [(1, [True, True])]


def test_each_value_takes_its_weight_of_the_distance_from_the_seed_on_and_after_a_gap_anew():
    ((_, found),) = smoothed([(slice(0, 5), VALUES.copy())], weights=(0.5,), seeds=SEEDS)
    np.testing.assert_array_equal(found[:, 0], WANTED)


def test_averages_go_on_from_block_to_block_whatever_becomes_of_the_last():
    found = []
    blocks = [(slice(0, 2), VALUES[:2].copy()), (slice(2, 5), VALUES[2:].copy())]
    for _, block in smoothed(blocks, weights=(0.5,), seeds=SEEDS):
        found.extend(block[:, 0].tolist())
        block[:] = 77
    np.testing.assert_array_equal(found, WANTED)


def test_series_have_weights_of_their_own():
    ((_, found),) = smoothed(
        [(slice(0, 2), np.array([[[0.0], [0.0]], [[8.0], [8.0]]]))],
        weights=(0.5, 0.25),
        seeds={0: (np.array([True]), np.array([[0.0], [4.0]]))},
    )
    assert found[1].tolist() == [[4.0], [5.0]]
