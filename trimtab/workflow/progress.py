"""Progress that only rises, over several stages and over attempts that start again."""

from dataclasses import dataclass, replace

from trimtab.workflow.ports.desk import Progress, Step


@dataclass(slots=True)
class Rising:
    """Counts on where the stage before ended."""

    progress: Progress
    done: int = 0

    def stage(self) -> Progress:
        """The progress of a stage that counts from 1 by itself."""
        return _Stage(self, before=self.done)


@dataclass(frozen=True, slots=True)
class _Stage:
    rising: Rising
    before: int

    async def __call__(self, step: Step) -> None:
        self.rising.done = self.before + step.done
        await self.rising.progress(replace(step, done=self.rising.done, total=self.before + step.total))
