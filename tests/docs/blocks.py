"""Parts of pages that tests make, between `<!-- NAME -->` and `<!-- /NAME -->`.

`UPDATE_SNAPSHOTS=1 pytest` writes them.
"""

import os
import re
from collections.abc import Callable, Sequence

from tests.house.tree import ROOT, read


def block_matches(page: str, name: str, text: str) -> None:
    """Fails unless the block holds exactly this text."""
    _matches(page, name, lambda _before: text)


def row_matches(page: str, name: str, cells: Sequence[str]) -> None:
    """Fails unless the table in the block has this row, found by its first cell."""

    def with_row(before: str) -> str:
        row = f"| {' | '.join(cells)} |\n".replace("|  |", "| |")
        others = before.splitlines(keepends=True)
        place = next((at for at, line in enumerate(others) if line.startswith(f"| {cells[0]} |")), len(others))
        return "".join([*others[:place], row, *others[place + 1 :]])

    _matches(page, name, with_row)


def _matches(page: str, name: str, made: Callable[[str], str]) -> None:
    before = read(page)
    block = re.compile(f"(?<=<!-- {name} -->\n).*?(?=<!-- /{name} -->)", re.DOTALL)
    after = block.sub(lambda found: made(found[0]), before)
    if os.environ.get("UPDATE_SNAPSHOTS") == "1":
        (ROOT / page).write_text(after, encoding="utf-8")
    assert after != before or block.search(before), f"{page} has no block {name}"
    assert after == read(page), f"{page}: {name} drifted; UPDATE_SNAPSHOTS=1 pytest writes it"
