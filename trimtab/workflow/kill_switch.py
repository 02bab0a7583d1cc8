"""The kill switch: while it is on, no order is approved, recorded or sent, and those that wait are cancelled."""

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
            row = KillSwitch(on=on, reason=reason, changed_by=actor, changed_at=now)
            cancelled[:] = [_cancel(order) for order in standing.waiting if order.state == "Intent"]
            return Effects(at=now, actor=actor, source="person", rows=[row, *cancelled])

        await self._records.write(Scope(waiting=on), decide)
        return len(cancelled)


def _cancel(order: OrderRow) -> OrderRow:
    return order.model_copy(update={"state": "Cancelled", "why": WHY_CANCELLED})
