"""`trimtab framework list`, `show` and `validate`."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

import typer

from trimtab.cli.asking import CALLER, AsJson
from trimtab.cli.console import print_json
from trimtab.cli.framework_asking import Version, ask_frameworks
from trimtab.cli.framework_files import scope_of
from trimtab.cli.framework_tables import print_listed, print_shown, print_validation
from trimtab.tools.payload import dump
from trimtab.tools.strict import check
from trimtab.workflow.ports.framework_requests import ListFrameworks, ValidateFramework

NOT_VALID: Final = 1
Named = Annotated[str, typer.Argument(metavar="ID", help="A saved framework, or a template's key.")]
Given = Annotated[
    str, typer.Argument(metavar="ID|FILE", help="A saved one, a template's key, or a JSON or CSV file; - is stdin.")
]


@dataclass(frozen=True, slots=True)
class ListOptions:
    """The options of the command."""

    due: Annotated[bool, typer.Option("--due", help="Portfolios that have to be looked at, or brought back.")] = False
    archived: Annotated[bool, typer.Option("--archived", help="Archived ones, too.")] = False
    json: AsJson = False


@dataclass(frozen=True, slots=True)
class ShowOptions:
    """The arguments and options of the command."""

    framework_id: Named
    version: Version = None
    since: Annotated[int | None, typer.Option(help="Show what changed since this version.")] = None
    json: AsJson = False


@dataclass(frozen=True, slots=True)
class ValidateOptions:
    """The arguments and options of the command."""

    framework_id: Given
    version: Version = None
    json: AsJson = False


def list_frameworks(**given: Any) -> None:
    """List templates and your frameworks, or what is due."""
    options = ListOptions(**given)
    request = check(ListFrameworks, due=options.due, archived=options.archived)
    found = ask_frameworks(lambda desk: desk.frameworks(CALLER, request))
    print_json(dump(found)) if options.json else print_listed(found)


def show(**given: Any) -> None:
    """Show a framework: its tree, bands, constraints, versions and changes."""
    options = ShowOptions(**given)
    request = check(
        ListFrameworks, framework_id=options.framework_id, version=options.version, changes_since=options.since
    )
    found = ask_frameworks(lambda desk: desk.frameworks(CALLER, request))
    print_json(dump(found)) if options.json else print_shown(found)


def validate(**given: Any) -> None:
    """Say all that is wrong with a framework, and where products lack; ends with 1 where it isn't valid."""
    options = ValidateOptions(**given)
    request = check(ValidateFramework, **scope_of(options.framework_id, version=options.version))
    found = ask_frameworks(lambda desk: desk.validate(CALLER, request))
    print_json(dump(found)) if options.json else print_validation(found)
    if not found.valid:
        raise typer.Exit(NOT_VALID)
