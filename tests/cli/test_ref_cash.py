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


def test_a_currency_is_taken_out_but_not_the_last(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    last = cash(capsys, "remove", "USD")
    assert (last.code, last.out, last.err) == (
        1,
        "",
        "trimtab: Nothing would be left in cash_proxies. A table without rows counts as never filled, so the file that "
        "ships would stand for it again.\n"
        "Use `add` for what shall stay, then remove this one; `add` changes its ETF, too.\n",
    )
    assert not (tmp_path / "home").exists()
    cash(capsys, "add", "EUR", "XEON")
    removed = json.loads(cash(capsys, "remove", "USD", "--format", "json").out)
    assert removed["changes"] == [
        {"change": "remove", "before": {"currency": "USD", "etf_ticker": "BIL"}, "after": None}
    ]
    assert cash(capsys, "export").out == "EUR: XEON\n"
    assert cash(capsys, "remove", "EUR").code == 1
    assert cash(capsys, "list").out.endswith("These are the database's.\n")
    assert "No ETF stands for cash in USD; one does for EUR." in cash(capsys, "remove", "USD").err
    assert cash(capsys, "remove", "eur").code == 2
