"""The pages show the files of examples/ as they are, each once."""

import pytest

from tests import snapshots
from tests.docs.pages import PAGES, shown_examples, with_examples
from tests.house.tree import ROOT, files, read


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_the_examples_as_they_are(page: str) -> None:
    snapshots.matches(ROOT / page, with_examples(read(page)))


def test_every_example_is_shown_once() -> None:
    assert sorted(shown_examples()) == [path for path in files() if path.startswith("examples/")]


def test_a_block_that_drifted_is_found() -> None:
    page = "<!-- examples/vscode.json -->\n```json\n{}\n```\n\n```text\nother\n```\n"
    assert with_examples(page) != page
    assert with_examples(page).endswith("\n```\n\n```text\nother\n```\n")
