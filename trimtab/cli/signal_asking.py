"""How commands ask about signals: options that strategies take, and a desk that says how far it is."""

import sys
from collections.abc import Awaitable, Callable, Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from trimtab.cli.asking import Answer, ask_desk, numbers_by_name
from trimtab.domain.errors import InvalidInput
from trimtab.server import late
from trimtab.workflow.ports import desk as told
from trimtab.workflow.ports.signals import SignalDesk


def ask_signals(ask: Callable[[SignalDesk], Awaitable[Answer]], *, read_only: bool | None = None) -> Answer:
    """What the desk of the settings answers; with `read_only` it keeps nothing."""
    return ask_desk(late.open_signals, ask, read_only=read_only)


def ask_watching(ask: Callable[[SignalDesk, told.Progress], Awaitable[Answer]]) -> Answer:
    """The same, with a bar on standard error meanwhile, where that is a terminal."""

    async def watched(desk: SignalDesk) -> Answer:
        shown = sys.stderr.isatty()
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=Console(stderr=True), disable=not shown, transient=True) as bar:
            task = bar.add_task("Reading the market...", total=None)

            async def report(step: told.Step) -> None:
                bar.update(task, completed=step.done, total=step.total, description=step.message)

            return await ask(desk, report)

    return ask_signals(watched)


def parameters_of(texts: Sequence[str] | None) -> dict[str, dict[str, float]] | None:
    """`momentum_rank.lookback_days=126`, once or several times, as parameters by strategy.

    Raises:
        InvalidInput: a text has another form, or a parameter is there twice.
    """
    found: dict[str, dict[str, float]] = {}
    for text in texts or ():
        name, _, number = text.partition("=")
        strategy, dot, parameter = (part.strip() for part in name.partition("."))
        if not (dot and strategy and parameter) or parameter in found.get(strategy, {}):
            message = "Must be STRATEGY.PARAMETER=NUMBER, each once, such as momentum_rank.lookback_days=126."
            raise InvalidInput(message, field="--set")
        found.setdefault(strategy, {}).update(numbers_by_name(f"{parameter}={number}", option="--set"))
    return found or None


def numbers_of(text: str | None, *, option: str) -> dict[str, float] | None:
    """`a=2,b=1` as numbers by name; None where nothing was given."""
    return None if text is None else numbers_by_name(text, option=option)
