"""`trimtab framework generate`, `save`, `export`, `archive` and `restore`."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, cast

import typer

from trimtab.cli.asking import CALLER, AsJson
from trimtab.cli.console import print_json
from trimtab.cli.framework_asking import Version, ask_frameworks, ask_watching
from trimtab.cli.framework_files import CONTENT, kind_for, kind_of, names_file, read_file, write_file
from trimtab.cli.framework_lists import Named
from trimtab.cli.framework_tables import print_generated, print_saved
from trimtab.domain.errors import InvalidInput, Problem
from trimtab.domain.outside_text import clean
from trimtab.server import late
from trimtab.tools.payload import dump
from trimtab.tools.strict import check
from trimtab.workflow.ports.framework_requests import GenerateFramework, SaveAction, SaveFramework

Out = Annotated[str | None, typer.Option(help="Write it to this file; one that ends with .csv has the buckets only.")]


@dataclass(frozen=True, slots=True)
class GenerateOptions:
    """The options of the command."""

    risk: Annotated[str, typer.Option(help="low, medium or high.")]
    years: Annotated[int, typer.Option(help="How long the money stays invested.")] = 10
    goal: Annotated[list[str] | None, typer.Option(help="Such as income; may be repeated.")] = None
    prefer: Annotated[list[str] | None, typer.Option(help="Such as core-satellite; may be repeated.")] = None
    exclude: Annotated[list[str] | None, typer.Option(help="What isn't wanted; may be repeated.")] = None
    currency: Annotated[str, typer.Option(help="Of the portfolio.")] = "USD"
    analyst: Annotated[str, typer.Option(help="configured, or rules to ask no model.")] = "configured"
    out: Out = None
    json: AsJson = False


@dataclass(frozen=True, slots=True)
class SaveOptions:
    """The arguments and options of the command."""

    source: Annotated[
        str, typer.Argument(metavar="FILE|ID", help="A JSON or CSV file, - for stdin; or what to copy, by its id.")
    ]
    name: Annotated[str | None, typer.Option(help="What it is called; a CSV says nothing of it.")] = None
    id: Annotated[str | None, typer.Option(help="Keep it as the next version of this one.")] = None
    expected_version: Annotated[int | None, typer.Option(help="The version that the file was made from.")] = None
    note: Annotated[str, typer.Option(help="Why, for whoever reads the versions.")] = ""
    json: AsJson = False


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """The arguments and options of the command."""

    framework_id: Named
    version: Version = None
    format: Annotated[str | None, typer.Option(help="json, or csv for the buckets only.")] = None
    out: Out = None


@dataclass(frozen=True, slots=True)
class ShelveOptions:
    """The arguments and options of the command."""

    framework_id: Annotated[str, typer.Argument(metavar="ID", help="A saved framework.")]
    json: AsJson = False


def generate(**given: Any) -> None:
    """Make a framework from what is wanted, by a language model or by rules; nothing is saved."""
    options = GenerateOptions(**given)
    requirements = {
        "risk_tolerance": options.risk,
        "horizon_years": options.years,
        "goals": options.goal or [],
        "preferences": options.prefer or [],
        "exclusions": options.exclude or [],
        "base_ccy": options.currency,
    }
    request = check(GenerateFramework, requirements=requirements, analyst=options.analyst)
    analyst = "rules" if request.analyst == "rules" else None
    found = ask_watching(lambda desk, progress: desk.generate(CALLER, request, progress=progress), analyst=analyst)
    if options.out is not None:
        text_of = cast("Callable[..., str]", late.command(CONTENT, "text_of"))
        write_file(options.out, text_of(found.framework, kind=kind_for(options.out)))
    print_json(dump(found)) if options.json else print_generated(found, out=options.out)


def save(**given: Any) -> None:
    """Keep a framework: a new one, the next version of one with --id, or a copy of a template."""
    options = SaveOptions(**given)
    request = _to_keep(options) if names_file(options.source) else _to_copy(options)
    found = ask_frameworks(lambda desk: desk.save(CALLER, request))
    print_json(dump(found)) if options.json else print_saved(found)


def _to_keep(options: SaveOptions) -> SaveFramework:
    text = read_file(options.source, field="FILE")
    return check(
        SaveFramework,
        action="import",
        document=text,
        format=kind_of(options.source, text),
        name=options.name,
        framework_id=options.id,
        expected_version=options.expected_version,
        note=options.note or None,
    )


def _to_copy(options: SaveOptions) -> SaveFramework:
    idle = [name for name in ("id", "expected_version") if getattr(options, name) is not None]
    if idle:
        options_said = [f"--{name.replace('_', '-')}" for name in idle]
        message = f"{clean(options.source)} is no file, so it would be copied: a copy is a new framework."
        problems = [Problem(each, message) for each in options_said]
        raise InvalidInput(message, problems=problems, next_action="Name a file, or leave these options away.")
    return check(
        SaveFramework, action="create", framework_id=options.source, name=options.name, note=options.note or None
    )


def export(**given: Any) -> None:
    """Print a framework as a document, or write it to a file."""
    options = ExportOptions(**given)
    request = check(
        SaveFramework,
        action="export",
        framework_id=options.framework_id,
        version=options.version,
        format=options.format or kind_for(options.out),
    )
    found = ask_frameworks(lambda desk: desk.save(CALLER, request))
    document = found.document or ""
    if options.out is None:
        sys.stdout.write(document)
        return
    write_file(options.out, document)
    typer.echo(f"{clean(found.name, None)}, version {found.version}, is in {clean(options.out, None)}.")


def archive(**given: Any) -> None:
    """Take a framework out of lists; it can still be read, and restored."""
    _shelved("archive", ShelveOptions(**given))


def restore(**given: Any) -> None:
    """Bring an archived framework back."""
    _shelved("restore", ShelveOptions(**given))


def _shelved(action: SaveAction, options: ShelveOptions) -> None:
    request = check(SaveFramework, action=action, framework_id=options.framework_id)
    found = ask_frameworks(lambda desk: desk.save(CALLER, request))
    print_json(dump(found)) if options.json else print_saved(found)
