"""New orders are made of what is wanted; what was received before is found again, and not made twice."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from trimtab.adapters.oms.messages import TradeDecisionRequest
from trimtab.server.paper_oms.listing import Listed
from trimtab.server.paper_oms.order_life import drawn_parts
from trimtab.server.paper_oms.price_walk import EXACT
from trimtab.server.paper_oms.trades import (
    BUY,
    SIDES,
    EarlyEnd,
    Part,
    Trade,
    add_trades,
    last_numbers,
    receive_again,
    trades_of_clients,
)
from trimtab.server.paper_oms.turns import Turn
from trimtab.server.paper_oms.wanted import Wanted, subject_of

_KEYS: Final[UUID] = uuid5(NAMESPACE_URL, "trimtab:paper-oms")
_REJECTED: Final = "The fault reject is switched on."
_FAILED: Final = "The fault fail_portfolio is switched on."
_ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """The subjects on which faults strike as their orders are made."""

    fail_portfolio: frozenset[str] = frozenset()
    reject: frozenset[str] = frozenset()
    partial_then_cancel: frozenset[str] = frozenset()
    expire: frozenset[str] = frozenset()

    def ends_as(self, subject: str) -> EarlyEnd:
        """The state in which an order ends after its first part; empty where it is to be filled."""
        if subject in self.partial_then_cancel:
            return "Cancelled"
        return "Expired" if subject in self.expire else ""


class Taken(NamedTuple):
    """What was made of a portfolio's order, or found again; with a `failure` nothing."""

    portfolio_id: str
    order_key: str = ""
    trades: tuple[Trade, ...] = ()
    failure: str = ""


def take_orders(turn: Turn, wanted: Iterable[Wanted], *, ruling: Ruling) -> tuple[Taken, ...]:
    """Makes the orders and keeps them. Of a portfolio whose trades are of several orders each order is told of."""
    intake = _Intake(turn, tuple(wanted), ruling=ruling)
    taken = tuple(intake.taken())
    add_trades(turn.connection, intake.made, parts=intake.parts)
    receive_again(turn.connection, intake.found_again)
    return taken


class _Intake:
    """What is made of one request, before it is kept."""

    def __init__(self, turn: Turn, wanted: tuple[Wanted, ...], *, ruling: Ruling) -> None:
        self._turn = turn
        self._wanted = wanted
        self._ruling = ruling
        ids = [one.client_order_id for each in wanted for one in each.decisions if one.client_order_id is not None]
        self._known = trades_of_clients(turn.connection, ids)
        self._order_number, self._trade_number = last_numbers(turn.connection)
        self.made: list[Trade] = []
        self.parts: list[Part] = []
        self.found_again: list[Trade] = []

    def taken(self) -> Iterator[Taken]:
        for wanted in self._wanted:
            failure = wanted.failure or self._struck(wanted)
            if failure:
                yield Taken(wanted.portfolio_id, failure=failure)
            else:
                yield from self._taken(wanted)

    def _struck(self, wanted: Wanted) -> str:
        subjects = {subject_of(wanted.portfolio_id, each) for each in wanted.decisions}
        return "" if subjects.isdisjoint(self._ruling.fail_portfolio) else _FAILED

    def _taken(self, wanted: Wanted) -> Iterator[Taken]:
        self._order_number += 1
        order_key = self._key("order", self._order_number, wanted.portfolio_id)
        of_order: dict[str, list[Trade]] = {}
        for decision in wanted.decisions:
            trade = self._known.get(decision.client_order_id or "")
            if trade is None:
                trade = self._make(decision, wanted.portfolio_id, order_key=order_key)
            else:
                self.found_again.append(trade)
            of_order.setdefault(trade.order_key, []).append(trade)
        for key, trades in of_order.items():
            yield Taken(trades[0].portfolio_id, key, tuple(trades))

    def _make(self, decision: TradeDecisionRequest, portfolio_id: str, *, order_key: str) -> Trade:
        self._trade_number += 1
        subject = subject_of(portfolio_id, decision)
        listed = self._turn.settings.listed[decision.instrument_key]
        rejected = _rejected(decision, listed) or (_REJECTED if subject in self._ruling.reject else "")
        trade = Trade(
            number=self._trade_number,
            order_number=self._order_number,
            order_key=order_key,
            portfolio_id=portfolio_id,
            trade_key=self._key("trade", self._trade_number, subject),
            client_order_id=decision.client_order_id,
            subject=subject,
            instrument_key=decision.instrument_key,
            code=listed.code,
            exchange=listed.exchange,
            side=SIDES[decision.trade_side],
            units=decision.expected_quantity,
            price=listed.price,
            limit_price=decision.limit_price,
            state="Rejected" if rejected else "Accepted",
            reason=rejected,
            ends_as="" if rejected else self._ruling.ends_as(subject),
            units_filled=_ZERO,
            filled_value=_ZERO,
            times_received=1,
        )
        self.made.append(trade)
        if not rejected:
            self.parts.extend(self._drawn(trade, listed))
        if trade.client_order_id is not None:
            self._known[trade.client_order_id] = trade
        return trade

    def _drawn(self, trade: Trade, listed: Listed) -> Iterator[Part]:
        """What is to be traded: of an order that ends after its first part only that, and less than all."""
        early, turn = bool(trade.ends_as), self._turn
        # Two orders of one subject, as of a request that was repeated, have lives of their own.
        subject = trade.client_order_id or trade.trade_key
        most = turn.settings.most_parts
        sizes = drawn_parts(
            trade.units, listed.lot_size, seed=turn.seed, subject=subject, most_parts=most, least_parts=1 + early
        )
        if early:
            sizes = sizes[:1] if len(sizes) > 1 else (_ZERO,)
        for part, units in enumerate(sizes, start=1):
            yield Part(trade.number, part, units, turn.tick + part)

    def _key(self, *subject: object) -> str:
        return str(uuid5(_KEYS, " ".join(map(str, (self._turn.seed, *subject)))))


def _rejected(decision: TradeDecisionRequest, listed: Listed) -> str:
    units, lot_size = decision.expected_quantity, listed.lot_size
    if SIDES[decision.trade_side] == BUY and EXACT.remainder(units, lot_size):
        return f"{units:f} units are no whole number of lots of {lot_size:f}."
    return ""
