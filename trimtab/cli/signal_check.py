"""`trimtab signals check`: whether the strategies that are installed work over the market of the settings."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Annotated, Final, cast

import typer

from trimtab.cli.asking import CALLER, AsJson
from trimtab.cli.console import print_json
from trimtab.cli.printing import print_lines, print_rows
from trimtab.cli.signal_asking import ask_signals, installed_one
from trimtab.domain.errors import InvalidInput
from trimtab.domain.outside_text import clean
from trimtab.server import late
from trimtab.workflow.ports.signal_requests import ComputeSignals, EvaluateStrategies
from trimtab.workflow.ports.signal_results import BrokenStrategy, StrategyInfo
from trimtab.workflow.ports.signals import SignalDesk

BROKEN: Final = 1
_HISTORIES: Final = "trimtab.cli.signal_histories"


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a strategy: how many symbols it had a signal of on the last day, or why it can't be used.

    `history_days` is what it says it needs, `prices_before_first` what it had at its first signal over this market,
    None where nobody knows; `note` says where these differ.
    """

    name: str
    package: str
    works: bool
    n_signals: int = 0
    day: str = ""
    history_days: int = 0
    first_day: str = ""
    prices_before_first: int | None = None
    reason: str = ""
    note: str = ""


def check(
    name: Annotated[str | None, typer.Argument(help="The strategy; without it all that are installed.")] = None,
    as_json: AsJson = False,
) -> None:
    """Compute the signals of each strategy over the market, and say which can't be used; keeps nothing.

    A strategy of another package is also tried for looking ahead. Exit code 0: all work. 1: one is broken, or has no
    signal on any day.
    """
    tried = ask_signals(lambda desk: _all_tried(desk, name), read_only=True)
    exit_code = 0 if all(each.works for each in tried) else BROKEN
    if as_json:
        print_json({"exit_code": exit_code, "strategies": [asdict(each) for each in tried]})
    else:
        columns = ("strategy", "from", "works", "signals", "last day", "first signal", "prices then")
        print_rows("", columns, rows=[_row(each) for each in tried])
        said = [(each, text) for each in tried for text in (each.reason, each.note) if text]
        print_lines([f"{each.name}: {text}" for each, text in said])
    raise typer.Exit(exit_code)


async def _all_tried(desk: SignalDesk, name: str | None) -> list[Tried]:
    installed = await desk.strategies()
    if name is not None and name not in {each.name for each in installed.broken}:
        installed_one(installed, name)
    broken = [each for each in installed.broken if name in {None, each.name}]
    chosen = [each for each in installed.strategies if name in {None, each.name}]
    return [*_with_prices([await _tried(desk, each) for each in chosen]), *map(_broken, broken)]


async def _tried(desk: SignalDesk, strategy: StrategyInfo) -> tuple[Tried, tuple[str, ...]]:
    """Asked for alone, so that one that fails has no others to hide behind; with the symbols it first spoke of."""
    only = (strategy.name,)
    tried = Tried(strategy.name, strategy.package, False, history_days=strategy.history_days)
    try:
        newest = await desk.signals(CALLER, ComputeSignals(strategies=only))
    except InvalidInput as error:
        return replace(tried, reason=error.problems[0].message if error.problems else error.message), ()
    try:
        run = await desk.evaluate(CALLER, EvaluateStrategies(strategies=only, cadence="quarterly", horizons=(1,)))
    except InvalidInput:
        needed = f"It says that it needs {strategy.history_days} prices without a gap."
        return replace(tried, day=newest.day, reason=f"It has no signal of any symbol on any day. {needed}"), ()
    first = await desk.signals(CALLER, ComputeSignals(strategies=only, as_of=date.fromisoformat(run.first_day)))
    count = len(newest.signals.rows)
    note = "" if count else "It has no signal on the last day."
    worked = replace(tried, works=True, n_signals=count, day=newest.day, first_day=run.first_day, note=note)
    return worked, tuple(str(row[0]) for row in first.signals.rows)


def _with_prices(tried: Sequence[tuple[Tried, Sequence[str]]]) -> Iterator[Tried]:
    """What was tried, with the prices that there were at each first signal, where they can be counted."""
    spoke = {each.name: (each.first_day, symbols) for each, symbols in tried if symbols}
    count = cast("Callable[[object], Mapping[str, int]]", late.command(_HISTORIES, "prices_had"))
    had = count(spoke) if spoke else {}
    for each, _ in tried:
        there = had.get(each.name)
        yield replace(each, prices_before_first=there, note=f"{each.note} {_difference(each, there)}".strip())


def _difference(tried: Tried, there: int | None) -> str:
    if there is None or there == tried.history_days:
        return ""
    return f"It says that it needs {tried.history_days} prices, and first spoke of a symbol that had {there}."


def _broken(strategy: BrokenStrategy) -> Tried:
    return Tried(strategy.name, strategy.package, False, reason=strategy.reason)


def _row(tried: Tried) -> tuple[object, ...]:
    brought_by = clean(tried.package) or "trimtab"
    works = "yes" if tried.works else "no"
    return tried.name, brought_by, works, tried.n_signals, tried.day, tried.first_day, tried.prices_before_first
