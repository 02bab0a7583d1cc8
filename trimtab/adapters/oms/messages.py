"""The messages of the order management system, under `/api/rebalancing`, in camelCase.

    POST /orders/batch                        BatchOrderCreationRequest > BatchOrderCreationResult
    GET  /batches?state=pending|executing     > OrderBatchList
    GET  /batches/{order_key}                 > OrderBatch
    GET  /batches/{order_key}/fulfilment      > OrderFulfilmentStatus
    GET  /orders?client_order_id=A&client_order_id=B    > ClientOrderList: those of them that it knows
    POST /orders/{client_order_id}/cancel     > ClientOrder

An order there is one portfolio's part of a request, and has trades. `clientOrderId`, `limitPrice`, the states and
reasons of single trades, asking by our id and cancelling are extensions that an order system may lack; who has them
answers `GET /orders`.
"""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer
from pydantic.alias_generators import to_camel

BASE_PATH = "/api/rebalancing"
PAPER_PATH = "/paper"
"""Where a paper order system says that it is one."""
MOST_ASKED = 200
"""Ids in one question."""

TradeSide = Literal["Buy", "Sell"]
TradeStatus = Literal["Pending", "Accepted", "PartiallyFilled", "Filled", "Cancelled", "Rejected", "Expired"]


def _number(value: Decimal) -> float | str:
    """A JSON number where that says it exactly, else text."""
    as_float = float(value)
    return as_float if Decimal(repr(as_float)) == value else str(value)


def _without_exponent(value: Decimal) -> Decimal:
    """Zero has an exponent too, and no limit on digits holds it."""
    return value or Decimal(0)


Exact = Annotated[
    Decimal,
    Field(allow_inf_nan=False, max_digits=60, decimal_places=40),
    AfterValidator(_without_exponent),
    PlainSerializer(_number, return_type=float | str, when_used="json"),
]
"""A number as it is; no larger than one can write out, as the exponent of a few characters may stand for gigabytes."""


class Message(BaseModel):
    """Base: what is unknown in a message is left alone, as other order systems say more."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)


class TradeDecisionRequest(Message):
    """A trade that is wanted; `expected_quantity` in units, above 0."""

    instrument_key: str
    decision: Literal["Trade"] = "Trade"
    expected_quantity: Exact
    trade_side: TradeSide
    client_order_id: str | None = None
    limit_price: Exact | None = None


class PortfolioOrderRequest(Message):
    """The trades of one portfolio; `portfolio_id` is its account number."""

    portfolio_id: str
    trade_decisions: tuple[TradeDecisionRequest, ...]


class BatchOrderCreationRequest(Message):
    """New orders, one for each portfolio."""

    portfolio_orders: tuple[PortfolioOrderRequest, ...]


class CreatedTradeItem(Message):
    """A trade that was made of a decision; with `status` Rejected it wasn't, for the reason given."""

    trade_key: str
    instrument_key: str
    symbol: str = ""
    exchange: str = ""
    units: Exact
    trade_value: Exact = Decimal(0)
    trade_side: TradeSide
    was_held: bool = False
    client_order_id: str | None = None
    status: TradeStatus = "Accepted"
    status_reason: str = ""


class OrderCreationResult(Message):
    """What became of one portfolio's order; without `success` nothing of it was made."""

    portfolio_id: str
    order_key: str = ""
    success: bool
    failure_reason: str | None = None
    created_trades: tuple[CreatedTradeItem, ...] = ()


class BatchOrderCreationResult(Message):
    """One result for each portfolio, in the order of the request."""

    results: tuple[OrderCreationResult, ...]


class TradeBatchItem(Message):
    """A trade of a batch; `unit_price` is what it was valued at."""

    trade_key: str
    instrument_key: str
    status: TradeStatus
    units: Exact
    unit_price: Exact = Decimal(0)
    trade_side: TradeSide
    client_order_id: str | None = None
    status_reason: str = ""


class OrderBatchSummary(Message):
    """A portfolio's order at a glance."""

    order_key: str
    portfolio_id: str
    status: str
    model_count: int = 1
    trade_count: int


class OrderBatchList(Message):
    """Orders in one state."""

    batches: tuple[OrderBatchSummary, ...]


class OrderBatch(OrderBatchSummary):
    """A portfolio's order with its trades."""

    trades: tuple[TradeBatchItem, ...]


class TradeFulfilmentItem(Message):
    """How far a trade is; `fill_percentage` in percent of its units."""

    trade_key: str
    instrument_key: str
    status: TradeStatus
    units: Exact
    units_filled: Exact
    average_fill_price: Exact = Decimal(0)
    fill_percentage: float = 0.0
    trade_side: TradeSide
    client_order_id: str | None = None
    status_reason: str = ""


class OrderFulfilmentStatus(Message):
    """How far a portfolio's order is."""

    order_key: str
    portfolio_id: str
    trades_filled: int = 0
    trades_partially_filled: int = 0
    trades_pending: int = 0
    total_buy_value_filled: Exact = Decimal(0)
    total_sell_value_filled: Exact = Decimal(0)
    trades: tuple[TradeFulfilmentItem, ...]


class ClientOrder(TradeFulfilmentItem):
    """A trade found by our own id."""

    order_key: str
    portfolio_id: str


class ClientOrderList(Message):
    """The orders with the ids that were asked for, as far as there are any; an id may have several."""

    orders: tuple[ClientOrder, ...]


class Refusal(Message):
    """Why a request was turned down (4xx), or failed (5xx)."""

    error: str


class PaperStatement(Message):
    """A paper order system says what it is: nothing that is sent there reaches a market."""

    kind: Literal["paper-oms"]
    version: str = ""
