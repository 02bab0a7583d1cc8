"""What was refused is evidence too: what somebody tried, and by which rules it was turned down."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

from trimtab.domain.errors import Blocked, Problem
from trimtab.workflow.ports.clock import Clock
from trimtab.workflow.ports.desk import Caller
from trimtab.workflow.ports.records import Effects, Evidence, RecordStore, Scope

REFUSAL: Final = "refusal"


class Refusals:
    """Writes refusals into the records."""

    def __init__(self, records: RecordStore, clock: Clock) -> None:
        self._records = records
        self._clock = clock

    @asynccontextmanager
    async def noting(self, what: str, caller: Caller, *, session_id: str) -> AsyncIterator[None]:
        """Keeps what is refused inside, and lets the refusal pass."""
        try:
            yield
        except Blocked as error:
            said = _refusal(error.problems, what=what, caller=caller, session_id=session_id)
            at = self._clock.now()
            await self._records.write(
                Scope(), lambda _standing: Effects(at=at, actor=caller.actor, source=caller.source, evidence=[said])
            )
            raise


def _refusal(problems: Sequence[Problem], *, what: str, caller: Caller, session_id: str) -> Evidence:
    return Evidence(
        kind=REFUSAL,
        actor=caller.actor,
        source=caller.source,
        session_id=session_id,
        content={"what": what, "rules": [{"rule": each.code, "message": each.message} for each in problems]},
    )
