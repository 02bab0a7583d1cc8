"""Finds orders in the batches of an order system that doesn't keep our ids: pure functions."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from trimtab.adapters.oms.matching import Matching, Terms, terms_of
from trimtab.adapters.oms.messages import OrderFulfilmentStatus, TradeFulfilmentItem
from trimtab.adapters.oms.reading import Unreadable, read, reported
from trimtab.workflow.ports.order_system import AMBIGUOUS, FORGOTTEN, KEY_CHANGED, Placing, Reported


@dataclass(frozen=True, slots=True)
class Batch:
    """How far one portfolio's order is; trades by their key. `whole`: each of them could be read."""

    order_key: str
    trades: Mapping[str, Sequence[Reported]]
    whole: bool


def has_keys(order: Placing) -> bool:
    """Whether the order system has told us what it calls the order."""
    return bool(order.order_key and order.trade_key)


def batch_of(status: OrderFulfilmentStatus, trades: Iterable[object], *, matching: Matching) -> Batch:
    """A batch, from its answer without trades, and its trades still to be read; sets aside those that can't be."""
    by_key: defaultdict[str, list[Reported]] = defaultdict(list)
    whole = True
    for item in trades:
        try:
            trade = read(TradeFulfilmentItem, item)
            said = reported(trade, order_key=status.order_key, account_number=status.portfolio_id)
        except Unreadable as error:
            matching.park_unreadable("a trade of a batch", error, order_key=status.order_key)
            whole = False
        else:
            by_key[said.trade_key].append(said)
    return Batch(status.order_key, by_key, whole)


def take_known(orders: Iterable[Placing], batches: Mapping[str, Batch | None], *, matching: Matching) -> None:
    """Takes what batches say of orders whose keys are known.

    Args:
        orders: The orders.
        batches: Those that were asked for, by the key that was asked for; None where there is no such batch.
        matching: Where it is put together.
    """
    for order in orders:
        if order.order_key in batches:
            _take_known(order, batches[order.order_key], matching=matching)


def take_found(
    orders: Iterable[Placing], batches: Sequence[Batch], *, known: frozenset[tuple[str, str]], matching: Matching
) -> None:
    """Takes trades of one account for orders that nothing is known of, where only one can be meant.

    Args:
        orders: Orders without keys.
        batches: All batches of their account that work.
        known: Order key and trade key of the trades that are other orders.
        matching: Where it is put together.
    """
    candidates: defaultdict[Terms, list[Reported]] = defaultdict(list)
    for said in (said for batch in batches for several in batch.trades.values() for said in several):
        if (said.order_key, said.trade_key) not in known:
            candidates[terms_of(said)].append(said)
    looked_for = list(orders)
    alike = Counter(terms_of(order) for order in looked_for)
    for order in looked_for:
        possible = [said for said in candidates[terms_of(order)] if said.client_order_id in ("", order.client_order_id)]
        if len(possible) == 1 and alike[terms_of(order)] == 1:
            matching.take(order, possible[0])
        elif possible:
            matching.park(AMBIGUOUS, "More than one trade or order could be meant", order=order)


def _take_known(order: Placing, batch: Batch | None, *, matching: Matching) -> None:
    if batch is None:
        matching.park(FORGOTTEN, "It doesn't know the batch of the order any more", order=order)
        return
    if batch.order_key != order.order_key:
        matching.park(KEY_CHANGED, "It calls the batch by another key than before", order=order)
        return
    trades = batch.trades.get(order.trade_key, ())
    if len(trades) == 1:
        matching.take(order, trades[0])
    elif trades:
        matching.park(AMBIGUOUS, "Several trades of its batch have the key of the order", order=order)
    elif batch.whole:
        matching.park(FORGOTTEN, "Its batch has no trade with the key of the order any more", order=order)
