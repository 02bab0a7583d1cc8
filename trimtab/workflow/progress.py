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
        before = self.done

        async def report(done: int, total: int, message: str) -> None:
            self.done = before + done
            await self.progress(self.done, before + total, message)

        return report
