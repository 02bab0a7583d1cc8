"""`trimtab factors`: factor intelligence from the command line."""

from dataclasses import dataclass
from typing import Annotated, Any

import typer

from trimtab.cli import factor_check, factor_groups
from trimtab.cli.asking import CALLER, AsJson, Others, add_command, items, numbers_by_name, request_of
from trimtab.cli.console import print_json
from trimtab.cli.factor_asking import ask_factors
from trimtab.cli.factor_tables import print_correlations, print_offsets, print_performance
from trimtab.tools.factors.shaping import shown_correlations, shown_offsets, shown_performance
from trimtab.workflow.ports.factor_requests import ComputeCorrelations, ComputePerformance, RecommendOffsets

Start = Annotated[str | None, typer.Option(help="The first day, such as 2021-11-01.")]
End = Annotated[str | None, typer.Option(help="The last day; without it the last complete month.")]
Categories = Annotated[str | None, typer.Option(help="Only these categories, with commas between.")]
Tickers = Annotated[str | None, typer.Option(help="Only these tickers, with commas between.")]
Granularity = Annotated[str | None, typer.Option(help="Industries by group, industry or subindustry.")]
Format = Annotated[str | None, typer.Option(help="table, both or toon: with --json as in the tools, else that text.")]

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(factor_groups.app, name="groups", help="Your own groups of ETFs.")
app.command("check")(factor_check.check)


@dataclass(frozen=True, slots=True)
class CorrelationOptions:
    """The options of the command: more than a function may have parameters."""

    sections: Annotated[
        str | None, typer.Option(help="Only these, with commas between, such as matrices:bond,overlays:rate.")
    ] = None
    preset: Annotated[
        str | None, typer.Option(help="overview, macro_focus, equity_factors, income_focus or light.")
    ] = None
    start: Start = None
    end: End = None
    categories: Categories = None
    tickers: Tickers = None
    granularity: Granularity = None
    top: Annotated[int | None, typer.Option(help="Show at most so many labels of a matrix.")] = None
    format: Format = None
    option: Others = None
    json: AsJson = False


@dataclass(frozen=True, slots=True)
class PerformanceOptions:
    """The options of the command."""

    start: Start = None
    end: End = None
    categories: Categories = None
    tickers: Tickers = None
    granularity: Granularity = None
    benchmark: Annotated[str | None, typer.Option(help="What beta is measured by.")] = None
    weighting: Annotated[str | None, typer.Option(help="Composites by equal, cap or custom weights.")] = None
    groups: Annotated[str | None, typer.Option(help="Your factor groups to add, with commas between.")] = None
    format: Format = None
    option: Others = None
    json: AsJson = False


@dataclass(frozen=True, slots=True)
class OffsetOptions:
    """The options of the command."""

    portfolio: Annotated[str, typer.Option(help="Weights, such as SPY=0.6,AGG=0.4; the rest to 1 is cash.")]
    factor: Annotated[str, typer.Option(help="What there is too much of: a sector group, category, ticker, group...")]
    shift: Annotated[float, typer.Option(help="Percent of the portfolio to shift.")] = 5.0
    value: Annotated[float | None, typer.Option(help="What the portfolio is worth, for trades in money.")] = None
    restricted: Annotated[str | None, typer.Option(help="Tickers never to propose, with commas between.")] = None
    limit: Annotated[int, typer.Option(help="Most candidates.")] = 10
    start: Start = None
    end: End = None
    categories: Categories = None
    format: Format = None
    option: Others = None
    json: AsJson = False


def correlations(**given: Any) -> None:
    """Correlations by category, sensitivities to yields and benchmarks, and views across asset classes."""
    options = CorrelationOptions(**given)
    request = request_of(
        ComputeCorrelations,
        options.option,
        sections=items(options.sections),
        preset=options.preset,
        start_date=options.start,
        end_date=options.end,
        factor_categories=items(options.categories),
        factor_universe=items(options.tickers),
        industry_granularity=options.granularity,
        top_n_per_matrix=options.top,
        format=options.format,
    )
    found = shown_correlations(ask_factors(lambda desk: desk.correlations(CALLER, request)), request)
    if options.json:
        print_json(found.model_dump(mode="json", exclude_none=True))
    else:
        print_correlations(found)


def performance(**given: Any) -> None:
    """Return, risk and yield of every ETF and of composites."""
    options = PerformanceOptions(**given)
    request = request_of(
        ComputePerformance,
        options.option,
        start_date=options.start,
        end_date=options.end,
        factor_categories=items(options.categories),
        factor_universe=items(options.tickers),
        industry_granularity=options.granularity,
        benchmark=options.benchmark,
        composite_weighting_method=options.weighting,
        factor_groups=items(options.groups),
        format=options.format,
    )
    found = shown_performance(ask_factors(lambda desk: desk.performance(CALLER, request)), request)
    if options.json:
        print_json(found.model_dump(mode="json", exclude_none=True))
    else:
        print_performance(found)


def offsets(**given: Any) -> None:
    """ETFs that would offset a factor which a portfolio has too much of."""
    options = OffsetOptions(**given)
    request = request_of(
        RecommendOffsets,
        options.option,
        portfolio=numbers_by_name(options.portfolio, option="--portfolio"),
        overexposed_factor=options.factor,
        shift_pct=options.shift,
        portfolio_value=options.value,
        restricted=items(options.restricted),
        limit=options.limit,
        start_date=options.start,
        end_date=options.end,
        factor_categories=items(options.categories),
        format=options.format,
    )
    found = shown_offsets(ask_factors(lambda desk: desk.offsets(CALLER, request)), request)
    if options.json:
        print_json(found.model_dump(mode="json", exclude_none=True))
    else:
        print_offsets(found)


add_command(app, correlations, options=CorrelationOptions)
add_command(app, performance, options=PerformanceOptions)
add_command(app, offsets, options=OffsetOptions)
