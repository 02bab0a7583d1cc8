"""`trimtab ref cash`: a currency has one ETF that stands for its cash."""

import json
from pathlib import Path

import pytest

from tests.cli.running import Ran, ran


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRIMTAB_HOME", str(tmp_path / "home"))


def cash(capsys: pytest.CaptureFixture[str], *arguments: str) -> Ran:
    return ran(capsys, "ref", "cash", *arguments)


def test_a_currency_is_added_and_changed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cash(capsys, "add", "EUR", "XEON").code == 0
    changed = json.loads(cash(capsys, "add", "USD", "SGOV", "--format", "json").out)
    assert changed["changes"] == [
        {
            "change": "change",
            "before": {"currency": "USD", "etf_ticker": "BIL"},
            "after": {"currency": "USD", "etf_ticker": "SGOV"},
        }
    ]
    assert cash(capsys, "export").out == "EUR: XEON\nUSD: SGOV\n"
    assert json.loads(cash(capsys, "list", "--format", "json").out)["source"] == "database"


def test_everything_wrong_is_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    wrong = cash(capsys, "add", "euro", "X X ")
    assert (wrong.code, "CURRENCY: " in wrong.err, "TICKER: " in wrong.err) == (2, True, True)


def test_the_file_that_ships_brings_back_what_was_changed(capsys: pytest.CaptureFixture[str]) -> None:
    cash(capsys, "add", "USD", "SGOV")
    cash(capsys, "add", "EUR", "XEON")
    synced = cash(capsys, "sync-from-yaml")
    assert (synced.code, "left alone" in synced.out) == (0, True)
    assert cash(capsys, "export").out == "EUR: XEON\nUSD: BIL\n"


def test_a_table_that_is_all_the_databases_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    for table in ("asset-proxy", "industry", "cash"):
        assert ran(capsys, "ref", table, "sync-from-yaml").code == 0
    assert cash(capsys, "list").out.endswith("These are the database's.\n")
