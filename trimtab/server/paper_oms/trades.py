"""What is kept of orders and their trades, as rows of the file."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final, Literal, NamedTuple

from trimtab.adapters.oms.messages import TradeSide, TradeStatus
from trimtab.server.paper_oms.faults import Target

EarlyEnd = Literal["", "Cancelled", "Expired"]
"""How an order ends after its first part, empty where it is meant to be filled."""
OPEN: Final[frozenset[TradeStatus]] = frozenset({"Accepted", "PartiallyFilled"})
BUY: Final = 1
SELL: Final = -1
SIDES: Final[dict[TradeSide, int]] = {"Buy": BUY, "Sell": SELL}
SIDE_NAMES: Final[dict[int, TradeSide]] = {side: name for name, side in SIDES.items()}


class Trade(NamedTuple):
    """A trade with the order that it belongs to; `price` is the book's, `filled_value` what its fills cost together."""

    number: int
    order_number: int
    order_key: str
    portfolio_id: str
    trade_key: str
    client_order_id: str | None
    subject: str
    instrument_key: str
    code: str
    exchange: str
    side: int
    units: Decimal
    price: Decimal
    limit_price: Decimal | None
    state: TradeStatus
    reason: str
    ends_as: EarlyEnd
    units_filled: Decimal
    filled_value: Decimal
    times_received: int

    @property
    def target(self) -> Target:
        """Whom faults may meet."""
        return Target(self.subject, self.client_order_id, self.code)


class OpenOrder(NamedTuple):
    """An order of which some trades are open; `is_filled` tells whether anything of it was filled."""

    order_key: str
    portfolio_id: str
    trades: int
    is_filled: bool


class Part(NamedTuple):
    """What is still to be traded of a trade, and the first tick at which it may."""

    trade: int
    part: int
    units: Decimal
    due: int


_OF_ORDER: Final = ("order_key", "portfolio_id")
_OWN: Final = tuple(name for name in Trade._fields if name not in _OF_ORDER)
_COLUMNS: Final = ", ".join(f"o.{name}" if name in _OF_ORDER else f"t.{name}" for name in Trade._fields)
_SELECT: Final = f"SELECT {_COLUMNS} FROM trades t JOIN orders o ON o.number = t.order_number"
_INSERT: Final = f"INSERT INTO trades ({', '.join(_OWN)}) VALUES ({', '.join('?' * len(_OWN))})"
_DECIMALS: Final = tuple(
    Trade._fields.index(name) for name in ("units", "price", "limit_price", "units_filled", "filled_value")
)


def trades_of_clients(connection: sqlite3.Connection, client_order_ids: Iterable[str]) -> dict[str, Trade]:
    """The trades with these client order ids, as far as there are any, by it."""
    query = f"{_SELECT} WHERE t.client_order_id IN (SELECT value FROM json_each(?)) ORDER BY t.number"
    found = _read(connection.execute(query, (json.dumps(list(client_order_ids)),)))
    return {each.client_order_id: each for each in found if each.client_order_id is not None}


def trades_of_order(connection: sqlite3.Connection, order_key: str) -> list[Trade]:
    """The trades of an order; none where there is no such order."""
    return _read(connection.execute(f"{_SELECT} WHERE o.order_key = ? ORDER BY t.number", (order_key,)))


def all_trades(connection: sqlite3.Connection) -> list[Trade]:
    """Every trade, in the order in which they were made."""
    return _read(connection.execute(f"{_SELECT} ORDER BY t.number"))


def open_orders(connection: sqlite3.Connection) -> list[OpenOrder]:
    """Every order that has open trades."""
    query = """SELECT o.order_key, o.portfolio_id, COUNT(*), MAX(t.units_filled <> '0')
        FROM (SELECT DISTINCT order_number FROM trades WHERE state IN ('Accepted', 'PartiallyFilled')) AS waiting
        JOIN orders o ON o.number = waiting.order_number JOIN trades t ON t.order_number = o.number
        GROUP BY o.number ORDER BY o.number"""
    return [
        OpenOrder(key, portfolio, trades, bool(filled)) for key, portfolio, trades, filled in connection.execute(query)
    ]


def last_numbers(connection: sqlite3.Connection) -> tuple[int, int]:
    """The numbers of the last order and the last trade; 0 where there is none."""
    found = connection.execute(
        "SELECT (SELECT IFNULL(MAX(number), 0) FROM orders), (SELECT IFNULL(MAX(number), 0) FROM trades)"
    ).fetchone()
    return int(found[0]), int(found[1])


def add_trades(connection: sqlite3.Connection, trades: Sequence[Trade], *, parts: Iterable[Part]) -> None:
    """Keeps new trades with their orders, and what is to become of them."""
    orders = {each.order_number: (each.order_number, each.order_key, each.portfolio_id) for each in trades}
    connection.executemany("INSERT INTO orders VALUES (?, ?, ?)", orders.values())
    connection.executemany(_INSERT, [_stored(each) for each in trades])
    rows = [(each.trade, each.part, f"{each.units:f}", each.due) for each in parts]
    connection.executemany("INSERT INTO parts VALUES (?, ?, ?, ?)", rows)


def receive_again(connection: sqlite3.Connection, trades: Iterable[Trade]) -> None:
    """Counts that trades were received once more."""
    numbers = [(each.number,) for each in trades]
    connection.executemany("UPDATE trades SET times_received = times_received + 1 WHERE number = ?", numbers)


def cancel_trade(connection: sqlite3.Connection, trade: Trade, *, reason: str, late_due: int | None = None) -> Trade:
    """Cancels an open trade, and gives it as it stands then.

    With `late_due` its next part is still on its way, and may trade from that tick on.
    """
    connection.execute("UPDATE trades SET state = 'Cancelled', reason = ? WHERE number = ?", (reason, trade.number))
    if late_due is None:
        connection.execute("DELETE FROM parts WHERE trade = ?", (trade.number,))
    else:
        later = "trade = :trade AND part > (SELECT MIN(part) FROM parts WHERE trade = :trade)"
        connection.execute(f"DELETE FROM parts WHERE {later}", {"trade": trade.number})
        connection.execute("UPDATE parts SET due = ? WHERE trade = ?", (late_due, trade.number))
    return trade._replace(state="Cancelled", reason=reason)


def _stored(trade: Trade) -> list[object]:
    values = ((name, value) for name, value in zip(Trade._fields, trade, strict=True) if name not in _OF_ORDER)
    return [f"{value:f}" if isinstance(value, Decimal) else value for _, value in values]


def _read(rows: Iterable[tuple[object, ...]]) -> list[Trade]:
    return [Trade._make(_values(row)) for row in rows]


def _values(row: tuple[object, ...]) -> list[object]:
    values = list(row)
    for at in _DECIMALS:
        value = values[at]
        values[at] = None if value is None else Decimal(str(value))
    return values
