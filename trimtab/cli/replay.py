"""`trimtab replay`."""

import asyncio
from typing import Annotated

import typer

from trimtab.server.callers import local_caller
from trimtab.server.logs import log_to_stderr
from trimtab.server.replaying import replayed
from trimtab.settings import load_settings
from trimtab.tools.strict import check
from trimtab.workflow.ports.requests import GetSession

DIFFERENT = 1


def replay(session_id: Annotated[str, typer.Argument(help="The session's id.")]) -> None:
    """Derive a session's plan again from its log and the recorded answers of a model: no network, no key.

    Prints the plan as canonical JSON; ends with 1 where it isn't the session's plan, byte for byte.
    """
    asked = check(GetSession, session_id=session_id).session_id
    settings = load_settings(analyst="rules")
    log_to_stderr(settings.log_level)
    found = asyncio.run(replayed(settings, asked, caller=local_caller("command line")))
    typer.echo(found.plan)
    verdict = "the session's plan, byte for byte" if found.same else "NOT the session's plan"
    typer.echo(f"Derived from the log and {found.calls} recorded calls of a model: {verdict}.", err=True)
    if not found.same:
        raise typer.Exit(DIFFERENT)
