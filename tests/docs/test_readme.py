"""The front page shows the files of examples/ as they are, and names every tool."""

import re

from tests import snapshots
from tests.house.tree import ROOT, files, read
from trimtab.tools.registry import TOOLS

BLOCK = re.compile(
    r"(?P<head><!-- (?P<path>examples/\S+) -->\n```\w+\n)(?P<shown>.*?)(?P<end>```$)", re.DOTALL | re.MULTILINE
)


def with_examples(page: str) -> str:
    """The page, each marked block filled with its file."""
    return BLOCK.sub(lambda block: f"{block['head']}{read(block['path'])}{block['end']}", page)


def test_the_readme_shows_the_examples_as_they_are() -> None:
    snapshots.matches(ROOT / "README.md", with_examples(read("README.md")))


def test_the_readme_shows_every_example() -> None:
    shown = {block["path"] for block in BLOCK.finditer(read("README.md"))}
    assert shown == {path for path in files() if path.startswith("examples/")}


def test_the_readme_names_every_tool() -> None:
    page = read("README.md")
    assert [tool.name for tool in TOOLS if f"`{tool.name}`" not in page] == []


def test_a_block_that_drifted_is_found() -> None:
    page = "<!-- examples/vscode.json -->\n```json\n{}\n```\n\n```text\nother\n```\n"
    assert with_examples(page) != page
    assert with_examples(page).endswith("\n```\n\n```text\nother\n```\n")
