"""Every command and each of its options is in docs/README.md, and no other."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.main import get_command

from tests.house.tree import read
from trimtab.cli.main import COMMANDS, command_line

ROW = re.compile(r"^\| `(?P<command>trimtab [^`]+)` \|[^|]*\|(?P<options>[^|]*)\|$", re.MULTILINE)
OPTION = re.compile(r"`(--[a-z-]+)")
WORDS = re.compile(r"[a-z][a-z-]*")


def documented(page: str) -> dict[str, set[str]]:
    """Options by command, as the page has them."""
    found = ROW.finditer(page)
    return {" ".join(WORDS.findall(row["command"])): set(OPTION.findall(row["options"])) for row in found}


def offered(app: typer.Typer, name: str) -> dict[str, set[str]]:
    """Options by command, as the program has them: of this command, or of those below it."""
    group = get_command(app)
    command = group.commands[name]  # type: ignore[attr-defined]  # an application of several commands is a group
    return dict(ends(command, f"trimtab {name}"))


def ends(command: Any, called: str) -> Iterator[tuple[str, set[str]]]:
    """Every command that has none below it, with its options."""
    below = getattr(command, "commands", None)
    if below is None:
        yield called, set(options(command.params))
    for each, inner in (below or {}).items():
        yield from ends(inner, f"{called} {each}")


def options(parameters: list[object]) -> Iterator[str]:
    """The names of those parameters that are options."""
    for parameter in parameters:
        yield from (name for name in getattr(parameter, "opts", ()) if name.startswith("--") and name != "--help")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_documented_with_its_options(name: str) -> None:
    page = documented(read("docs/README.md"))
    assert offered(command_line([name]), name) == {
        command: named for command, named in page.items() if command.split()[1] == name
    }


def test_no_command_is_documented_that_is_not_there() -> None:
    assert {command.split()[1] for command in documented(read("docs/README.md"))} == set(COMMANDS)
