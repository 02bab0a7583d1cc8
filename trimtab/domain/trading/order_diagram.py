"""An order's life as a picture, drawn by asking the rules themselves: what the page shows is what the code does."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from trimtab.domain.trading.order_states import (
    BY_DEED,
    ENDED,
    OUTSTANDING,
    REPORTED,
    STATES,
    Known,
    OrderDeed,
    OrderState,
    Report,
    after_report,
)

_DEEDS: Final[dict[OrderDeed, str]] = {
    "send": "sent",
    "hear_nothing": "no answer",
    "send_again": "goes again",
    "withdraw": "withdrawn",
    "lapse": "lapsed",
    "refuse": "turned down",
}
_CONCLUSIONS: Final[frozenset[OrderDeed]] = frozenset({"send_again", "withdraw", "lapse"})
"""Deeds that rest, once the order was sent, on the order system not knowing it."""
_ORDERED: Final = 2
"""Units: the fewest of which none, some and all can be filled."""

_FEWEST_FILLED: Final[dict[OrderState, int]] = {"PartiallyFilled": 1, "Filled": _ORDERED}
"""By state; 0 in the others."""

_Arrow = tuple[str, str, str]
"""From, to, and what is written on it."""


def state_diagram() -> str:
    """The states and what leads from one to another, as the text of a Mermaid `stateDiagram-v2`.

    There are two boxes: what we do and conclude ourselves, and what the order system says. One arrow between the boxes
    means that every state in the first leads to every state in the second.
    """
    ours = [state for state in STATES if any(state in (at, to) for (at, _), to in BY_DEED.items())]
    lines = [
        "direction LR",
        *_box("ours", "What we do and conclude", arrows=[("[*]", _ours(ours[0]), ""), *_by_deed()]),
        *_box("theirs", "What the order system says", arrows=_by_report()),
        *_lines(_when_it_speaks(ours)),
        *(f'state "{state}" as {_ours(state)}' for state in ours if state != _ours(state)),
    ]
    return "\n".join(["stateDiagram-v2", *(f"    {line}" for line in lines), ""])


def _by_deed() -> Iterator[_Arrow]:
    for (state, deed), following in BY_DEED.items():
        silence = "never arrived, " if state in OUTSTANDING and deed in _CONCLUSIONS else ""
        yield _ours(state), _ours(following), silence + _DEEDS[deed]


def _by_report() -> Iterator[_Arrow]:
    for state in REPORTED:
        for following in _reported(state, confirmed=True):
            if following != state:
                late = state in ENDED and following == "Filled"
                yield state, following, "filled late" if late else _said(following)


def _when_it_speaks(ours: list[OrderState]) -> list[_Arrow]:
    each: list[_Arrow] = [(_ours(at), to, _said(to)) for at in ours for to in _reported(at, confirmed=False)]
    every = len(each) == len(ours) * len(REPORTED)
    return [("ours", "theirs", "once sent, whatever it says")] if every else each


def _reported(state: OrderState, *, confirmed: bool) -> list[OrderState]:
    """The states that some report leads to, where as little is filled as the state allows."""
    order = Known(state, Decimal(_ORDERED), Decimal(_FEWEST_FILLED.get(state, 0)), sent=True, confirmed=confirmed)
    reports = (Report(said, Decimal(filled)) for said in REPORTED for filled in range(_ORDERED + 1))
    found = {after_report(order, report) for report in reports}
    return [state for state in STATES if state in found]


def _ours(state: OrderState) -> str:
    """The name of a state in the first box; what is in both boxes needs two names."""
    return f"our_{state}" if state in REPORTED else state


def _said(state: OrderState) -> str:
    return "partly filled" if state == "PartiallyFilled" else state.lower()


def _box(name: str, title: str, *, arrows: Iterable[_Arrow]) -> Iterator[str]:
    yield f'state "{title}" as {name} {{'
    yield from (f"    {line}" for line in _lines(arrows))
    yield "}"


def _lines(arrows: Iterable[_Arrow]) -> Iterator[str]:
    """A line for each pair of states; what leads from one to the other in several ways has one arrow."""
    written: dict[tuple[str, str], list[str]] = {}
    for start, end, label in arrows:
        written.setdefault((start, end), []).append(label)
    for (start, end), labels in written.items():
        label = " or ".join(filter(None, labels))
        yield f"{start} --> {end}" + (f": {label}" if label else "")
