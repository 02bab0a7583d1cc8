"""The kill switch: while it is on, no order is approved, recorded or sent, and those that wait are cancelled."""

from trimtab.domain.errors import BrokenRecord
from trimtab.workflow.ports.clock import Clock
from trimtab.workflow.ports.records import Effects, KillSwitch, OrderRow, RecordStore, Scope, Standing

WHY_CANCELLED = "kill switch"


class Kill:
    """Turns the switch. Turning it on takes nobody's leave; whoever turns it off is known to the caller."""

    def __init__(self, records: RecordStore, *, clock: Clock) -> None:
        self._records = records
        self._clock = clock

    async def state(self) -> KillSwitch | None:
        """The switch; None while nobody has ever turned it."""
        return (await self._records.standing(Scope())).kill

    async def turn(self, *, on: bool, reason: str, actor: str) -> int:
        """Turns the switch; turned on, it cancels every order that hasn't left, in the same step. Says how many."""
        cancelled: list[OrderRow] = []

        def decide(standing: Standing) -> Effects:
            now = self._clock.now()
            # Not before what is recorded: an approval that stands there was given before, whatever this clock says.
            changed_at = max(now, standing.head.at or now)
            row = KillSwitch(on=on, reason=reason, changed_by=actor, changed_at=changed_at)
            cancelled[:] = [_cancel(order) for order in standing.waiting if order.state == "Intent"]
            return Effects(at=now, actor=actor, source="person", rows=[row, *cancelled])

        try:
            await self._records.write(Scope(waiting=on), decide)
        except BrokenRecord as error:
            # An order that can't be read keeps nobody from stopping all others.
            await self._records.write(Scope(), decide)
            message = f"The kill switch is turned, but no waiting order was cancelled: {error.message}"
            raise BrokenRecord(message, next_action=error.next_action) from error
        return len(cancelled)


def _cancel(order: OrderRow) -> OrderRow:
    return order.model_copy(update={"state": "Cancelled", "why": WHY_CANCELLED})
