"""How many of something fit, found in few tries."""

from collections.abc import Callable


def largest_count(fits: Callable[[int], bool], most: int) -> int:
    """The largest count up to `most` that fits, where all below one that fits do; 0 where none does."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low
