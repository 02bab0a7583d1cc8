"""Answers are kept where they may be; where they can't, they say so and are given all the same."""

from collections.abc import Sequence

from tests.workflow.signals.memory import ALLOCATION, SIGNAL, GivenRecords
from trimtab.domain.errors import Unavailable
from trimtab.workflow.ports.signal_records import AllocationRow, SignalRow
from trimtab.workflow.ports.signal_results import Recorded
from trimtab.workflow.signals.keeping import AT_ONCE, READ_ONLY, Keeping


async def test_rows_are_kept_for_their_owner_and_counted_where_they_are_new() -> None:
    records = GivenRecords()
    keeping = Keeping(records, keeps=True)
    assert await keeping.signals("ann", [SIGNAL]) == Recorded(kept=True, new_rows=1)
    assert await keeping.signals("ann", [SIGNAL]) == Recorded(kept=True, new_rows=0)
    assert records.kept_signals == [("ann", SIGNAL)]


async def test_a_read_only_server_keeps_nothing_and_says_so() -> None:
    records = GivenRecords()
    assert await Keeping(records, keeps=False).signals("ann", [SIGNAL]) == Recorded(kept=False, note=READ_ONLY)
    assert not records.kept_signals


async def test_records_that_cannot_be_reached_cost_only_the_keeping() -> None:
    class Away(GivenRecords):
        async def keep_signals(self, owner: str, rows: Sequence[SignalRow]) -> int:
            raise Unavailable("The records can't be reached.", next_action="Start their server.")

    found = await Keeping(Away(), keeps=True).signals("ann", [SIGNAL])
    assert found == Recorded(kept=False, note="The records can't be reached. Start their server.")


async def test_many_rows_are_kept_piece_by_piece_so_that_others_can_write_meanwhile() -> None:
    class Counting(GivenRecords):
        async def keep_signals(self, owner: str, rows: Sequence[SignalRow]) -> int:
            pieces.append(len(rows))
            return len(rows)

    pieces: list[int] = []
    found = await Keeping(Counting(), keeps=True).signals("ann", [SIGNAL] * (2 * AT_ONCE + 1))
    assert pieces == [AT_ONCE, AT_ONCE, 1]
    assert found.new_rows == 2 * AT_ONCE + 1


async def test_rows_that_the_records_refuse_cost_only_the_keeping() -> None:
    class Strict(GivenRecords):
        async def keep_allocation(self, owner: str, row: AllocationRow) -> bool:
            raise ValueError("row 1: symbol is too long")

    found = await Keeping(Strict(), keeps=True).allocation("ann", ALLOCATION)
    assert found == Recorded(kept=False, note="The records don't take this answer: row 1: symbol is too long")
