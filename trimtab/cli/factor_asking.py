"""How commands ask about factors."""

from collections.abc import Awaitable, Callable

from trimtab.cli.asking import Answer, ask_desk
from trimtab.server import late
from trimtab.workflow.ports.factors import FactorDesk


def ask_factors(ask: Callable[[FactorDesk], Awaitable[Answer]]) -> Answer:
    """What the desk of the settings answers."""
    return ask_desk(late.open_factors, ask)
