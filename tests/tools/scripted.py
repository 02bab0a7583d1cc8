"""What desks that say what a test wants have in common."""

from collections.abc import Mapping
from typing import TypeVar

from trimtab.workflow.ports.desk import Caller, Progress, Step

Answer = TypeVar("Answer")


class Scripted:
    """Keeps what it was asked, and answers with what the test says of an operation."""

    def __init__(self, says: Mapping[str, object] | None = None) -> None:
        self.says = dict(says or {})
        self.asked: list[object] = []
        self.callers: list[Caller] = []

    async def _steps(self, progress: Progress) -> None:
        for done in (1, 2, 2, 3):
            await progress(Step(done, 3, "Computing", "computing"))

    def _answer(self, operation: str, caller: Caller, *, request: object, result: Answer) -> Answer:
        self.asked.append(request)
        self.callers.append(caller)
        said = self.says.get(operation, result)
        if isinstance(said, Exception):
            raise said
        return said  # type: ignore[return-value]  # the test says what it answers


class Nothing:
    """What a desk would leave open."""

    async def close(self) -> None:
        """There is nothing to close."""
