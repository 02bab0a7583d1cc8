"""Progress that only rises, over several stages and over attempts that start again."""

from dataclasses import dataclass

from trimtab.workflow.ports.desk import Progress


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

    async def __call__(self, done: int, total: int, message: str) -> None:
        self.rising.done = self.before + done
        await self.rising.progress(self.rising.done, self.before + total, message)
