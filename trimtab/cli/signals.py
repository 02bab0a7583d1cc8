"""`trimtab signals`: alpha signals from the command line."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

import typer

from trimtab.cli import signal_check
from trimtab.cli.asking import CALLER, AsJson, Others, add_command, items, request_of
from trimtab.cli.console import print_json
from trimtab.cli.signal_asking import (
    ask_signals,
    ask_watching,
    installed_one,
    numbers_of,
    parameters_of,
)
from trimtab.cli.signal_history import nothing_kept, require_records
from trimtab.cli.signal_runs import print_backtested, print_evaluation
from trimtab.cli.signal_tables import print_allocated, print_page, print_signals, print_strategies, print_strategy
from trimtab.domain.errors import InvalidInput
from trimtab.tools.payload import dump
from trimtab.tools.strict import check
from trimtab.workflow.ports.results import Result
from trimtab.workflow.ports.signal_requests import (
    AllocateCapital,
    BacktestPortfolio,
    ComputeSignals,
    EvaluateStrategies,
    ReadSignalRecords,
)

Names = Annotated[str | None, typer.Option(help="Only these strategies, with commas between; else all.")]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", help="STRATEGY.PARAMETER=NUMBER, such as momentum_rank.lookback_days=126; may be repeated."),
]
Weights = Annotated[str | None, typer.Option(help="What each strategy counts, such as momentum_rank=2; else alike.")]
Symbols = Annotated[str | None, typer.Option(help="Only these symbols, with commas between; else the whole market.")]
Day = Annotated[str | None, typer.Option(help="The day, such as 2025-06-30; else the last with prices.")]
Combine = Annotated[str | None, typer.Option(help="weighted, confidence_weighted, rank_average or best.")]
Size = Annotated[str | None, typer.Option(help="proportional, kelly, kelly_of_trades or risk_parity.")]
Start = Annotated[str | None, typer.Option(help="The first day, such as 2020-01-01.")]
End = Annotated[str | None, typer.Option(help="The last day.")]
Cadence = Annotated[str | None, typer.Option(help="Decisions daily, weekly, monthly or quarterly.")]
Benchmark = Annotated[str | None, typer.Option(help="A symbol to stand beside.")]
_WEIGHTS = "momentum_rank=2,macd_rsi_confluence=1"

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.command("check")(signal_check.check)


@dataclass(frozen=True, slots=True)
class ComputeOptions:
    """The options of the command."""

    strategies: Names = None
    set: Settings = None
    weights: Weights = None
    symbols: Symbols = None
    as_of: Day = None
    combine: Combine = None
    indicators: Annotated[bool, typer.Option("--indicators", help="Show what signals were made of.")] = False
    option: Others = None
    json: AsJson = False


@dataclass(frozen=True, slots=True)
class AllocateOptions:
    """The options of the command."""

    capital: Annotated[float, typer.Option(help="How much money there is.")]
    strategies: Names = None
    set: Settings = None
    weights: Weights = None
    symbols: Symbols = None
    as_of: Day = None
    combine: Combine = None
    size: Size = None
    held: Annotated[str | None, typer.Option(help="Weights before the trade, such as SPY=0.6,AGG=0.4.")] = None
    option: Others = None
    json: AsJson = False


@dataclass(frozen=True, slots=True)
class EvaluateOptions:
    """The options of the command."""

    strategies: Names = None
    set: Settings = None
    weights: Weights = None
    symbols: Symbols = None
    start: Start = None
    end: End = None
    cadence: Cadence = None
    benchmark: Benchmark = None
    horizons: Annotated[str | None, typer.Option(help="Trading days to look ahead, with commas between.")] = None
    option: Others = None
    json: AsJson = False


@dataclass(frozen=True, slots=True)
class BacktestOptions:
    """The options of the command."""

    strategies: Names = None
    set: Settings = None
    weights: Weights = None
    symbols: Symbols = None
    start: Start = None
    end: End = None
    cadence: Cadence = None
    combine: Combine = None
    size: Size = None
    capital: Annotated[float | None, typer.Option(help="How much money there is at the start.")] = None
    benchmark: Benchmark = None
    compare: Annotated[bool, typer.Option("--compare", help="Run every way to combine, and judge the choice.")] = False
    sections: Annotated[
        str | None,
        typer.Option(help="More, with commas: equity, weights, trades, contributions, scatter, histogram, confidence."),
    ] = None
    rows: Annotated[int | None, typer.Option(help="Show at most so many rows of a section.")] = None
    option: Others = None
    json: AsJson = False


@dataclass(frozen=True, slots=True)
class HistoryOptions:
    """The arguments and options of the command."""

    kind: Annotated[str, typer.Argument(help="signals, allocations or performance.")]
    name: Annotated[str | None, typer.Option(help="Only this strategy, or this way to combine.")] = None
    symbol: Annotated[str | None, typer.Option(help="Only this symbol.")] = None
    start: Start = None
    end: End = None
    limit: Annotated[int, typer.Option(help="Most rows.")] = 100
    offset: Annotated[int, typer.Option(help="Leave out so many of the newest.")] = 0
    json: AsJson = False


@app.command()
def strategies(
    name: Annotated[str | None, typer.Argument(help="The strategy to read about.")] = None, as_json: AsJson = False
) -> None:
    """List the strategies that are installed, or show the text of one."""
    found = ask_signals(lambda desk: desk.strategies())
    if name is None:
        _print_as_json(found) if as_json else print_strategies(found)
        return
    one = installed_one(found, name)
    _print_as_json(one) if as_json else print_strategy(one)


def compute(**given: Any) -> None:
    """The signals of one day, and what they come to together."""
    options = ComputeOptions(**given)
    request = request_of(
        ComputeSignals,
        options.option,
        **_scope(options),
        as_of=options.as_of,
        combination_method=options.combine,
        include_indicators=options.indicators or None,
    )
    found = ask_signals(lambda desk: desk.signals(CALLER, request))
    _print_as_json(found) if options.json else print_signals(found)


def allocate(**given: Any) -> None:
    """Weights and values for one day; nothing is ordered. Limits are given by --option."""
    options = AllocateOptions(**given)
    request = request_of(
        AllocateCapital,
        options.option,
        **_scope(options),
        total_capital=options.capital,
        as_of=options.as_of,
        combination_method=options.combine,
        allocation_method=options.size,
        held=partial(numbers_of, options.held, option="--held", example="SPY=0.6,AGG=0.4"),
    )
    found = ask_signals(lambda desk: desk.allocate(CALLER, request))
    _print_as_json(found) if options.json else print_allocated(found)


def evaluate(**given: Any) -> None:
    """Each strategy alone over past days: what its signals were worth, and its portfolio."""
    options = EvaluateOptions(**given)
    request = request_of(
        EvaluateStrategies, options.option, **_scope(options), **_run(options), horizons=items(options.horizons)
    )
    found = ask_watching(lambda desk, progress: desk.evaluate(CALLER, request, progress=progress))
    _print_as_json(found) if options.json else print_evaluation(found)


def backtest(**given: Any) -> None:
    """All strategies together over past days."""
    options = BacktestOptions(**given)
    request = request_of(
        BacktestPortfolio,
        options.option,
        **_scope(options),
        **_run(options),
        combination_method=options.combine,
        allocation_method=options.size,
        initial_capital=options.capital,
        compare=options.compare or None,
        sections=items(options.sections),
        max_rows=options.rows,
    )
    found = ask_watching(lambda desk, progress: desk.backtest(CALLER, request, progress=progress))
    _print_as_json(found) if options.json else print_backtested(found)


def history(**given: Any) -> None:
    """What was kept of signals, allocations or performance, the newest day first."""
    options = HistoryOptions(**given)
    request = check(
        ReadSignalRecords,
        kind=options.kind,
        name=options.name,
        symbol=options.symbol,
        start_date=options.start,
        end_date=options.end,
        limit=options.limit,
        offset=options.offset,
    )
    if request.start_date is not None and request.end_date is not None and request.start_date > request.end_date:
        raise InvalidInput("It is after --end.", field="start_date", next_action="Give the earlier day as --start.")
    found = ask_signals(lambda desk: desk.records(CALLER, request))
    if not found.total:
        require_records()
    _print_as_json(found) if options.json else print_page(found)
    if not found.total:
        typer.echo(nothing_kept(request), err=True)


def _scope(options: ComputeOptions | AllocateOptions | EvaluateOptions | BacktestOptions) -> dict[str, object]:
    """What all of these commands may narrow."""
    return {
        "strategies": items(options.strategies),
        "parameters": partial(parameters_of, options.set),
        "strategy_weights": partial(
            numbers_of, options.weights, option="--weights", example="momentum_rank=2,macd_rsi_confluence=1"
        ),
        "symbols": items(options.symbols),
    }


def _run(options: EvaluateOptions | BacktestOptions) -> dict[str, object]:
    """Over which days, and how often."""
    return {
        "start_date": options.start,
        "end_date": options.end,
        "cadence": options.cadence,
        "benchmark": options.benchmark,
    }


def _print_as_json(found: Result) -> None:
    """As the tools have it."""
    print_json(dump(found))


add_command(app, compute, options=ComputeOptions)
add_command(app, allocate, options=AllocateOptions)
add_command(app, evaluate, options=EvaluateOptions)
add_command(app, backtest, options=BacktestOptions)
add_command(app, history, options=HistoryOptions)
