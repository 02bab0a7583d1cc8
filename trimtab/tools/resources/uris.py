"""The addresses of the resources: promises, like the names of tools."""

from typing import Final

BOOK: Final = "trimtab://book/{book}"
PLAN: Final = "trimtab://session/{session_id}/plan"
CONCEPT: Final = "trimtab://concept/{name}"
FRAMEWORK: Final = "trimtab://framework/{framework_id}"
STRATEGY: Final = "strategies://{name}"


def plan_uri(session_id: str) -> str:
    """Where the plan of this session is read."""
    return PLAN.format(session_id=session_id)
