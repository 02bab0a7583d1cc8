"""The commands that every table of reference data has: list, sync-from-yaml, export."""

from collections.abc import Callable
from dataclasses import asdict, fields, replace
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import typer

from trimtab.adapters.reference.kinds import Kind
from trimtab.cli.console import print_json, table, terminal
from trimtab.cli.ref_use import Format, shown, tell, unnamed, with_reference
from trimtab.domain.errors import InvalidInput
from trimtab.domain.factors.reference import Reference
from trimtab.domain.factors.reference_edits import P

_Given = Annotated[Path | None, typer.Argument(metavar="[FILE]", help="The file; without it, the one that ships.")]
_Dry = Annotated[bool, typer.Option("--dry-run", help="Say what would be changed, and write nothing.")]
_Out = Annotated[Path | None, typer.Argument(metavar="[FILE]", help="Where to write; without it, to the terminal.")]
_Form = Annotated[Literal["yaml", "json"], typer.Option("--format", help="YAML, or JSON for scripts.")]


def table_app(kind: Kind[P], of: Callable[[Reference], tuple[P, ...]], *, what: str) -> typer.Typer:
    """The commands for a table; `what` names its rows."""
    app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

    @app.command("list", help=f"List {what}, and say where they come from.")
    def list_rows(form: Format = "table") -> None:
        _list(kind, of, form=form)

    @app.command(help=f"Bring {what} to what a YAML file says; rows that it doesn't name are left alone.")
    def sync_from_yaml(file: _Given = None, dry_run: _Dry = False, form: Format = "table") -> None:
        given = kind.load(file or kind.file)
        merge = partial(_merged, kind=kind, given=given)
        changed = with_reference(lambda reference: reference.change(kind, merge, dry_run=dry_run))
        left_alone = unnamed(changed, given)
        if changed.taken_over:  # what ships is new to the database, too
            changed = replace(changed, before=())
        tell(kind, changed, form=form, left_alone=left_alone, dry_run=dry_run)

    @app.command(help=f"Write {what} as YAML that sync-from-yaml reads.")
    def export(file: _Out = None, form: _Form = "yaml") -> None:
        rows = with_reference(lambda reference: reference.change(kind, lambda rows: rows, dry_run=True)).after
        if form == "json":
            print_json({"rows": [asdict(row) for row in rows]})
        elif file is None:
            typer.echo(kind.text(rows), nl=False)
        else:
            _write(file, kind.text(rows))

    return app


def _merged(rows: tuple[P, ...], *, kind: Kind[P], given: tuple[P, ...]) -> tuple[P, ...]:
    return kind.merge(rows, given)


def _list(kind: Kind[P], of: Callable[[Reference], tuple[P, ...]], *, form: str) -> None:
    found = with_reference(lambda reference: reference.read_table(kind, of))
    if form == "json":
        print_json({"source": found.source, "note": found.note, "rows": [asdict(row) for row in found.rows]})
        return
    terminal().print(table([field.name for field in fields(kind.row)], [shown(row) for row in found.rows]))
    typer.echo(found.note or "These are the database's.")


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise InvalidInput(f"The file can't be written: {why}.", field="FILE") from None
    typer.echo(str(file))
