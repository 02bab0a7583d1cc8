"""`trimtab framework map` and `build`, and lists of what came of them."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

import typer

from trimtab.cli.asking import CALLER, AsJson, request_of
from trimtab.cli.console import print_json
from trimtab.cli.framework_asking import (
    Filters,
    Version,
    ask_frameworks,
    ask_watching,
    filters_of,
    overrides_of,
)
from trimtab.cli.framework_files import scope_of
from trimtab.cli.framework_lists import Given
from trimtab.cli.framework_portfolio_tables import (
    print_built,
    print_mapped,
    print_portfolios,
    print_profiles,
    print_workflows,
)
from trimtab.tools.payload import dump
from trimtab.workflow.ports.framework_requests import BuildPortfolio, MapProducts


@dataclass(frozen=True, slots=True)
class MapOptions:
    """The arguments and options of the command."""

    framework_id: Given
    version: Version = None
    per_bucket: Annotated[int, typer.Option(help="Show so many products of each bucket.")] = 5
    filter: Filters = None
    json: AsJson = False


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """The arguments and options of the command."""

    framework_id: Given
    version: Version = None
    cash: Annotated[float | None, typer.Option(help="Money to invest.")] = None
    account: Annotated[str | None, typer.Option(help="An account of the book, instead of new money.")] = None
    per_bucket: Annotated[int, typer.Option(help="Products of each bucket.")] = 1
    weighting: Annotated[str, typer.Option(help="How several share a bucket: equal or score.")] = "equal"
    override: Annotated[
        list[str] | None,
        typer.Option(help="PATH=CODE: that product for the bucket; PATH=CODE:WEIGHT locks a weight; may be repeated."),
    ] = None
    filter: Filters = None
    accept: Annotated[bool, typer.Option("--accept", help="Keep it; a session can trade it then.")] = False
    json: AsJson = False


@dataclass(frozen=True, slots=True)
class OnlyJson:
    """The options of the command."""

    json: AsJson = False


def map_products(**given: Any) -> None:
    """The best products of each bucket, with where their scores come from, and why a bucket is short."""
    options = MapOptions(**given)
    request = request_of(
        MapProducts,
        None,
        **scope_of(options.framework_id, version=options.version),
        per_bucket=options.per_bucket,
        filters=partial(filters_of, options.filter),
    )
    found = ask_frameworks(lambda desk: desk.map_products(CALLER, request))
    print_json(dump(found)) if options.json else print_mapped(found)


def build(**given: Any) -> None:
    """Work out a portfolio; with --accept keep it, so that a session can trade it."""
    options = BuildOptions(**given)
    request = request_of(
        BuildPortfolio,
        None,
        **scope_of(options.framework_id, version=options.version),
        cash=options.cash,
        account_number=options.account,
        products_per_bucket=options.per_bucket,
        weighting=options.weighting,
        overrides=partial(overrides_of, options.override),
        filters=partial(filters_of, options.filter),
        accept=options.accept or None,
    )
    found = ask_watching(lambda desk, progress: desk.build(CALLER, request, progress=progress))
    print_json(dump(found)) if options.json else print_built(found)


def portfolios(**given: Any) -> None:
    """List portfolios that were accepted."""
    found = ask_frameworks(lambda desk: desk.portfolios(CALLER))
    print_json(dump(found)) if OnlyJson(**given).json else print_portfolios(found)


def profiles(**given: Any) -> None:
    """List profiles of who invests, with the templates that fit."""
    found = ask_frameworks(lambda desk: desk.profiles(CALLER))
    print_json(dump(found)) if OnlyJson(**given).json else print_profiles(found)


def workflows(**given: Any) -> None:
    """List workflows that make a portfolio step by step."""
    found = ask_frameworks(lambda desk: desk.workflows(CALLER))
    print_json(dump(found)) if OnlyJson(**given).json else print_workflows(found)
