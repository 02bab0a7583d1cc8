"""Imports point downwards, and every contract of pyproject.toml can fail."""

import shutil
from pathlib import Path

import pytest

from tests.house.checkers import run
from tests.house.tree import ROOT

# A house in small that keeps every contract.
SOUND = {
    "cli/main.py": "import trimtab.server.app",
    "server/app.py": "import trimtab.tools.one, trimtab.adapters.store, trimtab.settings, mcp",
    "settings.py": "import trimtab.domain.money",
    "tools/one.py": "import mcp\nfrom trimtab.workflow.ports import desk",
    "adapters/store.py": "import trimtab.workflow.ports",
    "workflow/desk.py": "import trimtab.prompts.render, trimtab.fixtures.seed",
    "workflow/ports/desk.py": "import trimtab.domain.money",
    "workflow/ports/results.py": "",
    "formatters/table.py": "import trimtab.domain.money",
    "prompts/render.py": "import jinja2",
    "fixtures/seed.py": "import random",
    "domain/money.py": "import numpy, datetime",
    "domain/trading/drift.py": "import trimtab.domain.money",
    "domain/trading/lots.py": "import trimtab.domain.trading.drift",
}


def lint(folder: Path, changes: dict[str, str], contract: str) -> tuple[bool, str]:
    """Build the small house with some files changed and check one contract of the real configuration."""
    shutil.copy(ROOT / "pyproject.toml", folder)
    for name, source in {**SOUND, **changes}.items():
        file = folder / "trimtab" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source, encoding="utf-8")
    for package in [folder / "trimtab", *(folder / "trimtab").rglob("*/")]:
        (package / "__init__.py").touch()
    said = run("lint-imports", "--no-logo", "--no-cache", "--contract", contract, cwd=folder)
    return said.returncode == 0, said.stdout + said.stderr


def test_the_project_keeps_every_contract() -> None:
    said = run("lint-imports", "--no-logo")
    if said.returncode:
        pytest.fail(said.stdout + said.stderr, pytrace=False)


@pytest.mark.parametrize("contract", ["layers", "cycles", "pure", "edge", "columns", "ports"])
def test_a_sound_house_keeps_the_contract(contract: str, tmp_path: Path) -> None:
    kept, said = lint(tmp_path, {}, contract)
    assert kept, said


@pytest.mark.parametrize(
    ("contract", "file", "source"),
    [
        ("layers", "domain/money.py", "import trimtab.formatters.table"),
        ("layers", "domain/money.py", "def f():\n    import trimtab.workflow.desk"),
        ("layers", "tools/one.py", "import trimtab.adapters.store"),
        ("layers", "adapters/store.py", "import trimtab.settings"),
        ("layers", "formatters/table.py", "import trimtab.prompts.render"),
        ("layers", "server/app.py", "import trimtab.cli.main"),
        ("layers", "helpers/text.py", ""),
        ("cycles", "domain/trading/drift.py", "import trimtab.domain.trading.lots"),
        ("cycles", "domain/money.py", "import trimtab.domain.trading.drift"),
        ("pure", "domain/money.py", "import random"),
        ("pure", "domain/money.py", "from pathlib import Path"),
        ("pure", "formatters/table.py", "import jinja2"),
        ("pure", "formatters/table.py", "import os"),
        ("edge", "workflow/desk.py", "import mcp.types"),
        ("edge", "adapters/store.py", "import starlette"),
        ("columns", "tools/one.py", "import numpy as np"),
        ("columns", "tools/one.py", "from pandas import DataFrame"),
        ("ports", "tools/one.py", "import trimtab.workflow.desk"),
        ("ports", "tools/one.py", "import trimtab.workflow"),
    ],
)
def test_a_bad_import_breaks_its_contract(contract: str, file: str, source: str, tmp_path: Path) -> None:
    kept, said = lint(tmp_path, {file: source}, contract)
    assert not kept
    assert "Could not" not in said
    assert "BROKEN" in said or "helpers" in said
