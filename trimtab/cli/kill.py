"""`trimtab kill`."""

from typing import Annotated

import typer

from trimtab.cli.console import print_json
from trimtab.cli.records_use import whoever_runs_this, with_records
from trimtab.cli.secrets import ask_secret
from trimtab.domain.errors import InvalidInput, TrimtabError
from trimtab.domain.outside_text import clean
from trimtab.server.compose import approvers, kill_switch, open_delivery, open_shelf
from trimtab.settings import load_settings
from trimtab.workflow.ports.records import DESK, RecordStore
from trimtab.workflow.ports.secrets import Proof

Reason = Annotated[str, typer.Option("--reason", help="Why, in three letters or more; it is kept.")]
SHORTEST_REASON = 3

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.command()
def on(reason: Reason) -> None:
    """Stop all new orders at once, and cancel those that wait or aren't filled; takes nobody's leave."""
    why = _said(reason)
    with_records(lambda records: _on(records, reason=why))


@app.command()
def off(
    reason: Reason, by: Annotated[str, typer.Option("--by", help="The approver who allows it; asked for their secret.")]
) -> None:
    """Allow orders again; an approver has to say so. What was cancelled stays cancelled."""
    why, proof = _said(reason), ask_secret(by)
    with_records(lambda records: _off(records, proof, reason=why))
    typer.echo("The kill switch is off: approved plans can be executed again.")


def _said(reason: str) -> str:
    why = clean(reason, None)
    if len(why) < SHORTEST_REASON:
        raise InvalidInput("A reason is needed, in three letters or more.", field="--reason")
    return why


async def _on(records: RecordStore, *, reason: str) -> None:
    """Says that it is on as soon as it is: what comes of the orders at the order system may take a while."""
    stopped = await kill_switch(records).turn(on=True, reason=reason, actor=whoever_runs_this())
    typer.echo("The kill switch is on: no order is recorded or sent.")
    typer.echo(f"{stopped.cancelled} waiting orders were cancelled.")
    if stopped.asked:
        typer.echo(f"{stopped.asked} are, or may be, at the order system: it is asked to cancel what isn't filled.")
        await _cancel_there(records)


async def _cancel_there(records: RecordStore) -> None:
    """Rounds of cancels, as long as each brings news. The switch is on whatever goes wrong here: that is only told."""
    try:
        settings = load_settings(analyst="rules")
        delivery = open_delivery(settings, records=records, book=open_shelf(settings).book)
        try:
            done = await delivery.settle("")
        finally:
            await delivery.system.close()
        trouble, left = done.trouble, done.unfinished
    except TrimtabError as error:
        trouble, left = error.message, 0
    if trouble or left:
        typer.echo(f"Not all have ended: {clean(trouble, None) or f'{left} are still open.'}", err=True)
        typer.echo(
            "A server on these records goes on until they have; get_execution_status says how they stand.", err=True
        )


async def _off(records: RecordStore, proof: Proof, *, reason: str) -> None:
    known = await approvers(records).recognise(proof, session_id=DESK, actor=whoever_runs_this())
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
