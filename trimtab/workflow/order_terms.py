"""How orders are meant."""

from dataclasses import dataclass

from trimtab.workflow.ports.results import ExecutionMode


@dataclass(frozen=True, slots=True)
class OrderTerms:
    """Simulated or live, which accounts may trade live, and whether there is an order system to send live orders to."""

    execution_mode: ExecutionMode = "simulated"
    live_accounts: tuple[str, ...] = ()
    live_system: bool = False
