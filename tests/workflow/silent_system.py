"""An order system for tests that script one: whatever isn't scripted says nothing."""

from collections.abc import Sequence

from tests.workflow.order_rows import SYSTEM
from trimtab.workflow.ports.order_system import NotSent, OmsAnswer, Placing
from trimtab.workflow.ports.results import ExecutionMode


class SilentSystem:
    """Implements `OrderSystem`: it takes no order, and knows none."""

    name = SYSTEM

    async def require(self, mode: ExecutionMode) -> None:
        """Any mode will do."""

    async def place(self, orders: Sequence[Placing]) -> OmsAnswer:
        raise NotSent("Nothing is to be sent here.")

    async def look(self, orders: Sequence[Placing]) -> OmsAnswer:
        return OmsAnswer()

    async def cancel(self, order: Placing) -> OmsAnswer:
        return OmsAnswer()

    async def close(self) -> None:
        """There is nothing to let go of."""
