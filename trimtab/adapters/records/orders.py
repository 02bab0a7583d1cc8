"""The orders of all sessions: which are to be followed, and what they come to."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from sqlalchemy import ColumnElement, Connection, select

from trimtab.adapters.records.rows import found, unreadable
from trimtab.adapters.records.tables import KEPT_AS
from trimtab.domain.trading.order_states import ENDED, STATES
from trimtab.workflow.ports.records import Exposure, OrderRow, Scope
from trimtab.workflow.ports.results import ExecutionMode

_KEPT: Final = KEPT_AS[OrderRow]
_ORDERS: Final = _KEPT.table.c
_MAY_TRADE: Final = _ORDERS.state.not_in(sorted(ENDED))
_OPEN: Final = sorted(set(STATES) - ENDED)


def waiting(connection: Connection) -> tuple[OrderRow, ...]:
    """The orders of all sessions that haven't ended."""
    return found(connection, OrderRow, _MAY_TRADE)


def unsettled(connection: Connection, since: date, *, execution_mode: ExecutionMode) -> tuple[OrderRow, ...]:
    """See `RecordStore.unsettled`; those that haven't ended come first.

    It is asked all the time, over the orders of years. So there are two statements, each for one index, by the states
    or by the day: SQLite would take neither where one condition or another is enough, nor where states are ruled out.
    """
    of_mode = _ORDERS.execution_mode == execution_mode
    ended_unfilled = _ORDERS.state.not_in([*_OPEN, "Filled"])
    return (
        *found(connection, OrderRow, of_mode, _ORDERS.state.in_(_OPEN)),
        *found(connection, OrderRow, of_mode, _ORDERS.day >= since.isoformat(), ended_unfilled, _ORDERS.sent_at != ""),
    )


def of_day(connection: Connection, scope: Scope, *, day: date) -> Exposure:
    """See `Standing`."""
    return _exposure(connection, scope, summed=_ORDERS.day == day.isoformat())


def of_book(connection: Connection, scope: Scope) -> Exposure:
    """See `Standing`. A newer book doesn't know of orders that still wait: their accounts are taken whatever it is.

    So are the accounts that the scope names.
    """
    named = _MAY_TRADE | _ORDERS.account_number.in_(scope.accounts)
    return _exposure(connection, scope, summed=_ORDERS.book_digest == scope.book_digest, or_named=named)


def _exposure(
    connection: Connection,
    scope: Scope,
    *,
    summed: ColumnElement[bool],
    or_named: ColumnElement[bool] | None = None,
) -> Exposure:
    """What the orders that count come to. Decimals are added here: in a database they would be text, or floats.

    Orders for which only `or_named` is true add their account, and no value.
    """
    statement = (
        select(
            _ORDERS.client_order_id,
            _ORDERS.session_id,
            _ORDERS.account_number,
            _ORDERS.reporting_currency,
            _ORDERS.reported_value,
            _ORDERS.filled_quantity,
            _ORDERS.state,
            summed,
        )
        .where(_ORDERS.execution_mode == scope.execution_mode)
        .where(summed if or_named is None else summed | or_named)
        .where(_MAY_TRADE | (_ORDERS.filled_quantity != "0"))
        .order_by(_ORDERS.first_seq)
    )
    value: dict[str, Decimal] = {}
    accounts: dict[str, str] = {}
    for key, session_id, account, currency, amount, filled, state, is_summed in connection.execute(statement):
        try:
            if state in ENDED and Decimal(filled) <= 0:
                continue
            if is_summed:
                value[currency] = value.get(currency, Decimal(0)) + Decimal(amount)
        except InvalidOperation as error:
            raise unreadable(_KEPT, key, fields=("reported_value", "filled_quantity")) from error
        if accounts.setdefault(account, session_id) == scope.session_id:
            accounts[account] = session_id
    return Exposure(value, accounts)
