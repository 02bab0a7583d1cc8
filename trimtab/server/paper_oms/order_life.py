"""An order's life, drawn when it is accepted: into which parts it is filled."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from trimtab.server.paper_oms.chance import drawn_words
from trimtab.server.paper_oms.price_walk import EXACT


def drawn_parts(
    units: Decimal, lot_size: Decimal, *, seed: int, subject: str, most_parts: int, least_parts: int = 1
) -> tuple[Decimal, ...]:
    """The parts that an order of so many `units` is filled in, in their order; they make `units` exactly.

    Up to `most_parts`, each of whole lots, and what is no whole lot with the last one; all at once where there is no
    more than one lot. `least_parts` holds as far as there are lots, even against `most_parts`.
    """
    lots = int(EXACT.divide_int(units, lot_size))
    wanted, *places = drawn_words(1 + max(most_parts, least_parts), seed, "life", subject)
    parts = min(max(1 + wanted % most_parts, least_parts), max(lots, 1))
    ends = _ends(lots, places=places[: parts - 1])
    sizes = [EXACT.multiply(Decimal(end - start), lot_size) for start, end in pairwise((0, *ends))]
    return (*sizes, EXACT.subtract(units, EXACT.multiply(Decimal(ends[-1] if ends else 0), lot_size)))


def _ends(lots: int, *, places: Sequence[int]) -> list[int]:
    """After which lots parts end, without the last part: a place that is taken goes to the next that is free."""
    taken: set[int] = set()
    for place in places:
        end = 1 + place % (lots - 1)
        while end in taken:
            end = 1 + end % (lots - 1)
        taken.add(end)
    return sorted(taken)
