"""Every requirement in tests/requirements.toml has its place, its sentence, and tests that exist."""

import ast
import tomllib
from collections import Counter
from collections.abc import Collection
from itertools import pairwise
from typing import Any

import pytest

from tests.house.tree import files, read

MANIFEST = "tests/requirements.toml"
KEYS = {"id", "area", "sentence", "tests"}
Requirement = dict[str, Any]
"""An entry as TOML has it; its shape is what is checked here."""


def named_tests(path: str, text: str) -> set[str]:
    """The tests of a file as the manifest names them, without those that are always skipped."""
    functions = (node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return {f"{path}::{f.name}" for f in functions if f.name.startswith("test_") and not _skipped(f)}


def _skipped(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    marks = (mark.func if isinstance(mark, ast.Call) else mark for mark in function.decorator_list)
    return any(isinstance(mark, ast.Attribute) and mark.attr in {"skip", "xfail"} for mark in marks)


def complaints(text: str, known: Collection[str]) -> list[str]:
    """What is wrong with a manifest, given the tests there are."""
    entries: list[Requirement] = tomllib.loads(text).get("requirement", [])
    shapeless = [f"entry {number}: the keys are {sorted(KEYS)}" for number, e in enumerate(entries) if set(e) != KEYS]
    if shapeless or not entries:
        return shapeless or ["there are no requirements"]
    ids = [entry["id"] for entry in entries]
    order = [(entry["area"], entry["id"]) for entry in entries]
    return [
        *(f"{name}: stands {count} times" for name, count in Counter(ids).items() if count > 1),
        *(f"{late[1]}: comes after {early[1]}" for early, late in pairwise(order) if late < early),
        *(f"{entry['id']}: {wrong}" for entry in entries for wrong in _wrong(entry, known)),
    ]


def _wrong(entry: Requirement, known: Collection[str]) -> list[str]:
    area, _, name = entry["id"].partition(".")
    named: list[str] = entry["tests"]
    return [
        *(["the id begins with its area and a dot"] if area != entry["area"] or not name else []),
        *(["the sentence is one line that ends with a full stop"] if not _is_sentence(entry["sentence"]) else []),
        *(["no test"] if not named else []),
        *(f"names {each} twice" for each, count in Counter(named).items() if count > 1),
        *(f"there is no test {test}" for test in named if test not in known),
    ]


def _is_sentence(text: str) -> bool:
    return len(text.split()) > 2 and text.endswith(".") and text == " ".join(text.split())


def test_every_requirement_has_tests_that_exist() -> None:
    known = {
        test
        for path in files()
        if path.startswith("tests/") and path.rpartition("/")[2].startswith("test_") and path.endswith(".py")
        for test in named_tests(path, read(path))
    }
    said = complaints(read(MANIFEST), known)
    if said:
        pytest.fail("\n".join(said), pytrace=False)


def entry(**changes: object) -> str:
    """A sound entry, some of its keys changed; None leaves a key out."""
    keys = {"id": "a.b", "area": "a", "sentence": "It does so.", "tests": ["tests/test_x.py::test_y"]}
    given = {name: value for name, value in {**keys, **changes}.items() if value is not None}
    return "[[requirement]]\n" + "".join(f"{name} = {value!r}\n" for name, value in given.items())


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        (entry(), None),
        (entry() + entry(id="a.c") + entry(id="b.a", area="b"), None),
        ("", "there are no requirements"),
        (entry(sentence=None), "entry 0: the keys are"),
        (entry(note="more"), "entry 0: the keys are"),
        (entry() + entry(), "a.b: stands 2 times"),
        (entry(id="a.c") + entry(), "a.b: comes after a.c"),
        (entry(id="b.a", area="b") + entry(), "a.b: comes after b.a"),
        (entry(area="b"), "a.b: the id begins with its area"),
        (entry(id="a"), "a: the id begins with its area"),
        (entry(sentence="It does so"), "a.b: the sentence"),
        (entry(sentence=""), "a.b: the sentence"),
        (entry(tests=[]), "a.b: no test"),
        (entry(tests=["tests/test_x.py::test_y"] * 2), "a.b: names tests/test_x.py::test_y twice"),
        (entry(tests=["tests/test_x.py::test_z"]), "a.b: there is no test tests/test_x.py::test_z"),
        (entry(tests=["tests/test_x.py"]), "a.b: there is no test tests/test_x.py"),
    ],
)
def test_a_bad_manifest_is_found(manifest: str, said: str | None) -> None:
    found = complaints(manifest, {"tests/test_x.py::test_y"})
    assert [text.startswith(said or "-") for text in found] == ([True] if said else [])


@pytest.mark.parametrize(
    ("source", "counts"),
    [
        ("def test_y(): ...", True),
        ("async def test_y(): ...", True),
        ("@pytest.mark.parametrize('a', [1])\ndef test_y(a): ...", True),
        ("@pytest.mark.skip\ndef test_y(): ...", False),
        ("@pytest.mark.xfail(reason='later')\ndef test_y(): ...", False),
        ("# def test_y(): ...", False),
        ("def make_test_y(): ...", False),
        ("def outer():\n    def test_y(): ...", False),
    ],
)
def test_only_a_test_that_runs_counts(source: str, counts: bool) -> None:
    assert ("tests/test_x.py::test_y" in named_tests("tests/test_x.py", source)) is counts
