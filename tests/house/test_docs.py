"""Documents that can fail: links lead somewhere, commands exist, decisions are written down."""

import re
import tomllib
from pathlib import PurePosixPath

import pytest
from packaging.requirements import Requirement

from tests.house import tree

DECISIONS = "docs/decisions/"
SECTIONS = ("## Context", "## Decision", "## Consequences", "## Alternatives")
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
COMMAND = re.compile(r"`make ([a-z]+)")
TARGET = re.compile(r"^([a-z]+):", re.MULTILINE)


def pages() -> list[str]:
    """Every Markdown page of the project."""
    return [path for path in tree.files() if path.endswith(".md")]


def decisions() -> list[str]:
    """The decision pages, without their list."""
    return [page for page in pages() if page.startswith(DECISIONS) and not page.endswith("README.md")]


def dead_links(page: str, text: str) -> list[str]:
    """Every relative link of a page that leads to no file or folder."""
    folder = tree.ROOT / PurePosixPath(page).parent
    return [link for link in LINK.findall(text) if not (folder / link).exists()]


def unknown_commands(text: str) -> list[str]:
    """Every `make` command of a text that the Makefile does not know."""
    return sorted(set(COMMAND.findall(text)) - set(TARGET.findall(tree.read("Makefile"))))


def unlisted(names: list[str], text: str) -> list[str]:
    """Every name that a text does not hold in code quotes or as a link."""
    return [name for name in names if f"`{name}`" not in text and f"({name})" not in text]


@pytest.mark.parametrize("page", pages())
def test_relative_links_lead_somewhere(page: str) -> None:
    assert not dead_links(page, tree.read(page))


@pytest.mark.parametrize("page", pages())
def test_make_commands_exist(page: str) -> None:
    assert not unknown_commands(tree.read(page))


@pytest.mark.parametrize("page", decisions())
def test_a_decision_has_its_four_sections(page: str) -> None:
    text = tree.read(page)
    assert [section for section in SECTIONS if section not in text] == []


def test_every_decision_is_listed() -> None:
    names = [page.removeprefix(DECISIONS) for page in decisions()]
    assert names
    assert not unlisted(names, tree.read(f"{DECISIONS}README.md"))


def test_every_dependency_has_its_line() -> None:
    project = tomllib.loads(tree.read("pyproject.toml"))
    extras = [need for extra in project["project"]["optional-dependencies"].values() for need in extra]
    groups = [need for group in project["dependency-groups"].values() for need in group]
    wanted = [*project["project"]["dependencies"], *extras, *groups]
    names = [Requirement(need).name for need in wanted]
    assert not unlisted(names, tree.read(f"{DECISIONS}0002-dependencies.md"))


def test_a_dead_link_is_found() -> None:
    assert dead_links("docs/page.md", "see [it](missing.md) and [that](https://example.com)") == ["missing.md"]
    assert not dead_links("docs/page.md", "see [it](../Makefile) and [here](#section)")


def test_an_unknown_command_is_found() -> None:
    assert unknown_commands("run `make tests` or `make test ARGS=-x`") == ["tests"]


def test_an_unlisted_name_is_found() -> None:
    assert unlisted(["numpy", "rich"], "| `numpy` | arrays |") == ["rich"]
