"""The machine's clock."""

from datetime import UTC, datetime, timedelta

from trimtab.adapters.clock import SystemClock
from trimtab.workflow.ports.clock import Clock


def test_the_system_clock_says_what_the_machine_says_in_utc() -> None:
    clock: Clock = SystemClock()
    before = datetime.now(UTC)  # noqa: TID251 - the test compares with the machine's own time
    now = clock.now()
    assert now.tzinfo is UTC
    assert before <= now <= before + timedelta(seconds=5)
