"""An order's life: which state follows from what we do and from what the order system reports.

What was traded decides, as a cumulative quantity: reports may come late, twice, or in another order than things
happened. What can't be true is refused by a rule's name, and then nothing of the report counts.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, get_args

OrderState = Literal[
    "Intent",
    "Submitted",
    "Unknown",
    "Accepted",
    "PartiallyFilled",
    "Filled",
    "Cancelled",
    "Rejected",
    "Expired",
]
STATES: Final[tuple[OrderState, ...]] = get_args(OrderState)
OUTSTANDING: Final[frozenset[OrderState]] = frozenset({"Submitted", "Unknown", "Accepted", "PartiallyFilled"})
"""It was sent, and may trade without anything that we still do."""
ENDED: Final[frozenset[OrderState]] = frozenset({"Filled", "Cancelled", "Rejected", "Expired"})
ReportedState = Literal["Accepted", "PartiallyFilled", "Filled", "Cancelled", "Rejected", "Expired"]
"""What an order system can say of an order that it knows."""
REPORTED: Final[tuple[ReportedState, ...]] = get_args(ReportedState)
OrderDeed = Literal["send", "hear_nothing", "send_again", "withdraw", "lapse", "refuse"]
"""What we do, or conclude, ourselves.

`send`: a request with it leaves. `hear_nothing`: no answer that can be used, so nobody knows whether it arrived.
`refuse`: the order system turned the request down. `send_again`, `withdraw` and `lapse`, once it was sent, rest on the
order system not knowing it: it waits to be sent again, a person or the kill switch stopped it, its approval has ended.
"""

BY_DEED: Final[dict[tuple[OrderState, OrderDeed], OrderState]] = {
    ("Intent", "send"): "Submitted",
    ("Intent", "withdraw"): "Cancelled",
    ("Intent", "lapse"): "Expired",
    ("Submitted", "hear_nothing"): "Unknown",
    ("Submitted", "refuse"): "Rejected",
    ("Submitted", "send_again"): "Intent",
    ("Submitted", "withdraw"): "Cancelled",
    ("Submitted", "lapse"): "Expired",
    ("Unknown", "send_again"): "Intent",
    ("Unknown", "withdraw"): "Cancelled",
    ("Unknown", "lapse"): "Expired",
}
"""The states that our own deeds lead to; no other deed is possible."""

_AFTER_END: Final[dict[OrderState, frozenset[OrderState]]] = {
    "Cancelled": frozenset({"Cancelled", "Expired", "Filled"}),
    "Expired": frozenset({"Cancelled", "Expired", "Filled"}),
    "Rejected": frozenset({"Rejected"}),
}
"""What may still be reported of an order whose end the order system has confirmed; `Filled` stays by its quantity."""

OVERFILLED: Final = "oms_overfilled"
QUANTITY_WENT_BACK: Final = "oms_quantity_went_back"
STATE_WENT_BACK: Final = "oms_state_went_back"
CONTRADICTION: Final = "oms_contradicts_itself"
NEVER_SENT: Final = "oms_never_sent"
MAY_BE_OLD: Final[frozenset[str]] = frozenset({QUANTITY_WENT_BACK, STATE_WENT_BACK})
"""Rules that a true report breaks when it is older than what we hold.

If the order changed after the report was asked for, it is old news and nothing is wrong; if it didn't, the order system
has changed its mind.
"""


@dataclass(frozen=True, slots=True)
class Known:
    """What we hold of an order; `quantity` and `filled_quantity` in units.

    `sent`: a request with it may have left. `confirmed`: the order system has shown that it has it, by a key of its
    own.
    """

    state: OrderState
    quantity: Decimal
    filled_quantity: Decimal
    sent: bool
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Report:
    """What the order system says of an order; `filled_quantity` is all that was traded so far, in units."""

    state: ReportedState
    filled_quantity: Decimal


@dataclass(frozen=True, slots=True)
class Refused:
    """A report that can't be true, or isn't any more, by the name of the rule."""

    rule: str
    message: str


def after_deed(state: OrderState, deed: OrderDeed) -> OrderState:
    """The state that follows.

    Raises:
        ValueError: the deed isn't possible in this state.
    """
    following = BY_DEED.get((state, deed))
    if following is None:
        possible = ", ".join(name for at, name in BY_DEED if at == state) or "none, only a report changes it"
        raise ValueError(f"{deed!r} isn't possible for an order in {state}; possible: {possible}.")
    return following


def after_report(known: Known, report: Report) -> OrderState | Refused:
    """The state that follows from a report, or why it can't be true.

    - Quantities decide. Open with a part filled is `PartiallyFilled`, and an order of which all is filled is `Filled`,
      be it called open or cancelled. Only a name that denies its quantity makes a report untrue.
    - An end that the order system has confirmed stays an end. What was cancelled or has expired may get fills that were
      on their way, and which of the two it was may be put right; what was rejected never traded.
    - A conclusion of ours that rests on silence gives way: an order that we took for one that never arrived is whatever
      its order system says, once it speaks of it.
    """
    refused = _never_true(known, report)
    if refused is not None:
        return refused
    following = _following(report, known.quantity)
    return _not_after(known, report, following=following) or following


def _following(report: Report, ordered: Decimal) -> OrderState:
    if report.filled_quantity == ordered:
        return "Filled"
    if report.state in ENDED:
        return report.state
    return "PartiallyFilled" if report.filled_quantity > 0 else "Accepted"


def _never_true(known: Known, report: Report) -> Refused | None:
    """What can't be true of this order, whatever was reported before."""
    filled, ordered = report.filled_quantity, known.quantity
    if not known.sent:
        return Refused(NEVER_SENT, "The order system reports on an order that was never sent")
    if _contradicts(report, ordered):
        return Refused(CONTRADICTION, f"{report.state} with {_shown(filled)} of {_shown(ordered)} units filled")
    if filled > ordered:
        return Refused(OVERFILLED, f"{_shown(filled)} units filled of {_shown(ordered)} ordered")
    return None


def _contradicts(report: Report, ordered: Decimal) -> bool:
    """Whether the state's name denies the quantity, or the quantity is none."""
    filled = report.filled_quantity
    if not filled.is_finite() or filled < 0:
        return True
    if report.state == "Filled":
        return filled < ordered
    if report.state == "PartiallyFilled":
        return filled == 0
    return report.state == "Rejected" and filled > 0


def _not_after(known: Known, report: Report, *, following: OrderState) -> Refused | None:
    """What can't come after what we hold."""
    filled, before = report.filled_quantity, known.filled_quantity
    if filled < before:
        return Refused(QUANTITY_WENT_BACK, f"{_shown(filled)} units filled now, {_shown(before)} before")
    if known.confirmed and following not in _AFTER_END.get(known.state, STATES):
        now = f"{report.state} with {_shown(filled)} units filled now"
        return Refused(STATE_WENT_BACK, f"{now}, {known.state} with {_shown(before)} before")
    return None


def _shown(quantity: Decimal) -> str:
    """A quantity in a message; what comes from outside may have any size."""
    return f"{quantity:.30g}"
