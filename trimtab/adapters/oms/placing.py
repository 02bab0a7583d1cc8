"""New orders: the request that they leave in, one part for each portfolio, and what its answer says of each."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from trimtab.adapters.oms.matching import Matching, terms_of
from trimtab.adapters.oms.messages import (
    BatchOrderCreationRequest,
    CreatedTradeItem,
    OrderCreationResult,
    PortfolioOrderRequest,
    TradeDecisionRequest,
    TradeFulfilmentItem,
    TradeSide,
)
from trimtab.adapters.oms.reading import LONGEST_REASON, Unreadable, listed, object_of, read, reported
from trimtab.adapters.oms.wire import HttpAnswer
from trimtab.domain.outside_text import clean
from trimtab.domain.trading.order_states import CONTRADICTION
from trimtab.workflow.ports.order_system import AMBIGUOUS, OmsAnswer, Placing, Reported
from trimtab.workflow.ports.records import OrderSide

_SIDES: Final[Mapping[OrderSide, TradeSide]] = {"buy": "Buy", "sell": "Sell"}
_NO_REASON: Final = "The order system gives no reason"


def request_of(orders: Sequence[Placing]) -> BatchOrderCreationRequest:
    """The orders as one request: portfolios and their orders as they come, an order that comes twice once."""
    by_account: defaultdict[str, list[TradeDecisionRequest]] = defaultdict(list)
    for order in {order.client_order_id: order for order in orders}.values():
        by_account[order.account_number].append(_decision(order))
    portfolios = (
        PortfolioOrderRequest(portfolio_id=account, trade_decisions=tuple(decisions))
        for account, decisions in by_account.items()
    )
    return BatchOrderCreationRequest(portfolio_orders=tuple(portfolios))


def read_placed(answer: HttpAnswer, orders: Sequence[Placing]) -> OmsAnswer:
    """What the answer to `request_of` says of these orders.

    Raises:
        Unreadable: It says nothing of any.
    """
    placed = _Placed(orders)
    for item in listed(object_of(answer), "results"):
        placed.result(item)
    return placed.answer()


def _decision(order: Placing) -> TradeDecisionRequest:
    return TradeDecisionRequest(
        instrument_key=order.instrument_key,
        expected_quantity=order.quantity,
        trade_side=_SIDES[order.side],
        client_order_id=order.client_order_id,
        limit_price=order.limit_price,
    )


class _Placed:
    """Goes through the results of an answer, and puts together what they say of the orders."""

    def __init__(self, orders: Sequence[Placing]) -> None:
        self._matching = Matching(orders)
        self._failed: dict[str, str] = {}
        self._made: set[str] = set()

    def result(self, item: object) -> None:
        """One portfolio's result; its trades are read each by itself."""
        try:
            result, trades = _result(item)
        except Unreadable as error:
            self._matching.park_unreadable("a portfolio's result", error)
            return
        if result.success or trades:
            self._made.add(result.portfolio_id)
        if not result.success:
            self._failed[result.portfolio_id] = clean(result.failure_reason or "", LONGEST_REASON) or _NO_REASON
            return
        for trade in trades:
            self._trade(trade, result)

    def answer(self) -> OmsAnswer:
        """What the results came to. Orders are rejected with their portfolio's part only where nothing contradicts
        that: a rejected order counts in no limit any more."""
        for order in self._matching.orders.values():
            reason = self._failed.get(order.account_number)
            if reason is None:
                continue
            if order.account_number in self._made:
                self._matching.park(CONTRADICTION, "Its portfolio's part failed and has trades", order=order)
            else:
                self._matching.take(order, _rejected(order, reason))
        return self._matching.answer()

    def _trade(self, item: object, result: OrderCreationResult) -> None:
        try:
            trade = _just_made(read(CreatedTradeItem, item))
            said = reported(trade, order_key=result.order_key, account_number=result.portfolio_id)
        except Unreadable as error:
            self._matching.park_unreadable("a trade that was made", error, order_key=result.order_key)
            return
        meant = self._meant(said)
        if not meant:
            self._matching.park_foreign(said)
        elif len(meant) == 1:
            self._matching.take(meant[0], said)
        else:
            for order in meant:
                self._matching.park(AMBIGUOUS, "A trade may be this order or another", order=order)

    def _meant(self, said: Reported) -> Sequence[Placing]:
        """The orders that a trade may be: by the id that it carries, else by its terms."""
        if not said.client_order_id:
            return self._matching.with_terms(terms_of(said))
        order = self._matching.orders.get(said.client_order_id)
        return () if order is None else (order,)


def _result(item: object) -> tuple[OrderCreationResult, Sequence[object]]:
    """A result without its trades, and the trades still to be read."""
    if not isinstance(item, dict):
        raise Unreadable("it isn't a JSON object")
    result = read(OrderCreationResult, {**item, "createdTrades": None})
    trades = () if item.get("createdTrades") is None else listed(item, "createdTrades")
    return result, trades


def _just_made(trade: CreatedTradeItem) -> TradeFulfilmentItem:
    """A trade with nothing filled. This answer has no quantities: how far a trade is, only a question tells."""
    return TradeFulfilmentItem(
        trade_key=trade.trade_key,
        instrument_key=trade.instrument_key,
        status="Rejected" if trade.status == "Rejected" else "Accepted",
        units=trade.units,
        units_filled=Decimal(0),
        trade_side=trade.trade_side,
        client_order_id=trade.client_order_id,
        status_reason=trade.status_reason,
    )


def _rejected(order: Placing, reason: str) -> Reported:
    """An order of which nothing was made."""
    return Reported(
        client_order_id=order.client_order_id,
        order_key="",
        trade_key="",
        account_number=order.account_number,
        instrument_key=order.instrument_key,
        side=order.side,
        quantity=order.quantity,
        state="Rejected",
        filled_quantity=Decimal(0),
        average_price=Decimal(0),
        why=reason,
    )
