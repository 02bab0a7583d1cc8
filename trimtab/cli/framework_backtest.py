"""`trimtab framework backtest`: modes of keeping a framework over past days, side by side."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Final, get_args

import typer

from trimtab.cli.asking import CALLER, AsJson, items, request_of
from trimtab.cli.console import print_json
from trimtab.cli.framework_asking import Version, ask_watching, flows_of, products_of, several
from trimtab.cli.framework_files import scope_of
from trimtab.cli.framework_report import print_csv, refuse_table
from trimtab.cli.framework_run_tables import print_backtested
from trimtab.cli.option_names import refuse
from trimtab.domain.errors import InvalidInput, Problem
from trimtab.tools.payload import dump
from trimtab.workflow.ports.framework_requests import BacktestFramework, BacktestTable
from trimtab.workflow.ports.results import Table

MOST_ROWS: Final = 10_000
_SECTIONS: Final[tuple[str, ...]] = get_args(BacktestTable)
_TABLES: Final = ("metrics", "keeping", "buckets", "products", *_SECTIONS)


@dataclass(frozen=True, slots=True)
class BacktestOptions:
    """The arguments and options of the command."""

    framework_id: Annotated[
        str | None,
        typer.Argument(metavar="[ID|FILE]", help="A saved one, a template's key, or a JSON or CSV file; - is stdin."),
    ] = None
    portfolio: Annotated[str | None, typer.Option(help="An accepted portfolio, instead of a framework.")] = None
    version: Version = None
    mode: Annotated[
        list[str] | None,
        typer.Option(help="static, periodic, band or cadence_and_band; may be repeated; else all that it can."),
    ] = None
    start: Annotated[str | None, typer.Option(help="The first day, such as 2020-01-01.")] = None
    end: Annotated[str | None, typer.Option(help="The last day.")] = None
    cadence: Annotated[str | None, typer.Option(help="M, Q, S, A or none; else the framework's own.")] = None
    band_bps: Annotated[int | None, typer.Option(help="A band in basis points of the portfolio.")] = None
    relative_band: Annotated[float | None, typer.Option(help="A band in percent of the target.")] = None
    lag: Annotated[int | None, typer.Option(help="Days from a decision to its trade; else 1.")] = None
    cost: Annotated[float | None, typer.Option(help="Costs in basis points of what is traded; else 5.")] = None
    capital: Annotated[float | None, typer.Option(help="How much money there is at the start.")] = None
    flow: Annotated[list[str] | None, typer.Option(help="DATE=AMOUNT put in, below 0 taken out; may be repeated.")] = (
        None
    )
    benchmark: Annotated[str | None, typer.Option(help="A symbol to stand beside.")] = None
    product: Annotated[
        list[str] | None, typer.Option(help="PATH=CODE stands for a bucket; may be repeated; else the best.")
    ] = None
    sections: Annotated[str | None, typer.Option(help="More, with commas: equity, trades, contributions.")] = None
    rows: Annotated[int | None, typer.Option(help="Show at most so many rows of a section.")] = None
    csv: Annotated[str | None, typer.Option(help=f"Print one table as CSV: {', '.join(_TABLES)}.")] = None
    json: AsJson = False


def backtest(**given: Any) -> None:
    """Keep a framework, or a portfolio, over past days in several ways, after costs."""
    options = BacktestOptions(**given)
    refuse_table(options.csv, _TABLES, as_json=options.json)
    request = _request(options)
    found = ask_watching(lambda desk, progress: desk.backtest(CALLER, request, progress=progress))
    if options.csv is not None:
        table: Table = getattr(found, options.csv)
        print_csv(table)
    elif options.json:
        print_json(dump(found))
    else:
        print_backtested(found)


def _request(options: BacktestOptions) -> BacktestFramework:
    asked = items(options.sections)
    if options.csv in _SECTIONS:
        asked = [options.csv]
    return request_of(
        BacktestFramework,
        None,
        **scope_of(options.framework_id, version=options.version),
        portfolio_id=options.portfolio,
        modes=several(options.mode),
        run=partial(_run, options),
        sections=asked,
        max_rows=MOST_ROWS if options.csv in _SECTIONS and options.rows is None else options.rows,
    )


def _run(options: BacktestOptions) -> dict[str, object]:
    """How it is kept; what isn't given is left to the framework, and to the request's own defaults.

    Raises:
        InvalidInput: flows or products of another form: all of them.
    """
    problems: list[Problem] = []
    read: dict[str, object] = {}
    for name, reader in (
        ("flows", partial(flows_of, options.flow)),
        ("products", partial(products_of, options.product)),
    ):
        try:
            read[name] = reader()
        except InvalidInput as error:
            problems += error.problems
    refuse(problems)
    found = {
        "start_date": options.start,
        "end_date": options.end,
        "cadence": options.cadence,
        "absolute_band_bps": options.band_bps,
        "relative_band_pct": options.relative_band,
        "lag_days": options.lag,
        "cost_bps": options.cost,
        "initial_capital": options.capital,
        "benchmark": options.benchmark,
        **read,
    }
    return {name: value for name, value in found.items() if value is not None}
