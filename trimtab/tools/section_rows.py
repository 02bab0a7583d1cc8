"""Sections of a reply that share its room: how many rows of each it holds, so that none pushes another out."""

from bisect import bisect_right
from collections.abc import Iterable
from typing import Final

from trimtab.tools.fitting import MOST_TOKENS, cost
from trimtab.tools.payload import Payload, as_json, as_text, dump
from trimtab.workflow.ports.results import Table

_MOST_BESIDE: Final = 0.4
"""The most of a reply that is kept for what stands beside the sections; of that, lists can be cut."""
_CLOSER: Final = 0.95
_SAMPLE: Final = 200
"""Rows of a section that are looked at to know what one of them takes."""


def most_rows(tables: Iterable[Table], *, beside: Payload) -> int | None:
    """The most rows that each of these may have beside the rest of the payload; None where all have room."""
    needed = [(len(table.rows), _tokens_of_a_row(table)) for table in tables]
    room = MOST_TOKENS * _CLOSER - min(tokens(beside), MOST_TOKENS * _MOST_BESIDE)

    def taken(most: int) -> float:
        return sum(min(most, rows) * each for rows, each in needed)

    longest = max((rows for rows, _ in needed), default=0)
    most = max(1, bisect_right(range(1, longest + 1), room, key=taken))
    return None if most >= longest else most


def tokens(payload: Payload) -> float:
    """At least the number of tokens that the payload takes, in the longer of its forms."""
    return max(cost(as_json(payload)), cost(as_text(payload)))


def newest(table: Table, most: int) -> Table:
    """The last rows of it."""
    return table if len(table.rows) <= most else Table(columns=table.columns, rows=table.rows[-most:])


def spread(table: Table, most: int) -> Table:
    """So many rows, evenly spread, with the first and the last; one alone is the last."""
    count = len(table.rows)
    if count <= most or most == 1:
        return newest(table, most)
    places = (round(number * (count - 1) / (most - 1)) for number in range(most))
    return Table(columns=table.columns, rows=tuple(table.rows[place] for place in places))


def _tokens_of_a_row(table: Table) -> float:
    sample = table.rows[:: max(1, len(table.rows) // _SAMPLE)]
    return tokens({"rows": dump(Table(columns=table.columns, rows=sample))}) / max(1, len(sample))
