"""What `trimtab framework` prints of products and portfolios."""

import json
import shlex
from collections.abc import Iterator
from typing import Final

import typer

from trimtab.cli.framework_tables import basis_lines, called, print_findings, print_times
from trimtab.cli.printing import print_lines, print_rows
from trimtab.cli.signal_tables import by_name, percent
from trimtab.domain.outside_text import clean
from trimtab.workflow.ports.framework_results import (
    MappedBucket,
    MappedProduct,
    MappedProducts,
    PortfolioBuilt,
    PortfolioList,
    ProfileList,
    ScoreParts,
    WorkflowList,
)
from trimtab.workflow.ports.results import Table

PARTS: Final = tuple(ScoreParts.model_fields)
_LETTERS: Final = 8


def print_mapped(found: MappedProducts) -> None:
    """Prints the products of each bucket under it; scores and their parts are from 0 to 1."""
    typer.echo(f"{called(found.framework)}: products by bucket; scores are from 0 to 1.")
    for bucket in found.buckets:
        title = f"{clean(bucket.path, None)} ({bucket.label}, {100 * bucket.target_weight:.4g} %)"
        if bucket.products:
            parted = any(each.share < 1 for each in bucket.products)
            columns = ("code", "name", "score", *(part.replace("_", " ") for part in PARTS))
            rows = [_scored(each, parted=parted) for each in bucket.products]
            print_rows(f"{title}: {bucket.candidates} candidates", (*columns, *(("share %",) * parted)), rows=rows)
        else:
            print_lines([f"{title}: no products."])
        print_lines([*(each.message for each in bucket.coverage_gaps), *_health(bucket)])
    print_lines(basis_lines(found.basis))


def _scored(product: MappedProduct, *, parted: bool) -> tuple[object, ...]:
    parts = (getattr(product.score_parts, part) for part in PARTS)
    return product.code, product.name, product.score, *parts, *((100 * product.share,) * parted)


def _health(bucket: MappedBucket) -> Iterator[str]:
    """What isn't known of the products that are shown."""
    for code, fields in bucket.data_health.missing_fields.items():
        yield f"Not known of {code}: {', '.join(fields)}."
    if bucket.data_health.missing_months:
        yield f"The shortest history lacks {bucket.data_health.missing_months} months of 120."


def print_built(found: PortfolioBuilt) -> None:
    """Prints a portfolio with its cash, what is wrong with it, and what can be done next."""
    if found.framework is not None:
        typer.echo(f"A portfolio of {called(found.framework)}{_money(found)}.")
    if found.positions is not None:
        _print_positions(found, found.positions)
    print_findings("Errors", found.findings)
    print_findings("Warnings", found.warnings)
    lines = [] if found.basis is None else basis_lines(found.basis)
    if found.portfolio_id is None:
        kept = "mend the errors before it can be accepted" if found.findings else "--accept keeps it"
        print_lines([*lines, f"Nothing is stored: {kept}."])
        return
    arguments = shlex.quote(json.dumps({"framework_portfolio": found.portfolio_id}))
    print_lines(
        [
            *lines,
            f"Accepted as {found.portfolio_id}, account {clean(found.account_number or '')}.",
            f"`trimtab call open_session --json {arguments}` opens a session that trades it;",
            f"`trimtab framework report {found.portfolio_id}` says how far it is.",
        ]
    )


def _money(found: PortfolioBuilt) -> str:
    if found.total_value is None:
        return ""
    return f" over {found.total_value:,.2f} {found.base_ccy}"


def _print_positions(found: PortfolioBuilt, positions: Table) -> None:
    """Products and cash; columns in which nothing stands are left out."""
    rows = [
        (
            row["path"],
            row["code"],
            row["name"],
            percent(row["weight"]),
            percent(row["tolerance_weight"]),
            "yes" if row["locked"] else "",
            row["price"],
            row["currency"],
            row["value"],
        )
        for row in by_name(positions)
    ]
    cash = ("(cash)", "", "", percent(found.cash_weight), None, "", None, "", found.cash_value)
    columns = ("bucket", "code", "name", "weight %", "band %", "locked", "price", "ccy", "value")
    there = [place for place, _ in enumerate(columns) if any(row[place] not in (None, "") for row in rows)]
    shown = [[row[place] for place in there] for row in [*rows, cash]]
    print_rows("", [columns[place] for place in there], rows=shown)


def print_portfolios(found: PortfolioList) -> None:
    """Prints accepted portfolios."""
    if found.portfolios.rows:
        rows = [
            (
                row["portfolio_id"],
                row["account_number"],
                row["total_value"],
                row["base_ccy"],
                str(row["framework_id"])[:_LETTERS],
                row["last_rebalance"],
            )
            for row in by_name(found.portfolios)
        ]
        print_rows("", ("portfolio", "account", "value", "ccy", "follows", "last rebalance"), rows=rows)
        print_lines(["--json shows whole ids, versions and sessions."])
    else:
        typer.echo("No portfolios. `trimtab framework build ID --cash 1000000 --accept` keeps the first.")


def print_profiles(found: ProfileList) -> None:
    """Prints profiles."""
    if found.profiles.rows:
        print_times("", found.profiles, shown=found.profiles.columns)
    else:
        typer.echo("No profiles. The step profile of a workflow stores one.")


def print_workflows(found: WorkflowList) -> None:
    """Prints workflows."""
    if found.workflows.rows:
        print_times("", found.workflows, shown=found.workflows.columns)
    else:
        typer.echo(
            """No workflows. `trimtab call build_portfolio --json '{"step": "profile", "skip": true}'` begins one."""
        )
