"""`trimtab approver`."""

from typing import Annotated

import typer

from trimtab.cli.console import print_json, table, terminal
from trimtab.cli.records_use import whoever_runs_this, with_records
from trimtab.cli.secrets import ask_secret
from trimtab.server.compose import approvers

Name = Annotated[str, typer.Argument(help="The approver's name: a-z, 0-9, dot, dash, underscore.")]
By = Annotated[
    list[str] | None,
    typer.Option("--by", help="An approver who vouches, asked for their secret first; may be repeated."),
]

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.command()
def add(name: Name, by: By = None) -> None:
    """Add a person who may approve plans, by a secret of their own; the second is vouched for by one, others by two."""
    vouching = [ask_secret(each) for each in by or ()]
    new = ask_secret(name, twice=True)
    with_records(lambda records: approvers(records).add(new, by=vouching, actor=whoever_runs_this()), create=True)
    typer.echo(f"{name} may approve now. The secret is kept as a hash; nobody can read it back.")


@app.command()
def remove(
    name: Name, by: Annotated[str, typer.Option("--by", help="The approver who vouches; asked for their secret.")]
) -> None:
    """Take the right to approve away; approvals of theirs that aren't used don't count any more."""
    vouching = ask_secret(by)
    with_records(lambda records: approvers(records).remove(name, by=vouching, actor=whoever_runs_this()))
    typer.echo(f"{name} may not approve any more.")


@app.command("list")
def list_approvers(as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")] = False) -> None:
    """List who may approve."""
    found = with_records(lambda records: approvers(records).listed())
    rows = [
        (each.name, each.added_by, each.failures, each.locked_until and each.locked_until.isoformat()) for each in found
    ]
    columns = ("name", "added_by", "wrong_secrets", "locked_until")
    if as_json:
        print_json({"approvers": [dict(zip(columns, row, strict=True)) for row in rows]})
    elif rows:
        terminal().print(table(columns, rows))
    else:
        typer.echo("No approvers. `trimtab approver add NAME` adds the first.")
