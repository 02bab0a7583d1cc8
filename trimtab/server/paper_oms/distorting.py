"""Answers that can't be true, where such a fault strikes: what is kept stays right."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final
from uuid import NAMESPACE_OID, uuid5

from trimtab.server.paper_oms.replies import Content
from trimtab.server.paper_oms.strikes import Strikes
from trimtab.server.paper_oms.trades import Trade

_UNREADABLE: Final[Content] = {"tradeKey": None, "status": "Filled", "unitsFilled": "all of it"}


def distort_progress(strikes: Strikes, items: list[Content], *, trades: Sequence[Trade]) -> None:
    """Makes wrong what an answer to a look says of these trades, an item each."""
    targets = [each.target for each in trades]
    for trade, item in _of(strikes.strike("overfill", targets), trades, items=items):
        item.update({"status": "Filled", "unitsFilled": 2 * float(trade.units), "fillPercentage": 200.0})
    filled = [each.target for each in trades if each.units_filled]
    for _, item in _of(strikes.strike("mind_change", filled, after=1), trades, items=items):
        item.update({"status": "Accepted", "unitsFilled": 0, "averageFillPrice": 0, "fillPercentage": 0.0})
    for trade, item in _of(strikes.strike("key_change", targets), trades, items=items):
        item["orderKey"] = another_key(trade.order_key)
    strangers = _strangers(strikes, items, trades=trades)
    for _, item in _of(strikes.strike("malformed_look", targets), trades, items=items):
        item.update(_UNREADABLE)
    items += strangers


def distort_created(strikes: Strikes, items: list[Content], *, trades: Sequence[Trade]) -> None:
    """Adds to what an answer to new orders says of these trades, an item each, what has no place there."""
    items += _strangers(strikes, items, trades=trades)


def another_key(key: str) -> str:
    """A key that is always the same for this one, and never given out."""
    return str(uuid5(NAMESPACE_OID, key))


def _strangers(strikes: Strikes, items: Sequence[Content], *, trades: Sequence[Trade]) -> list[Content]:
    """A second trade of the same id, and an order that was never asked for."""
    targets = [each.target for each in trades]
    twins, foreign = strikes.strike("twin", targets), strikes.strike("foreign", targets)
    found = [{**item, "tradeKey": another_key(trade.trade_key)} for trade, item in _of(twins, trades, items=items)]
    for trade, item in _of(foreign, trades, items=items):
        digest = hashlib.sha256(trade.trade_key.encode()).hexdigest()
        found.append({**item, "tradeKey": another_key(digest), "clientOrderId": f"tt-{digest[:24]}"})
    return found


def _of(
    struck: frozenset[str], trades: Sequence[Trade], *, items: Sequence[Content]
) -> Iterator[tuple[Trade, Content]]:
    """The struck trades, with what is said of each."""
    return ((trade, item) for trade, item in zip(trades, items, strict=True) if trade.subject in struck)
