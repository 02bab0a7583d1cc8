"""How far long work is, shown to whoever waits for it."""

import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from trimtab.workflow.ports import desk as told

Answer = TypeVar("Answer")
DeskT = TypeVar("DeskT")


def watched(
    ask: Callable[[DeskT, told.Progress], Awaitable[Answer]], *, first: str
) -> Callable[[DeskT], Awaitable[Answer]]:
    """The same question with a bar on standard error meanwhile, where that is a terminal; `first` stands there before
    the first step."""

    async def with_bar(desk: DeskT) -> Answer:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        shown = sys.stderr.isatty()
        with Progress(*columns, console=Console(stderr=True), disable=not shown, transient=True) as bar:
            task = bar.add_task(first, total=None)

            async def report(step: told.Step) -> None:
                bar.update(task, completed=step.done, total=step.total, description=step.message)

            return await ask(desk, report)

    return with_bar
