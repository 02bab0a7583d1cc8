"""What `trimtab framework` prints of frameworks: lists, one in full, what is wrong with one, and what was saved."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, cast

import typer

from trimtab.cli.faults import counted
from trimtab.cli.framework_files import CONTENT
from trimtab.cli.printing import print_lines, print_rows, print_table
from trimtab.cli.signal_tables import by_name, percent
from trimtab.domain.frameworks.framework import Constraint, Framework, Rebalancing
from trimtab.domain.outside_text import clean, clean_lines
from trimtab.server import late
from trimtab.workflow.ports.framework_results import (
    FrameworkFinding,
    FrameworkFull,
    FrameworkNamed,
    Frameworks,
    Generated,
    ProductBasis,
    SavedFramework,
    Validation,
)
from trimtab.workflow.ports.results import Cell, Table

CADENCES: Final[Mapping[str, str]] = {
    "M": "monthly",
    "Q": "quarterly",
    "S": "half-yearly",
    "A": "yearly",
    "none": "at no cadence",
}
TREE_COLUMNS: Final = ("bucket", "label", "target %", "min %", "max %", "low %", "high %", "takes")
_MINUTES: Final = len("2026-11-20T00:00")
_TREE: Final = "trimtab.cli.framework_tree"
_UNITS: Final = {"bps": " bp", "dollars": "", "percentage": " %"}


def print_listed(found: Frameworks) -> None:
    """Prints what there is to pick; or what is due, where that was asked for."""
    if found.due is not None:
        _print_due(found.due)
        return
    if found.templates is not None:
        rows = [
            (row["key"], row["risk_band"], _close(row["targets"]), row["description"])
            for row in by_name(found.templates)
        ]
        print_rows("Templates", ("key", "risk", "targets", "description"), rows=rows)
    if found.frameworks is not None and found.frameworks.rows:
        shown = ("framework_id", "name", "risk_band", "version", "buckets", "saved_at", "archived")
        print_times("Saved", found.frameworks, shown=shown)
    else:
        print_lines(["Nothing is saved yet. `trimtab framework save KEY` keeps a copy of a template."])


def _close(targets: Cell) -> str:
    """No line ends between a number and its sign."""
    return str(targets).replace(" %", "%")


def _print_due(due: Table) -> None:
    if not due.rows:
        print_lines(["Nothing is due."])
        return
    rows = [
        (
            row["portfolio_id"],
            row["account_number"],
            row["reason"],
            percent(row["total_drift"]),
            row["last_rebalance"],
            row["next_check"],
        )
        for row in by_name(due)
    ]
    columns = ("portfolio", "account", "due by", "drift %", "last rebalance", "next check")
    print_rows("Due", columns, rows=rows)
    notes = [f"{row['portfolio_id']}: {row['note']}" for row in by_name(due) if row["note"]]
    print_lines([*notes, "`trimtab framework report PORTFOLIO_ID` says what would bring one back."])


def print_shown(found: Frameworks) -> None:
    """Prints one in full, with its versions and changes."""
    assert found.framework is not None, "one was asked for"
    print_framework(found.framework)
    if found.versions is not None:
        print_times("Versions", found.versions, shown=("version", "saved_at", "actor", "note"))
    if found.changes is not None:
        print_changes(found.changes)


def print_framework(found: FrameworkFull) -> None:
    """Prints a framework with its tree."""
    archived = ", archived" if found.archived else ""
    typer.echo(f"{clean(found.framework_id or '')} version {found.version}{archived}")
    print_document(found.framework)


def print_document(document: Mapping[str, object]) -> None:
    """Prints what a framework says: how it is kept, its tree and its constraints."""
    framework = cast("Callable[..., Framework]", late.command(CONTENT, "framework_of"))(document)
    risk = f", {framework.risk_band} risk" if framework.risk_band else ""
    benchmark = f", beside {clean(framework.benchmark)}" if framework.benchmark else ""
    typer.echo(f"{clean(framework.name, None)} ({framework.method}{risk}), in {framework.base_ccy}{benchmark}.")
    if framework.description:
        typer.echo(clean(framework.description, None))
    typer.echo(f"Checked {kept_as(framework.rebalancing)}.")
    _print_tree(framework)
    print_lines([constraint_said(each) for each in framework.constraints])


def kept_as(rules: Rebalancing) -> str:
    """How a framework is kept, in words."""
    bands = []
    if rules.absolute_band_bps is not None:
        bands.append(f"{rules.absolute_band_bps / 100:g} % of the portfolio")
    if rules.relative_band_pct is not None:
        bands.append(f"{rules.relative_band_pct.normalize():f} % of the target")
    within = f"; bands of {', at most '.join(bands)}" if bands else "; no bands"
    return f"{CADENCES[rules.cadence]}{within}"


def constraint_said(constraint: Constraint) -> str:
    """A constraint in words."""
    name = constraint.kind.replace("_", " ")
    if constraint.value is None:
        return f"{name}: {', '.join(constraint.currencies)}"
    value = constraint.value * 100 if constraint.unit == "percentage" else constraint.value
    return f"{name}: {value.normalize():,f}{_UNITS.get(constraint.unit or '', '')}"


def _print_tree(framework: Framework) -> None:
    if not framework.buckets:
        print_lines(["It has no buckets yet."])
        return
    made = cast("Callable[[Framework], list[tuple[object, ...]]]", late.command(_TREE, "tree_rows"))(framework)
    kept = [place for place, _ in enumerate(TREE_COLUMNS) if any(row[place] not in (None, "") for row in made)]
    print_rows("", [TREE_COLUMNS[place] for place in kept], rows=[[row[place] for place in kept] for row in made])


def print_validation(found: Validation) -> None:
    """Prints all findings."""
    print_findings("Errors", found.errors)
    print_findings("Warnings", found.warnings)
    counts = f"{counted(len(found.errors), 'error')}, {counted(len(found.warnings), 'warning')}"
    print_lines([f"{called(found.framework)} is {'valid' if found.valid else 'not valid'}: {counts}."])


def print_findings(title: str, found: Sequence[FrameworkFinding]) -> None:
    """Prints findings, if there are any."""
    if found:
        print_rows(title, ("where", "code", "what"), rows=[(each.path, each.code, each.message) for each in found])


def print_generated(found: Generated, *, out: str | None) -> None:
    """Prints what was made, why, and what to do with it."""
    print_document(found.framework)
    typer.echo("\n" + clean_lines(found.rationale))
    print_findings("Warnings", found.validation.warnings)
    asked = f", asked {found.attempts} times" if found.attempts > 1 else ""
    complaints = [f"Sent back: {each}" for each in found.complaints]
    kept = "Nothing is saved: --out FILE writes it" if out is None else f"Written to {clean(out, None)}"
    keep = f"trimtab framework save {clean(out or 'FILE', None)}"
    print_lines(
        [*filter(None, (found.note,)), *complaints, f"Made by {found.source}{asked}. {kept}; `{keep}` keeps it."]
    )


def print_saved(found: SavedFramework) -> None:
    """Prints what was done."""
    if found.changes is not None:
        print_changes(found.changes)
    print_findings("Warnings", found.warnings)
    done = {"archive": "is archived", "restore": "is restored"}.get(found.action, f"is version {found.version}")
    print_lines([f"{found.framework_id} ({found.name}) {done}."])


def print_changes(found: Table) -> None:
    """Prints what changed."""
    if found.rows:
        print_table("Changes", found)
    else:
        print_lines(["Nothing changed."])


def print_times(title: str, found: Table, *, shown: Sequence[str]) -> None:
    """Prints some columns of a table, times to the minute; a column in which nothing stands is left out."""
    rows = by_name(found)
    there = [name for name in shown if any(row[name] not in (None, "", False) for row in rows)]
    cells = [[_to_the_minute(name, row[name]) for name in there] for row in rows]
    print_rows(title, [name.replace("_", " ") for name in there], rows=cells)


def _to_the_minute(column: str, cell: Cell) -> Cell:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, str) and column.endswith("_at"):
        return cell[:_MINUTES].replace("T", " ")
    return cell


def called(named: FrameworkNamed) -> str:
    """The framework as one says it."""
    version = f", version {named.version}" if named.framework_id and named.version else ""
    return f"{clean(named.name, None)}{version}"


def basis_lines(basis: ProductBasis) -> list[str]:
    """What an answer rests on."""
    return [
        *basis.notes,
        f"From {basis.n_products} products of {basis.products}; {basis.market} as of {basis.market_as_of}.",
    ]
