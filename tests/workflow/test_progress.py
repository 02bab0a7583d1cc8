"""Progress over several stages."""

from trimtab.workflow.ports.desk import Step
from trimtab.workflow.progress import Rising


async def test_a_stage_counts_on_where_the_one_before_ended() -> None:
    told: list[tuple[int, int, str]] = []

    async def tell(step: Step) -> None:
        told.append((step.done, step.total, step.message))

    rising = Rising(tell)
    for total in (2, 3):
        report = rising.stage()
        for done in range(1, total + 1):
            await report(Step(done, total, "working", "analyzing"))
    assert told == [(n, 2 if n < 3 else 5, "working") for n in range(1, 6)]
