"""Pages that show files of examples/: the front page, and the guides to serving and to signals."""

import re
from typing import Final

from tests.house.tree import read

PAGES: Final = ("README.md", "docs/serving.md", "docs/alpha-signals.md")
BLOCK: Final = re.compile(
    r"(?P<head><!-- (?P<path>examples/\S+) -->\n```\w+\n)(?P<shown>.*?)(?P<end>```$)", re.DOTALL | re.MULTILINE
)


def with_examples(page: str) -> str:
    """The page, each marked block filled with its file."""
    return BLOCK.sub(lambda block: f"{block['head']}{read(block['path'])}{block['end']}", page)


def shown_examples() -> list[str]:
    """The files that the pages show, in their order."""
    return [block["path"] for page in PAGES for block in BLOCK.finditer(read(page))]
