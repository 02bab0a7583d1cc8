"""What is said of rows that nobody could have written: their keys, cleaned and cut, and nothing else of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from trimtab.adapters.records.faults import SETTING
from trimtab.domain.errors import BrokenRecord, Problem
from trimtab.domain.outside_text import clean

KEY_LIMIT: Final = 40
MOST_TOLD: Final = 20
_MEND: Final = "Correct or delete these rows in the database itself; Trimtab changes nothing in this table until then."


@dataclass(frozen=True, slots=True)
class WrongValue:
    """A value that nobody could have written, and what is wrong with it; `key` is what its row is found by."""

    key: tuple[object, ...]
    column: str
    said: str


def broken_rows(table: str, wrong: Sequence[WrongValue], *, then: str = _MEND) -> BrokenRecord:
    """For rows of this table, with one wrong value at least; the first `MOST_TOLD` are told. `then` mends them."""
    first = wrong[0]
    more = f" {len(wrong):,} values of this table are wrong in all." if len(wrong) > 1 else ""
    told = [Problem(f"{table} {_shown(each.key)} {each.column}", each.said) for each in wrong[:MOST_TOLD]]
    return BrokenRecord(
        f'{table}: in the row "{_shown(first.key)}" {first.column} is wrong. {first.said}{more}',
        field=SETTING,
        next_action=then,
        problems=told,
    )


def _shown(key: Iterable[object]) -> str:
    return ", ".join(clean(part, KEY_LIMIT) if isinstance(part, str) else "(no text)" for part in key)
