"""Processes that keep the same rows at once keep them once, and none of them waits for ever."""

import subprocess
import sys

from tests.adapters.records.stores import Place
from tests.adapters.signals.sample_rows import many, sha
from trimtab.workflow.ports.signal_records import SignalRecords, Sought

KEEP = """
import asyncio, sys
from tests.adapters.signals.sample_rows import allocation, many
from trimtab.adapters.signals.store import SqlSignalRecords

async def keep():
    records = SqlSignalRecords(sys.argv[1])
    rows = many(2_500)
    print("ready", flush=True)
    sys.stdin.readline()
    ordered = rows if sys.argv[2] == "forwards" else rows[::-1]
    first = await records.keep_signals("jane", ordered[:1_500])
    print(first + await records.keep_signals("jane", ordered), await records.keep_allocation("jane", allocation()))
    await records.close()

asyncio.run(keep())
"""


async def test_two_processes_that_keep_the_same_rows_keep_each_once(place: Place, records: SignalRecords) -> None:
    command = (sys.executable, "-c", KEEP, place.url)
    both = [
        subprocess.Popen((*command, way), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for way in ("forwards", "backwards")
    ]
    for each in both:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    for each in both:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()
    told = [each.communicate(timeout=60)[0].split() for each in both]
    assert sum(int(count) for count, _ in told) == 2_500
    assert sorted(was_absent for _, was_absent in told) == ["False", "True"]
    assert (await records.signals("jane", Sought()))[1] == len(many(2_500))
    found, total = await records.allocations("jane", Sought(symbol="BBB"))
    assert ([row.allocation_id for row in found], total) == ([sha("one")], 1)
