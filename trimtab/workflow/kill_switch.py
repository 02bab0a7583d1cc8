"""The kill switch: while it is on, no order is approved, recorded or sent, and what isn't filled is cancelled."""

import time
from dataclasses import dataclass
from typing import Final, get_args

import anyio

from trimtab.domain.errors import BrokenRecord
from trimtab.workflow.cancelling import without
from trimtab.workflow.ports.clock import Clock
from trimtab.workflow.ports.records import Effects, KillSwitch, OrderRow, RecordStore, Scope, Standing
from trimtab.workflow.ports.results import ExecutionMode

WHY_CANCELLED: Final = "kill switch"
MODES: Final[tuple[ExecutionMode, ...]] = get_args(ExecutionMode)
LOOK_EVERY_SECONDS: Final = 0.05
UNDER_WAY_SECONDS: Final = 15.0
"""Whoever sends has an answer, or has given up, within. Until then no order that it claimed is anything but Submitted:
see `DeliveryPace.answered_within`."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """Orders that were cancelled as they hadn't left, and those that are to be cancelled at the order system."""

    cancelled: int
    asked: int


class Kill:
    """Turns the switch. Turning it on takes nobody's leave; whoever turns it off is known to the caller."""

    def __init__(self, records: RecordStore, *, clock: Clock, under_way_seconds: float = UNDER_WAY_SECONDS) -> None:
        self._records = records
        self._clock = clock
        self._under_way_seconds = under_way_seconds

    async def state(self) -> KillSwitch | None:
        """The switch; None while nobody has ever turned it."""
        return (await self._records.standing(Scope())).kill

    async def turn(self, *, on: bool, reason: str, actor: str) -> Stopped:
        """Turns the switch. Turned on, it cancels in the same step every order that hasn't left, and marks the others.

        Comes back once no request with an order is under way any more: what was claimed before may just be leaving.
        """
        unwanted: list[OrderRow] = []

        def decide(standing: Standing) -> Effects:
            now = self._clock.now()
            # Not before what is recorded: an approval that stands there was given before, whatever this clock says.
            changed_at = max(now, standing.head.at or now)
            row = KillSwitch(on=on, reason=reason, changed_by=actor, changed_at=changed_at)
            unwanted[:] = [without(order, why=WHY_CANCELLED) for order in standing.waiting]
            changed = [after for order, after in zip(standing.waiting, unwanted, strict=True) if after != order]
            return Effects(at=now, actor=actor, source="person", rows=[row, *changed])

        try:
            await self._records.write(Scope(waiting=on), decide)
        except BrokenRecord as error:
            # An order that can't be read keeps nobody from stopping all others.
            await self._records.write(Scope(), decide)
            message = f"The kill switch is turned, but no waiting order was cancelled: {error.message}"
            raise BrokenRecord(message, next_action=error.next_action) from error
        if on:
            await self._let_requests_end()
        cancelled = sum(order.state == "Cancelled" for order in unwanted)
        return Stopped(cancelled, len(unwanted) - cancelled)

    async def _let_requests_end(self) -> None:
        """Waits for those who claimed orders before the switch was on; a dead one is waited for no longer than a live
        one may take."""
        until = time.monotonic() + self._under_way_seconds
        while time.monotonic() < until and await self._under_way():
            await anyio.sleep(LOOK_EVERY_SECONDS)

    async def _under_way(self) -> bool:
        now = self._clock.now()
        try:
            orders = [
                order for mode in MODES for order in await self._records.unsettled(now.date(), execution_mode=mode)
            ]
        except BrokenRecord:  # the switch is on whatever can be read, and what can't be may be one of these
            return True
        return any(order.state == "Submitted" for order in orders)
