"""A request for new orders, read: what is malformed refuses all of it, what is wrong with one portfolio only that."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from trimtab.adapters.oms.messages import Message, TradeDecisionRequest
from trimtab.domain.errors import InvalidInput
from trimtab.server.paper_oms.faults import Target
from trimtab.server.paper_oms.listing import Listing
from trimtab.server.paper_oms.price_walk import EXACT
from trimtab.tools.mistakes import in_our_words
from trimtab.tools.strict import field_path, invalid_input

MOST: Final = Decimal(1_000_000_000_000_000)
"""Of units, and of a price per unit."""
DECIMALS: Final = 30
"""Of the same: more than any float prints, and few enough to compute with exactly."""
_NOT_HEARD: Final[dict[str, None]] = {"client_order_id": None, "limit_price": None}
_SMALLEST_PART: Final = Decimal(1).scaleb(-DECIMALS)
_NUMBER: Final = f"Must be a number above 0 and up to {MOST:,}, with at most {DECIMALS} decimals."
_LONGEST_ID: Final = 100
_ALLOWED: Final = {
    "clientOrderId": f"Must be text of 1 to {_LONGEST_ID} visible characters.",
    "expectedQuantity": _NUMBER,
    "limitPrice": _NUMBER,
    "tradeSide": "Must be Buy or Sell.",
    "instrumentKey": "Must be listed here, by the book's key or else the UUIDv5 of exchange and code; this one isn't.",
}
"""What may stand in fields of which a wrong value fails the portfolio's order, and nothing else."""
_ORDERS: Final = "portfolioOrders"
_DECISIONS: Final = "tradeDecisions"
_DECISION_LIST: Final = TypeAdapter(tuple[TradeDecisionRequest, ...])


class _Portfolio(Message):
    """One portfolio's part of it."""

    portfolio_id: str
    trade_decisions: tuple[object, ...]


class _Request(Message):
    """The shape of a request down to where one portfolio can be wrong for itself."""

    portfolio_orders: tuple[_Portfolio, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A portfolio's order as it was asked for; with a `failure` nothing of it is made."""

    portfolio_id: str
    decisions: tuple[TradeDecisionRequest, ...] = ()
    failure: str = ""

    def targets(self, listed: Listing) -> Iterator[Target]:
        """Whom faults may meet, for each decision."""
        for each in self.decisions:
            yield Target(subject_of(self.portfolio_id, each), each.client_order_id, listed[each.instrument_key].code)


def subject_of(portfolio_id: str, decision: TradeDecisionRequest) -> str:
    """What chance and faults know a trade by: our id, or else what is wanted."""
    if decision.client_order_id is not None:
        return decision.client_order_id
    return f"{portfolio_id} {decision.trade_side} {decision.expected_quantity:f} {decision.instrument_key}"


def read_request(body: bytes, *, listed: Listing, client_ids: bool) -> tuple[Wanted, ...]:
    """The orders of a request, in its order. Without `client_ids` our ids and limits are as if they weren't there.

    Raises:
        InvalidInput: it isn't JSON, or not of the right shape; the message says where.
    """
    try:
        request = _Request.model_validate(json.loads(body, parse_float=Decimal))
    except ValidationError as error:
        raise invalid_input(error, _Request) from None
    except (ValueError, RecursionError):
        raise InvalidInput("The body isn't JSON.", field="body") from None
    return tuple(
        _wanted(portfolio, at=at, listed=listed, client_ids=client_ids)
        for at, portfolio in enumerate(request.portfolio_orders)
    )


def _wanted(portfolio: _Portfolio, *, at: int, listed: Listing, client_ids: bool) -> Wanted:
    try:
        decisions = _DECISION_LIST.validate_python(portfolio.trade_decisions)
    except ValidationError as error:
        return Wanted(portfolio.portfolio_id, failure=_failure(error.errors(), at=at))
    if not decisions:
        return Wanted(portfolio.portfolio_id, failure=f"{_DECISIONS}: There is nothing to be traded.")
    for number, decision in enumerate(decisions):
        wrong = _wrong_field(decision, listed, client_ids=client_ids)
        if wrong:
            return Wanted(portfolio.portfolio_id, failure=_said(number, wrong))
    known = decisions if client_ids else tuple(each.model_copy(update=_NOT_HEARD) for each in decisions)
    return Wanted(portfolio.portfolio_id, known)


def _failure(errors: list[ErrorDetails], *, at: int) -> str:
    """The first wrong value; anything else that is wrong is no matter of one portfolio."""
    for each in errors:
        if each["loc"][-1] not in _ALLOWED or each["type"] == "missing":
            place = field_path((_ORDERS, at, _DECISIONS, *each["loc"]))
            raise InvalidInput(f"{place}: {in_our_words(each['type'], each.get('ctx', {}))}", field=place)
    number, field = errors[0]["loc"]
    return _said(number, str(field))


def _said(number: int | str, field: str) -> str:
    return f"{field_path((_DECISIONS, number, field))}: {_ALLOWED[field]}"


def _wrong_field(decision: TradeDecisionRequest, listed: Listing, *, client_ids: bool) -> str:
    """The first field whose value can't be traded on; empty where all can."""
    if client_ids and not _is_id(decision.client_order_id):
        return "clientOrderId"
    if decision.instrument_key not in listed:
        return "instrumentKey"
    if not _is_tradable(decision.expected_quantity):
        return "expectedQuantity"
    return "limitPrice" if decision.limit_price is not None and not _is_tradable(decision.limit_price) else ""


def _is_tradable(value: Decimal) -> bool:
    return 0 < value <= MOST and value == value.quantize(_SMALLEST_PART, context=EXACT)


def _is_id(client_order_id: str | None) -> bool:
    return client_order_id is None or (0 < len(client_order_id) <= _LONGEST_ID and client_order_id.isprintable())
