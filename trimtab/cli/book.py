"""`trimtab book`: checks and shows books of portfolios."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final

import typer

from trimtab.adapters.books.check import BookReport, check_book
from trimtab.adapters.books.load import load_book
from trimtab.adapters.policy.thresholds import load_policy
from trimtab.cli.book_tables import BookView, portfolio_lines, print_book, print_portfolio
from trimtab.cli.console import print_json
from trimtab.cli.faults import counted, fault_object, group_lines
from trimtab.domain.errors import NotFound
from trimtab.domain.outside_text import clean
from trimtab.domain.trading.book import Book
from trimtab.fixtures import DEMO_BOOK

DEMO: Final = "demo"

app = typer.Typer(no_args_is_help=True, help="Check and describe books.")

_PathArgument = Annotated[
    str, typer.Argument(metavar="PATH", help="A folder or a JSON file; the word demo is the demo book.")
]
_Mapping = Annotated[
    Path | None, typer.Option("--mapping", help="A mapping file (default: the folder's mapping.toml).")
]
_Policy = Annotated[
    Path | None, typer.Option("--policy", envvar="TRIMTAB_POLICY", help="A policy that replaces the shipped one.")
]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def check(path: _PathArgument = DEMO, mapping: _Mapping = None, policy: _Policy = None, as_json: _Json = False) -> None:
    """List every fault of a book with its file, line and column.

    Exit code 0: fine. 1: some portfolios can't be checked. 2: the book is refused.
    """
    report = check_book(_book_path(path), mapping=mapping, policy=load_policy(policy))
    if as_json:
        print_json(_report_object(report))
    else:
        for line in _report_lines(report, path):
            typer.echo(line)
    raise typer.Exit(report.exit_code)


@app.command()
def show(
    path: _PathArgument = DEMO,
    account: Annotated[str | None, typer.Argument(metavar="[ACCOUNT]", help="One portfolio's account number.")] = None,
    mapping: _Mapping = None,
    policy: _Policy = None,
    as_json: _Json = False,
) -> None:
    """Show what a book holds: its models and portfolios, or the lines of one portfolio."""
    book = load_book(_book_path(path), mapping=mapping)
    view = BookView.of(book, load_policy(policy))
    if account is None:
        if as_json:
            print_json(_book_object(book) | {"models": view.models(), "portfolios": view.portfolios()})
        else:
            print_book(view, _headline(book))
        return
    if account not in book.portfolios.account_number:
        message = f"{clean(account)!r} isn't an account number of this book."
        raise NotFound(message, field="ACCOUNT", next_action="`trimtab book show PATH` lists the account numbers.")
    row = book.portfolios.account_number.index(account)
    if as_json:
        print_json(view.portfolio(row) | {"lines": portfolio_lines(view, row)})
    else:
        print_portfolio(view, row)


def _book_path(path: str) -> Path:
    return DEMO_BOOK if path == DEMO else Path(path)


def _headline(book: Book) -> str:
    counts = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in _counts(book).items())
    return f"{clean(book.name)}, as of {book.as_of}: {counts}"


def _counts(book: Book) -> dict[str, int]:
    return {
        "instruments": len(book.instruments.code),
        "models": len(book.models.name),
        "portfolios": len(book.portfolios.account_number),
        "tax_lots": len(book.lots.code),
        "restrictions": len(book.restrictions),
    }


def _book_object(book: Book) -> dict[str, object]:
    return {"name": book.name, "as_of": book.as_of.isoformat(), "digest": book.digest, "counts": _counts(book)}


def _report_object(report: BookReport) -> dict[str, object]:
    return {
        "exit_code": report.exit_code,
        "book": None if report.book is None else _book_object(report.book),
        "faults": [fault_object(fault) for fault in report.faults],
        "warnings": [fault_object(warning) for warning in report.warnings],
        "unable_to_check": [asdict(portfolio) for portfolio in report.unable],
    }


def _report_lines(report: BookReport, path: str) -> list[str]:
    if report.book is None:
        lines = [f"{clean(path, None)} is refused: {counted(len(report.faults), 'fault')}"]
    else:
        lines = [_headline(report.book)]
    lines += group_lines("Faults", report.faults)
    lines += group_lines("Warnings", report.warnings)
    if report.unable:
        lines.append(f"\nUnable to check: {counted(len(report.unable), 'portfolio')}")
    for portfolio in report.unable:
        for reason in portfolio.reasons:
            lines.append(f"  {clean(portfolio.account_number)} {reason.code}: {clean(reason.message, None)}")
    if not (report.faults or report.warnings or report.unable):
        lines.append("No faults.")
    return lines
