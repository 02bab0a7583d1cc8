"""The page of frameworks has every code of a finding, with its severity, in the order in which they are told."""

import re

from tests.house.tree import read
from trimtab.domain.frameworks.findings import CODES, WARNINGS


def test_every_code_is_explained_with_its_severity() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (error|warning) \|", read("docs/framework-maths.md"), flags=re.MULTILINE)
    assert rows == [(code, "warning" if code in WARNINGS else "error") for code in CODES]
