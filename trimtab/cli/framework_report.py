"""`trimtab framework report`: what is held against what a framework wants."""

import sys
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Literal, get_args

import typer

from trimtab.cli.asking import CALLER, AsJson, request_of
from trimtab.cli.console import print_json
from trimtab.cli.framework_asking import Version, ask_frameworks
from trimtab.cli.framework_files import holdings_in, scope_of
from trimtab.cli.framework_report_tables import print_report
from trimtab.domain.errors import InvalidInput
from trimtab.server.rest.files import csv_table
from trimtab.tools.payload import dump
from trimtab.workflow.ports.framework_requests import GetAllocationReport
from trimtab.workflow.ports.results import Table

ReportTable = Literal["buckets", "heatmap", "holdings", "trades"]


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """The arguments and options of the command."""

    portfolio_id: Annotated[str | None, typer.Argument(metavar="[PORTFOLIO_ID]", help="An accepted portfolio.")] = None
    framework: Annotated[str | None, typer.Option(help="Or a framework: its id, a template's key, or a file.")] = None
    version: Version = None
    account: Annotated[str | None, typer.Option(help="With --framework: an account of the book.")] = None
    holdings: Annotated[str | None, typer.Option(help="With --framework: a CSV file with code and value.")] = None
    to: Annotated[str, typer.Option(help="Bring weights back to target, band_edge or half_band.")] = "target"
    cost: Annotated[float | None, typer.Option(help="Costs of trades in basis points; else 5.")] = None
    days: Annotated[int | None, typer.Option(help="Days of returns for the risk; else 252.")] = None
    csv: Annotated[str | None, typer.Option(help="Print one table as CSV: buckets, heatmap, holdings or trades.")] = (
        None
    )
    json: AsJson = False


def report(**given: Any) -> None:
    """Actual against target: drift, bands, risk, and the trades that would bring weights back; nothing is ordered."""
    options = ReportOptions(**given)
    refuse_table(options.csv, get_args(ReportTable), as_json=options.json)
    request = request_of(
        GetAllocationReport,
        None,
        portfolio_id=options.portfolio_id,
        **scope_of(options.framework, version=options.version, field="--framework"),
        account_number=options.account,
        holdings=None if options.holdings is None else partial(holdings_in, options.holdings),
        rebalance_to=options.to,
        cost_bps=options.cost,
        estimate_days=options.days,
    )
    found = ask_frameworks(lambda desk: desk.report(CALLER, request))
    if options.csv is not None:
        print_csv(getattr(found, options.csv))
    elif options.json:
        print_json(dump(found))
    else:
        print_report(found)


def refuse_table(name: str | None, tables: tuple[str, ...], *, as_json: bool) -> None:
    """Refuses a table that an answer doesn't have, and two forms of one answer."""
    if name is not None and name not in tables:
        raise InvalidInput(f"Must be one of {', '.join(tables)}.", field="--csv")
    if name is not None and as_json:
        raise InvalidInput("Choose one of --csv and --json.", field="--csv", next_action="Leave one of them away.")


def print_csv(table: Table) -> None:
    """A table for spreadsheets, with all digits."""
    sys.stdout.write(csv_table(table))
