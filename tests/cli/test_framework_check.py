"""`trimtab framework check`: what a person and a script read about a folder of products."""

import json
from pathlib import Path

import pytest

from tests.cli.running import ran
from trimtab.fixtures import DEMO_PRODUCTS

SHARES = "code,dimension,key,share\nNONE,Region,US,0.5\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lines = (DEMO_PRODUCTS / "products.csv").read_text().splitlines(keepends=True)
    (tmp_path / "products.csv").write_text("".join(lines[:2]))
    return tmp_path


def test_the_demo_products_are_checked_by_default(capsys: pytest.CaptureFixture[str]) -> None:
    result = ran(capsys, "framework", "check")
    assert (result.code, result.out.startswith("demo: 157 products, ")) == (0, True)
    assert result.out.endswith("No faults.\n")
    found = json.loads(ran(capsys, "framework", "check", "demo", "--json").out)
    assert (found["exit_code"], found["products"]["n_products"], found["faults"]) == (0, 157, [])


def test_a_warning_changes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "lookthrough.csv").write_text(SHARES)
    result = ran(capsys, "framework", "check", str(folder))
    assert result.code == 0
    assert "1 product, " in result.out
    assert "\nWarnings\n" in result.out


def test_products_that_cannot_be_read_are_refused_with_every_fault(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (folder / "products.csv").read_text()
    (folder / "products.csv").write_text(text + text.splitlines()[1] + "\n")
    (folder / "lookthrough.csv").write_text(SHARES.replace("0.5", "5"))
    result = ran(capsys, "framework", "check", str(folder))
    assert result.code == 2
    assert "is refused: 2 faults" in result.out
    assert "products.csv:3" in result.out
    assert "lookthrough.csv:2" in result.out
    refused = json.loads(ran(capsys, "framework", "check", str(folder / "none"), "--json").out)
    assert (refused["exit_code"], refused["products"], refused["faults"][0]["code"]) == (2, None, "no_products")
