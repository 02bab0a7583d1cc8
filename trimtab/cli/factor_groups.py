"""`trimtab factors groups`: a person's own groups of ETFs."""

from typing import Annotated

import typer

from trimtab.cli.asking import CALLER, AsJson, items, numbers_by_name
from trimtab.cli.console import print_json, table, terminal
from trimtab.cli.factor_asking import ask_factors
from trimtab.domain.outside_text import clean
from trimtab.tools.strict import check
from trimtab.workflow.ports.factor_requests import GroupAction, ManageFactorGroup
from trimtab.workflow.ports.factor_results import Group, GroupAnswer

NOT_VALID = 1
Name = Annotated[str, typer.Argument(help="The group's name.")]
Members = Annotated[str | None, typer.Option(help="Tickers, with commas between.")]
Weights = Annotated[str | None, typer.Option(help="Custom weights that sum to 1, such as SPY=0.6,AGG=0.4.")]
Method = Annotated[str | None, typer.Option(help="equal, cap or custom.")]

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.command("list")
def list_groups(as_json: AsJson = False) -> None:
    """List your factor groups."""
    found = _managed("list")
    if as_json:
        _print_as_json(found)
    elif found.groups:
        rows = [(each.name, each.weighting_method, ", ".join(each.members)) for each in found.groups]
        terminal().print(table(("name", "weights", "members"), rows))
    else:
        typer.echo("No factor groups. `trimtab factors groups create NAME --members A,B` keeps the first.")


@app.command()
def show(name: Name, as_json: AsJson = False) -> None:
    """Show a group with the weights it is computed by."""
    found = _managed("read", name=name)
    if as_json:
        _print_as_json(found)
    else:
        _print_group(found.groups[0])


@app.command()
def create(
    name: Name, members: Members = None, weights: Weights = None, method: Method = None, as_json: AsJson = False
) -> None:
    """Keep a new group; with --weights their tickers are its members."""
    found = _managed("create", name=name, **_content(members, weights, method=method))
    if as_json:
        _print_as_json(found)
    else:
        _print_group(found.groups[0])


@app.command()
def update(
    name: Name, members: Members = None, weights: Weights = None, method: Method = None, as_json: AsJson = False
) -> None:
    """Change what is named of a group; the rest stays."""
    found = _managed("update", name=name, **_content(members, weights, method=method))
    if as_json:
        _print_as_json(found)
    else:
        _print_group(found.groups[0])


@app.command()
def delete(name: Name) -> None:
    """Forget a group; it can't be undone."""
    _managed("delete", name=name)
    typer.echo(f"{clean(name)} is deleted.")


@app.command()
def validate(
    name: Name, members: Members = None, weights: Weights = None, method: Method = None, as_json: AsJson = False
) -> None:
    """Say what is wrong with these members and weights, or with the stored group; ends with 1 if anything is."""
    found = _managed("validate", name=name, **_content(members, weights, method=method))
    if as_json:
        _print_as_json(found)
    else:
        for issue in found.issues:
            typer.echo(f"{issue.field} {issue.code}: {clean(issue.message, None)}")
        if found.valid:
            _print_group(found.groups[0])
        elif found.normalized_weights:
            scaled = ",".join(f"{ticker}={weight:.6g}" for ticker, weight in found.normalized_weights.items())
            typer.echo(f"Scaled to sum to 1: {scaled}")
    if not found.valid:
        raise typer.Exit(NOT_VALID)


def _managed(action: GroupAction, **given: object) -> GroupAnswer:
    request = check(ManageFactorGroup, action=action, **given)
    return ask_factors(lambda desk: desk.manage_group(CALLER, request))


def _content(members: str | None, weights: str | None, *, method: str | None) -> dict[str, object]:
    """Members and weights; who has a weight is a member, and the method is custom, where nothing else is said."""
    by_ticker = None if weights is None else numbers_by_name(weights, option="--weights")
    named = items(members) or (None if by_ticker is None else list(by_ticker))
    return {
        "members": named,
        "weights": by_ticker,
        "weighting_method": method or (None if by_ticker is None else "custom"),
    }


def _print_group(group: Group) -> None:
    rows = [(ticker, None if ticker not in group.weights else 100 * group.weights[ticker]) for ticker in group.members]
    terminal().print(
        table(("ticker", "weight %"), rows, title=f"{clean(group.name)}, {group.weighting_method} weights")
    )


def _print_as_json(found: GroupAnswer) -> None:
    print_json(found.model_dump(mode="json", exclude_none=True))
