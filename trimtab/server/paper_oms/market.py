"""Moves the market: parts of orders that are due trade where the price allows it, and their orders' states follow."""

import sqlite3
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import Final, NamedTuple

import numpy as np

from trimtab.adapters.oms.messages import TradeStatus
from trimtab.server.paper_oms.listing import Listed, Listing
from trimtab.server.paper_oms.market_time import MarketTime, Stretch, stretches
from trimtab.server.paper_oms.price_walk import EXACT, Waiting, most_steps, price_at, trade_waiting, walk
from trimtab.server.paper_oms.trades import OPEN, EarlyEnd

_DUE: Final = """SELECT t.instrument_key, p.trade, p.part, p.units, p.due, t.side, t.limit_price,
        t.units, t.units_filled, t.filled_value, t.state, t.ends_as
    FROM parts p JOIN trades t ON t.number = p.trade WHERE p.due <= ? ORDER BY t.instrument_key, p.trade, p.part"""
_WHY_ENDED: Final[dict[str, str]] = {
    "Cancelled": "The order system cancelled it after its first part.",
    "Expired": "It expired after its first part.",
}


class _Due(NamedTuple):
    """A part that is due, with what of its trade matters here; quantities and prices as text."""

    instrument_key: str
    trade: int
    part: int
    units: str
    due: int
    side: int
    limit_price: str | None
    ordered_units: str
    units_filled: str
    filled_value: str
    state: TradeStatus
    ends_as: EarlyEnd


class _Fill(NamedTuple):
    """A part that trades, at a price per unit."""

    part: _Due
    price: Decimal


def move_market(
    connection: sqlite3.Connection, before: MarketTime, *, after: MarketTime, listed: Listing, seed: int
) -> None:
    """Lets trade what trades between the two times, and keeps the later one."""
    if after.tick > before.tick:
        due = [_Due._make(row) for row in connection.execute(_DUE, (after.tick,))]
        between = tuple(stretches(before, after))
        for key, parts in groupby(due, key=attrgetter("instrument_key")):
            if key in listed:
                _keep(connection, tuple(_fills(tuple(parts), between, listed=listed[key], seed=seed)))
    if after != before:
        connection.execute("UPDATE market SET tick = ?, as_of_us = ?", after)


def _fills(parts: Sequence[_Due], between: Sequence[Stretch], *, listed: Listed, seed: int) -> Iterator[_Fill]:
    """The parts of one instrument that trade between two times."""
    limits = {(each.limit_price, each.side) for each in parts}
    steps = {
        (limit, side): most_steps(listed.price, None if limit is None else Decimal(limit), side=side)
        for limit, side in limits
    }
    waiting = Waiting(
        due=np.array([each.due for each in parts]),
        side=np.array([each.side for each in parts]),
        most_steps=np.array([steps[each.limit_price, each.side] for each in parts]),
    )
    key = parts[0].instrument_key
    traded = trade_waiting(waiting, between, path_of=lambda day, lap: walk(seed, key, day=day, lap=lap))
    prices = {each: price_at(listed.price, each) for each in set(traded.steps.tolist())}
    for part, tick, at in zip(parts, traded.tick.tolist(), traded.steps.tolist(), strict=True):
        if tick >= 0:
            yield _Fill(part, prices[at])


def _keep(connection: sqlite3.Connection, fills: Sequence[_Fill]) -> None:
    """Takes the parts away that traded, and brings their trades up to date."""
    connection.executemany(
        "DELETE FROM parts WHERE trade = ? AND part = ?", [(each.part.trade, each.part.part) for each in fills]
    )
    changed = [_changed(tuple(of_trade)) for _, of_trade in groupby(fills, key=lambda each: each.part.trade)]
    connection.executemany(
        "UPDATE trades SET units_filled = ?, filled_value = ?, state = ?, reason = IFNULL(?, reason) WHERE number = ?",
        changed,
    )


def _changed(fills: Sequence[_Fill]) -> tuple[str, str, TradeStatus, str | None, int]:
    """What becomes of a trade by its fills: filled units, their value, state, reason where it is new, number."""
    trade = fills[0].part
    filled, value = Decimal(trade.units_filled), Decimal(trade.filled_value)
    for part, price in fills:
        units = Decimal(part.units)
        filled, value = EXACT.add(filled, units), EXACT.add(value, EXACT.multiply(units, price))
    state = _state(trade, filled=filled)
    return f"{filled:f}", f"{value:f}", state, _reason(trade, state), trade.trade


def _state(trade: _Due, *, filled: Decimal) -> TradeStatus:
    if filled == Decimal(trade.ordered_units):
        return "Filled"
    if trade.state not in OPEN:
        # A fill that was on its way when the order was cancelled.
        return trade.state
    return trade.ends_as or "PartiallyFilled"


def _reason(trade: _Due, state: TradeStatus) -> str | None:
    if state == "Filled":
        return ""
    return _WHY_ENDED[state] if trade.state in OPEN and trade.ends_as else None
