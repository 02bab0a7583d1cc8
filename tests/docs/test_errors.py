"""docs/errors.md knows every error code and every rule of a finding."""

import ast
import re
from collections.abc import Iterator

from tests.house.tree import python_files, read
from trimtab.domain.errors import TrimtabError
from trimtab.domain.trading.trades import Reason
from trimtab.tools.errors import InternalError
from trimtab.workflow.judging import RULE_REASONS

PAGE = "docs/errors.md"


def kinds(base: type[TrimtabError]) -> Iterator[type[TrimtabError]]:
    """Every kind of error below this one that is the product's."""
    for kind in base.__subclasses__():
        if kind.__module__.startswith("trimtab."):
            yield kind
        yield from kinds(kind)


def rows(heading: str, page: str) -> list[list[str]]:
    """The cells of the table under a heading, its header left out."""
    section = page.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def finding_rules() -> Iterator[str]:
    """The rule of every finding about decisions that the source makes by a written name."""
    for path in python_files(("trimtab/domain/trading/", "trimtab/workflow/")):
        for node in ast.walk(ast.parse(read(path))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Finding":
                named = [keyword.value for keyword in node.keywords if keyword.arg == "rule"]
                for value in [*node.args[:1], *named]:
                    if isinstance(value, ast.Constant):
                        yield str(value.value)


def test_every_code_is_explained_and_says_truly_whether_to_try_again() -> None:
    assert InternalError in set(kinds(TrimtabError))
    said = (
        kind for kind in kinds(TrimtabError) if kind.code != TrimtabError.code
    )  # those that are only a base have none
    known = {kind.code: "yes" if kind.retryable else "no" for kind in said}
    shown = {code.strip("`"): retryable for code, _, retryable in rows("Codes", read(PAGE))}
    assert shown == known


def shown_rules() -> set[str]:
    """The rules of findings that the page explains."""
    return {name for first, *_ in rows("Findings", read(PAGE)) for name in re.findall(r"`(\w+)`", first)}


def test_every_rule_of_a_finding_is_explained() -> None:
    needed = {*finding_rules(), *(Reason(reason).code for reason in RULE_REASONS)}
    assert "tolerance_breach" in needed
    assert needed - shown_rules() == set()


def test_every_rule_on_what_an_order_system_says_is_explained_and_no_other() -> None:
    used = {name for path in python_files(("trimtab/",)) for name in re.findall(r'"(oms_[a-z_]+[a-z])"', read(path))}
    assert "oms_overfilled" in used
    assert set(re.findall(r"`(oms_\w+)`", read(PAGE))) == used


def test_no_rule_is_explained_that_the_source_does_not_know() -> None:
    source = "".join(map(read, python_files(("trimtab/domain/", "trimtab/workflow/"))))
    known = {*re.findall(r'"(\w+)"', source), *(reason.code for reason in Reason)}
    assert shown_rules() - known == set()
