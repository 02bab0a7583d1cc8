"""Entry points are read of every package that can be read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters.strategies.packages import EXAMPLE, describe, lay_out, looked_into
from trimtab.adapters.strategies.entries import entries
from trimtab.adapters.strategies.shelf import GROUP, InstalledStrategies
from trimtab.workflow.ports.strategies import Broken


@pytest.fixture(name="sites")
def _sites(tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    """Two folders that Python looks into, the first one first."""
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    with looked_into(second), looked_into(first):
        yield first, second


def names() -> list[tuple[str, str]]:
    return [(entry.name, entry.package) for entry in entries(GROUP)[0]]


def test_nobody_brings_anything():
    assert entries(GROUP) == ([], [])


def test_entries_are_in_order_of_their_names(sites: tuple[Path, Path]) -> None:
    describe(sites[0], "zeta", lines=["b = m:B", "c = m:C"])
    describe(sites[1], "alpha", version="2.1", lines=["c = m:C", "a = m:A"])
    assert names() == [("a", "alpha 2.1"), ("b", "zeta 1"), ("c", "alpha 2.1"), ("c", "zeta 1")]


@pytest.mark.parametrize("other", ["same-package", "Same_Package", "same.package"])
def test_the_first_of_a_package_that_is_installed_twice_counts(sites: tuple[Path, Path], other: str) -> None:
    describe(sites[0], other, version="2", lines=["new = m:New"])
    describe(sites[1], "same-package", version="1", lines=["old = m:Old"])
    assert names() == [("new", f"{other} 2")]


def test_a_package_that_cannot_be_read_is_told_and_hides_no_other(sites: tuple[Path, Path]) -> None:
    lay_out(EXAMPLE, sites[1])
    describe(sites[0], "spoiled", lines=["this is no line"])
    shelf = InstalledStrategies().look()
    (said,) = shelf.broken
    assert (said.name, said.package) == ("spoiled 1", "spoiled 1")
    assert said.reason.startswith("What it brings can't be read: ")
    assert "trend_distance" in shelf.found


def test_a_package_without_a_description_is_called_unknown(sites: tuple[Path, Path]) -> None:
    describe(sites[0], "bare", lines=["Bad Name = m:A"])
    (about,) = sites[0].glob("*.dist-info")
    (about / "METADATA").unlink()
    describe(sites[1], "worse", lines=["Worse Name = m:A"])
    (about,) = sites[1].glob("*.dist-info")
    (about / "METADATA").write_bytes(b"Name: \xff\n")
    found = InstalledStrategies().look().broken
    assert [(each.name, each.package) for each in found] == [("Bad Name", "unknown"), ("Worse Name", "unknown")]
    assert isinstance(found[0], Broken)
