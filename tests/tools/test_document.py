"""The page about the tools is made from the tools."""

from pathlib import Path

from trimtab.tools.document import document

PAGE = Path(__file__).parents[2] / "docs" / "tools.md"


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == document()
