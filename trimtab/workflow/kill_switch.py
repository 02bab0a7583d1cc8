"""The kill switch: while it is on, no order is approved, recorded or sent, and those that wait are cancelled."""

from functools import partial

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
        """Turns the switch, then cancels every order that hasn't left; says how many.

        The switch is on before the first order is looked at: nothing is recorded behind it.
        """
        row = KillSwitch(on=on, reason=reason, changed_by=actor, changed_at=self._clock.now())
        await self._records.write(Scope(), lambda _standing: self._effects(actor, row))
        if not on:
            return 0
        waiting = [order for order in await self._records.open_orders() if order.state == "Intent"]
        for session_id in dict.fromkeys(order.session_id for order in waiting):
            await self._records.write(Scope(session_id=session_id), partial(self._cancelled, actor))
        return len(waiting)

    def _cancelled(self, actor: str, standing: Standing) -> Effects:
        waiting = (order for order in standing.orders if order.state == "Intent")
        return self._effects(actor, *(_cancel(order) for order in waiting))

    def _effects(self, actor: str, *rows: KillSwitch | OrderRow) -> Effects:
        return Effects(at=self._clock.now(), actor=actor, source="person", rows=rows)


def _cancel(order: OrderRow) -> OrderRow:
    return order.model_copy(update={"state": "Cancelled", "why": WHY_CANCELLED})
