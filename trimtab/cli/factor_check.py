"""`trimtab factors check`: what is wrong with market data, and what is in it."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final

import typer

from trimtab.adapters.market.check import MarketReport, MarketSummary, check_market
from trimtab.cli.asking import AsJson
from trimtab.cli.console import print_json
from trimtab.cli.faults import counted, fault_object, group_lines
from trimtab.domain.errors import InvalidInput
from trimtab.domain.factors.market import Finding
from trimtab.domain.outside_text import clean
from trimtab.fixtures import DEMO_MARKET
from trimtab.settings import YFINANCE, load_settings

DEMO: Final = "demo"


def check(
    path: Annotated[
        str | None,
        typer.Argument(metavar="[PATH]", help="A folder, or demo; without it the settings' market."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List every fault of market data with its file, line and column.

    Exit code 0: fine. 1: some tickers are left out. 2: the market is refused.
    """
    named = path or str(load_settings(analyst="rules").market or DEMO)
    if path is None and named == YFINANCE:
        raise InvalidInput("Yahoo's market is no folder: name one.", field="PATH")
    report = check_market(DEMO_MARKET if named == DEMO else Path(named))
    if as_json:
        print_json(_report_object(report))
    else:
        typer.echo("\n".join(_report_lines(report, named)))
    raise typer.Exit(report.exit_code)


def _report_lines(report: MarketReport, path: str) -> list[str]:
    if report.summary is None:
        lines = [f"{clean(path, None)} is refused: {counted(len(report.faults), 'fault')}"]
    else:
        lines = _summary_lines(report.summary)
    lines += group_lines("Faults", report.faults)
    lines += group_lines("Left out", [finding.message for finding in report.findings if finding.excludes])
    lines += group_lines(
        "Gaps, whose months have no return", [each.message for each in report.findings if not each.excludes]
    )
    lines += group_lines("Warnings", report.warnings)
    if not (report.faults or report.findings or report.warnings):
        lines.append("No faults.")
    return lines


def _summary_lines(summary: MarketSummary) -> list[str]:
    basis = ", ".join(f"{count:,} of {name.replace('_', ' ')}" for name, count in summary.basis.items())
    yields = "no yields"
    if summary.maturities:
        yields = f"yields of {', '.join(summary.maturities)}, {summary.first_yield_day} to {summary.last_yield_day}"
    lines = [
        f"{clean(summary.name)}: {counted(summary.tickers, 'ticker')}, {summary.days:,} days, {summary.first_day} to "
        f"{summary.last_day}, {summary.months:,} complete months",
        f"Returns are made {basis}; {yields}; {summary.listed:,} entries of the universe.",
    ]
    if summary.without_prices:
        lines.append(f"Without prices: {', '.join(summary.without_prices)}")
    return lines


def _report_object(report: MarketReport) -> dict[str, object]:
    return {
        "exit_code": report.exit_code,
        "market": None if report.summary is None else _summary_object(report.summary),
        "faults": [fault_object(fault) for fault in report.faults],
        "findings": [_finding_object(finding) for finding in report.findings],
        "warnings": [fault_object(warning) for warning in report.warnings],
    }


def _summary_object(summary: MarketSummary) -> dict[str, object]:
    plain = asdict(summary) | {"basis": dict(summary.basis)}
    days = ("first_day", "last_day", "first_yield_day", "last_yield_day")
    return plain | {name: None if plain[name] is None else str(plain[name]) for name in days}


def _finding_object(finding: Finding) -> dict[str, object]:
    return {
        "ticker": finding.ticker,
        "date": finding.day.isoformat(),
        "code": finding.code,
        "count": finding.count,
        "message": finding.message,
        "left_out": finding.excludes,
    }
