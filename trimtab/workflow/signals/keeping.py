"""Answers go into the records, so that they can be looked up later; where that fails, the answer says so."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from trimtab.domain.errors import TrimtabError
from trimtab.domain.outside_text import clean
from trimtab.workflow.ports.signal_records import AllocationRow, PerformanceRow, SignalRecords, SignalRow
from trimtab.workflow.ports.signal_results import Recorded

READ_ONLY: Final = "This server is read-only: it keeps no answer."
AT_ONCE: Final = 2_000
"""Rows in one transaction."""


class Keeping:
    """Keeps rows of the owner who asked, unless the server is read-only."""

    def __init__(self, records: SignalRecords, *, keeps: bool) -> None:
        self._records = records
        self._keeps = keeps

    async def signals(self, owner: str, rows: Sequence[SignalRow]) -> Recorded:
        """Keeps signals."""

        async def keep() -> int:
            # Piece by piece: whoever keeps evidence at the same time waits for the database no longer than one takes.
            pieces = [rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE)]
            return sum([await self._records.keep_signals(owner, piece) for piece in pieces])

        return await self._kept(keep)

    async def allocation(self, owner: str, row: AllocationRow) -> Recorded:
        """Keeps an allocation."""
        return await self._kept(lambda: self._records.keep_allocation(owner, row))

    async def performance(self, owner: str, rows: Sequence[PerformanceRow]) -> Recorded:
        """Keeps figures of strategies and portfolios."""
        return await self._kept(lambda: self._records.keep_performance(owner, rows))

    async def _kept(self, keep: Callable[[], Awaitable[int]]) -> Recorded:
        if not self._keeps:
            return Recorded(kept=False, note=READ_ONLY)
        try:
            return Recorded(kept=True, new_rows=int(await keep()))
        except TrimtabError as trouble:
            return Recorded(kept=False, note=f"{trouble.message} {trouble.next_action}".strip())
        except ValueError as refused:
            return Recorded(kept=False, note=f"The records don't take this answer: {clean(str(refused))}")
