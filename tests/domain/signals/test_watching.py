"""Pieces of work tell together how far the whole is."""

from trimtab.domain.signals.watching import part_of, parts_of, unwatched


def test_pieces_of_one_size_follow_each_other() -> None:
    told: list[float] = []
    for place in range(2):
        part = part_of(told.append, place=place, count=2)
        part(0.5)
        part(1.0)
    assert told == [0.25, 0.5, 0.75, 1.0]


def test_pieces_of_several_sizes_count_by_their_size() -> None:
    told: list[float] = []
    for part in parts_of(told.append, 3, 0, 1):
        part(0.5)
        part(1.0)
    assert told == [0.375, 0.75, 0.875, 1.0]


def test_nobody_has_to_watch() -> None:
    unwatched(0.5)
