"""How long a session knows the keys of its changes: some with their answers, many more by name."""

import pytest

from tests.workflow.desks import Bench, MakeBench
from tests.workflow.small_books import two_portfolios
from trimtab.domain.errors import InvalidInput

ANSWERS, KEYS = 2, 6


async def change(bench: Bench, number: int) -> int:
    """The version that the change of this number answers with."""
    return (await bench.update(workflow_mode="Manual", idempotency_key=f"key-number-{number}")).version


async def test_the_last_keys_answer_those_before_are_refused_and_only_the_oldest_are_forgotten(
    bench_over: MakeBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trimtab.workflow.sessions.MOST_REMEMBERED_ANSWERS", ANSWERS)
    monkeypatch.setattr("trimtab.workflow.sessions.MOST_REMEMBERED_KEYS", KEYS)
    bench = bench_over(two_portfolios())
    await bench.open()
    versions = [await change(bench, number) for number in range(KEYS + 1)]
    assert [await change(bench, number) for number in range(KEYS + 1 - ANSWERS, KEYS + 1)] == versions[-ANSWERS:]
    for number in range(1, KEYS + 1 - ANSWERS):
        with pytest.raises(InvalidInput, match="isn't kept any more"):
            await change(bench, number)
    assert (await bench.summary()).version == versions[-1]
    assert await change(bench, 0) == versions[-1] + 1
