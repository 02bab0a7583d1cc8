"""`trimtab signals check`: whether the strategies that are installed work over the market of the settings."""

from dataclasses import asdict, dataclass
from typing import Annotated, Final

import typer

from trimtab.cli.asking import CALLER, AsJson
from trimtab.cli.console import print_json
from trimtab.cli.printing import print_rows
from trimtab.cli.signal_asking import ask_signals
from trimtab.domain.errors import InvalidInput
from trimtab.domain.outside_text import clean
from trimtab.server.strategy_named import strategy_named
from trimtab.workflow.ports.signal_requests import ComputeSignals
from trimtab.workflow.ports.signal_results import BrokenStrategy, StrategyInfo
from trimtab.workflow.ports.signals import SignalDesk

BROKEN: Final = 1
LISTED_BY: Final = "`trimtab signals strategies`"


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a strategy: how many symbols it had a signal of on the last day, or why it can't be used."""

    name: str
    package: str
    works: bool
    n_signals: int = 0
    day: str = ""
    reason: str = ""


def check(
    name: Annotated[str | None, typer.Argument(help="The strategy; without it all that are installed.")] = None,
    as_json: AsJson = False,
) -> None:
    """Compute the signals of each strategy over the market, and say which can't be used; keeps nothing.

    A strategy of another package is also tried for looking ahead. Exit code 0: all work. 1: one is broken.
    """
    tried = ask_signals(lambda desk: _all_tried(desk, name), read_only=True)
    exit_code = 0 if all(each.works for each in tried) else BROKEN
    if as_json:
        print_json({"exit_code": exit_code, "strategies": [asdict(each) for each in tried]})
    else:
        columns = ("strategy", "from", "works", "signals", "last day", "reason")
        print_rows("", columns, rows=[_row(each) for each in tried])
    raise typer.Exit(exit_code)


async def _all_tried(desk: SignalDesk, name: str | None) -> list[Tried]:
    installed = await desk.strategies()
    broken = [each for each in installed.broken if name in {None, each.name}]
    chosen = [each for each in installed.strategies if name in {None, each.name}]
    if name is not None and not broken and not chosen:
        strategy_named(installed, name, listed_by=LISTED_BY)
    return [*[await _tried(desk, each) for each in chosen], *map(_broken, broken)]


async def _tried(desk: SignalDesk, strategy: StrategyInfo) -> Tried:
    """Asked for alone, so that one that fails has no others to hide behind."""
    try:
        found = await desk.signals(CALLER, ComputeSignals(strategies=(strategy.name,)))
    except InvalidInput as error:
        reason = error.problems[0].message if error.problems else error.message
        return Tried(strategy.name, strategy.package, False, reason=reason)
    return Tried(strategy.name, strategy.package, True, n_signals=len(found.signals.rows), day=found.day)


def _broken(strategy: BrokenStrategy) -> Tried:
    return Tried(strategy.name, strategy.package, False, reason=strategy.reason)


def _row(tried: Tried) -> tuple[object, ...]:
    brought_by = clean(tried.package) or "trimtab"
    works = "yes" if tried.works else "no"
    return tried.name, brought_by, works, tried.n_signals, tried.day, clean(tried.reason, None)
