"""`trimtab kill`."""

from typing import Annotated

import typer

from trimtab.cli.console import print_json
from trimtab.cli.records_use import with_records
from trimtab.cli.secrets import ask_secret
from trimtab.domain.outside_text import clean
from trimtab.server.compose import approvers, kill_switch
from trimtab.workflow.ports.records import RecordStore
from trimtab.workflow.ports.secrets import Proof

ACTOR = "command line"
Reason = Annotated[str, typer.Option("--reason", help="Why; it is kept.")]

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.command()
def on(reason: Reason) -> None:
    """Stop all new orders at once and cancel those that wait; takes nobody's leave."""
    cancelled = with_records(
        lambda records: kill_switch(records).turn(on=True, reason=clean(reason, None), actor=ACTOR)
    )
    typer.echo(f"The kill switch is on: no order is recorded or sent. {cancelled} waiting orders were cancelled.")


@app.command()
def off(
    reason: Reason, by: Annotated[str, typer.Option("--by", help="The approver who allows it; asked for their secret.")]
) -> None:
    """Allow orders again; an approver has to say so. What was cancelled stays cancelled."""
    proof = ask_secret(by)
    with_records(lambda records: _off(records, proof, reason=clean(reason, None)))
    typer.echo("The kill switch is off: approved plans can be executed again.")


async def _off(records: RecordStore, proof: Proof, *, reason: str) -> None:
    known = await approvers(records).recognise(proof, session_id="", actor=ACTOR)
    await kill_switch(records).turn(on=False, reason=reason, actor=known.name)


@app.command()
def status(as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")] = False) -> None:
    """Say whether the switch is on, since when, and why."""
    found = with_records(lambda records: kill_switch(records).state())
    if as_json:
        print_json({"on": found is not None and found.on, **({} if found is None else found.model_dump(mode="json"))})
    elif found is None:
        typer.echo("The kill switch is off; nobody has ever turned it.")
    else:
        state, since = "on" if found.on else "off", found.changed_at.isoformat(timespec="seconds")
        typer.echo(f"The kill switch is {state} since {since}, by {found.changed_by}: {found.reason}")
