"""What an order system that behaves says of its trades."""

from collections.abc import Sequence
from decimal import Context, Decimal
from functools import reduce
from typing import Final

from trimtab.adapters.oms.messages import (
    ClientOrder,
    CreatedTradeItem,
    OrderBatch,
    OrderBatchSummary,
    OrderFulfilmentStatus,
    TradeBatchItem,
    TradeFulfilmentItem,
)
from trimtab.server.paper_oms.price_walk import EXACT
from trimtab.server.paper_oms.trades import BUY, OPEN, SELL, SIDE_NAMES, OpenOrder, Trade

PENDING: Final = "pending"
EXECUTING: Final = "executing"
STATES: Final = (PENDING, EXECUTING)
COMPLETED: Final = "completed"
_ZERO: Final = Decimal(0)
_SHOWN: Final = Context(prec=34)
"""An average price is exact where so many digits hold it."""


def created_item(trade: Trade) -> CreatedTradeItem:
    """A trade as it is told of when it was asked for; its value at the book's price."""
    return CreatedTradeItem(
        trade_key=trade.trade_key,
        instrument_key=trade.instrument_key,
        symbol=trade.code,
        exchange=trade.exchange,
        units=trade.units,
        trade_value=EXACT.multiply(trade.units, trade.price),
        trade_side=SIDE_NAMES[trade.side],
        was_held=trade.side == SELL,
        client_order_id=trade.client_order_id,
        status=trade.state,
        status_reason=trade.reason,
    )


def fulfilment_item(trade: Trade) -> TradeFulfilmentItem:
    """How far a trade is."""
    return TradeFulfilmentItem(
        trade_key=trade.trade_key,
        instrument_key=trade.instrument_key,
        status=trade.state,
        units=trade.units,
        units_filled=trade.units_filled,
        average_fill_price=average_price(trade),
        fill_percentage=float(EXACT.divide(trade.units_filled * 100, trade.units)),
        trade_side=SIDE_NAMES[trade.side],
        client_order_id=trade.client_order_id,
        status_reason=trade.reason,
    )


def client_order(trade: Trade) -> ClientOrder:
    """The same, for who asks by client order id."""
    item = fulfilment_item(trade)
    return ClientOrder.model_construct(**dict(item), order_key=trade.order_key, portfolio_id=trade.portfolio_id)


def average_price(trade: Trade) -> Decimal:
    """The price per unit of all that was filled; 0 where nothing was."""
    return _SHOWN.divide(trade.filled_value, trade.units_filled) if trade.units_filled else _ZERO


def fulfilment(trades: Sequence[Trade]) -> OrderFulfilmentStatus:
    """How far an order is; its trades are left to be told one by one, because faults may spoil some.

    Values are sums over the instruments' currencies, as they come.
    """
    first = trades[0]
    return OrderFulfilmentStatus(
        order_key=first.order_key,
        portfolio_id=first.portfolio_id,
        trades_filled=sum(each.state == "Filled" for each in trades),
        trades_partially_filled=sum(each.state == "PartiallyFilled" for each in trades),
        trades_pending=sum(each.state == "Accepted" for each in trades),
        total_buy_value_filled=_filled_value(trades, side=BUY),
        total_sell_value_filled=_filled_value(trades, side=SELL),
        trades=(),
    )


def batch(trades: Sequence[Trade]) -> OrderBatch:
    """An order with its trades, at the prices of the book."""
    first = trades[0]
    return OrderBatch(
        order_key=first.order_key,
        portfolio_id=first.portfolio_id,
        status=status(
            is_open=any(each.state in OPEN for each in trades), is_filled=any(each.units_filled for each in trades)
        ),
        trade_count=len(trades),
        trades=tuple(_batch_item(each) for each in trades),
    )


def summary(order: OpenOrder) -> OrderBatchSummary:
    """An order that is open, at a glance."""
    return OrderBatchSummary(
        order_key=order.order_key,
        portfolio_id=order.portfolio_id,
        status=status(is_open=True, is_filled=order.is_filled),
        trade_count=order.trades,
    )


def status(*, is_open: bool, is_filled: bool) -> str:
    """Where an order stands: executing as soon as something of it was filled, completed once nothing is open."""
    if not is_open:
        return COMPLETED
    return EXECUTING if is_filled else PENDING


def _filled_value(trades: Sequence[Trade], *, side: int) -> Decimal:
    return reduce(EXACT.add, (each.filled_value for each in trades if each.side == side), _ZERO)


def _batch_item(trade: Trade) -> TradeBatchItem:
    return TradeBatchItem(
        trade_key=trade.trade_key,
        instrument_key=trade.instrument_key,
        status=trade.state,
        units=trade.units,
        unit_price=trade.price,
        trade_side=SIDE_NAMES[trade.side],
        client_order_id=trade.client_order_id,
        status_reason=trade.reason,
    )
