"""Finds rows that were kept, the newest day first; the transaction is the caller's, and sees one moment."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Generic

from sqlalchemy import Column, ColumnElement, Connection, false, func, select

from trimtab.adapters.records.tables import ALLOCATION_SYMBOLS, ALLOCATIONS, PERFORMANCE, SIGNALS
from trimtab.adapters.reference.broken_rows import WrongValue, broken_rows
from trimtab.adapters.signals.rows import ALLOCATION_ROWS, MEND, PERFORMANCE_ROWS, SIGNAL_ROWS, Form, R
from trimtab.workflow.ports.signal_records import MOST_ROWS, AllocationRow, Sought

_LARGEST: Final = 2**63 - 1
"""The largest number that both databases take."""
_SYMBOLS: Final = ALLOCATION_SYMBOLS.c


@dataclass(frozen=True, slots=True, eq=False)
class Sight(Generic[R]):
    """How rows of a form are looked for.

    `name` and `day` are the columns of what is asked for; `of_symbol` says which rows of an owner are a symbol's;
    `order` is that of rows of one day.
    """

    form: Form[R]
    name: Column[str]
    day: Column[str]
    of_symbol: Callable[[str, str], ColumnElement[bool]]
    order: tuple[Column[str], ...] = ()


def _holding(owner: str, symbol: str) -> ColumnElement[bool]:
    holding = select(_SYMBOLS.allocation_id).where(_SYMBOLS.owner == owner, _SYMBOLS.symbol == symbol)
    return ALLOCATIONS.c.allocation_id.in_(holding)


SIGHT_OF_SIGNALS: Final = Sight(
    SIGNAL_ROWS,
    SIGNALS.c.strategy,
    SIGNALS.c.day,
    of_symbol=lambda _, symbol: SIGNALS.c.symbol == symbol,
    order=(SIGNALS.c.strategy, SIGNALS.c.symbol),
)
SIGHT_OF_ALLOCATIONS: Final = Sight(
    ALLOCATION_ROWS, ALLOCATIONS.c.combination_method, ALLOCATIONS.c.day, of_symbol=_holding
)
SIGHT_OF_PERFORMANCE: Final = Sight(
    PERFORMANCE_ROWS,
    PERFORMANCE.c.subject,
    PERFORMANCE.c.evaluation_day,
    of_symbol=lambda _owner, _symbol: false(),
    order=(PERFORMANCE.c.subject,),
)


def seek(connection: Connection, owner: str, *, sight: Sight[R], sought: Sought) -> tuple[tuple[R, ...], int]:
    """These rows, and how many there are in all; of rows that are alike in the order, the one kept last comes first.

    Raises:
        BrokenRecord: some aren't what was written; it names them.
    """
    if not all(map(_may_be_kept, (owner, sought.name or "", sought.symbol or ""))):
        return (), 0
    form, table = sight.form, sight.form.table
    those = [table.c.owner == owner, *_conditions(owner, sight=sight, sought=sought)]
    in_all = connection.scalars(select(func.count()).select_from(table).where(*those)).one()
    page = (
        select(*form.raw)
        .where(*those)
        .order_by(sight.day.desc(), *sight.order, table.c.recorded_at.desc(), *table.primary_key)
        .limit(_within(sought.limit, MOST_ROWS))
        .offset(_within(sought.offset, _LARGEST))
    )
    return form.read(connection.execute(page).mappings()), in_all


def seek_allocations(connection: Connection, owner: str, *, sought: Sought) -> tuple[tuple[AllocationRow, ...], int]:
    """As `seek`; BrokenRecord, too, where an allocation was found by a symbol that it doesn't hold."""
    rows, in_all = seek(connection, owner, sight=SIGHT_OF_ALLOCATIONS, sought=sought)
    symbol = sought.symbol
    said = "The allocation doesn't hold this symbol."
    wrong = [
        WrongValue((symbol, row.allocation_id), "symbol", said)
        for row in rows
        if symbol is not None and symbol not in row.allocations
    ]
    if wrong:
        raise broken_rows(ALLOCATION_SYMBOLS.name, wrong, then=MEND)
    return rows, in_all


def _conditions(owner: str, *, sight: Sight[R], sought: Sought) -> Iterator[ColumnElement[bool]]:
    if sought.name is not None:
        yield sight.name == sought.name
    if sought.symbol is not None:
        yield sight.of_symbol(owner, sought.symbol)
    if sought.first_day is not None:
        yield sight.day >= sought.first_day.isoformat()
    if sought.last_day is not None:
        yield sight.day <= sought.last_day.isoformat()


def _may_be_kept(text: str) -> bool:
    """Whether a database takes it at all: what none takes, none holds."""
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False


def _within(number: int, most: int) -> int:
    return max(0, min(number, most))
