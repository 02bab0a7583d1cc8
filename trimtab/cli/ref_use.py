"""Opens the reference data for a command, and says what came of a change."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Annotated, Final, Literal, TypeVar

import typer

from trimtab.adapters.reference.kinds import Kind
from trimtab.adapters.reference.store import Changed, SqlReference
from trimtab.cli.console import print_json, table, terminal
from trimtab.domain.errors import InvalidInput, Problem
from trimtab.domain.factors.reference_edits import P, key_of
from trimtab.server.logs import log_to_stderr
from trimtab.settings import load_settings

Format = Annotated[Literal["table", "json"], typer.Option("--format", help="A table to read, or JSON for scripts.")]
Answer = TypeVar("Answer")
_TRUTH: Final = {True: "yes", False: "no"}


def with_reference(work: Callable[[SqlReference], Awaitable[Answer]]) -> Answer:
    """What the work comes to with the reference data of the settings."""
    settings = load_settings(analyst="rules")
    log_to_stderr(settings.log_level)

    async def run() -> Answer:
        reference = SqlReference(settings.records.get_secret_value())
        try:
            return await work(reference)
        finally:
            await reference.close()

    return asyncio.run(run())


def require(wrong: Mapping[str, str]) -> None:
    """Comes back where no field has something said against it.

    Raises:
        InvalidInput: with all that is said.
    """
    problems = [Problem(field, message) for field, message in wrong.items() if message]
    if problems:
        raise InvalidInput(
            problems[0].message, problems=problems, next_action="Correct the named values; nothing was changed."
        )


def change(kind: Kind[P], edit: Callable[[tuple[P, ...]], tuple[P, ...]], *, form: str) -> None:
    """Changes a table and says what became of it."""
    changed = with_reference(lambda reference: reference.change(kind, edit))
    tell(kind, changed, form=form)


def tell(kind: Kind[P], changed: Changed[P], *, form: str, left_alone: Sequence[P] = (), dry_run: bool = False) -> None:
    """Says what a change did, or would have done."""
    if form == "json":
        print_json(_as_object(changed, left_alone=left_alone, dry_run=dry_run))
        return
    if changed.taken_over:
        would = "would be" if dry_run else "were"
        typer.echo(
            f"The table held nothing: the rows of the file that ships ({changed.taken_over}) {would} put in first."
        )
    columns = ("", *_columns(kind), "before")
    rows = [
        _row(each.change, row, before=each.before)
        for each in changed.differences
        if (row := each.after or each.before) is not None
    ]
    rows += [_row("left alone", each) for each in left_alone]
    if rows:
        terminal().print(table(columns, rows))
    typer.echo(_verdict(changed, dry_run=dry_run))


def shown(row: P) -> list[object]:
    """A row's cells for a person."""
    return [_TRUTH[value] if isinstance(value, bool) else value for value in asdict(row).values()]


def _columns(kind: Kind[P]) -> list[str]:
    return [field.name for field in fields(kind.row)]


def _row(what: str, row: P, *, before: P | None = None) -> list[object]:
    was = {} if before is None else asdict(before)
    other = [
        f"{name} {_TRUTH.get(was[name], was[name])}"
        for name, value in asdict(row).items()
        if was and was[name] != value
    ]
    return [what, *shown(row), ", ".join(other)]


def _verdict(changed: Changed[P], *, dry_run: bool) -> str:
    if dry_run:
        return "Nothing was written (--dry-run)."
    if changed.differences or changed.taken_over:
        return "Done. The next answer uses it; nothing has to be started again."
    return "There was nothing to change."


def _as_object(changed: Changed[P], *, left_alone: Sequence[P], dry_run: bool) -> dict[str, object]:
    return {
        "written": not dry_run and bool(changed.differences or changed.taken_over),
        "taken_over": changed.taken_over,
        "changes": [
            {
                "change": each.change,
                "before": _fields(each.before),
                "after": _fields(each.after),
            }
            for each in changed.differences
        ],
        "left_alone": [asdict(row) for row in left_alone],
    }


def _fields(row: P | None) -> dict[str, object] | None:
    return None if row is None else asdict(row)


def unnamed(changed: Changed[P], given: Sequence[P]) -> list[P]:
    """The rows that were there, aren't given, and stayed as they were."""
    named = {key_of(row) for row in given}
    after = set(changed.after)
    return [row for row in changed.before if key_of(row) not in named and row in after]
