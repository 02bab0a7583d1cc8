"""Progress over several stages."""

from trimtab.workflow.progress import Rising


async def test_a_stage_counts_on_where_the_one_before_ended() -> None:
    told: list[tuple[int, int, str]] = []

    async def tell(done: int, total: int, message: str) -> None:
        told.append((done, total, message))

    rising = Rising(tell)
    for total in (2, 3):
        report = rising.stage()
        for done in range(1, total + 1):
            await report(done, total, "working")
    assert told == [(n, 2 if n < 3 else 5, "working") for n in range(1, 6)]
