"""`trimtab ref verify`: proxies that nobody should rely on are named."""

import json
from pathlib import Path

import pytest

from tests.cli.running import ran


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("TRIMTAB_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def market(folder: Path, **prices: list[str]) -> Path:
    """A market of these tickers, each with a price in these months: `2024-01` to `2026-04` where none are said."""
    folder.mkdir()
    months = [f"{year}-{month:02}" for year in (2024, 2025, 2026) for month in range(1, 13)][:27]
    lines = ["date,ticker,close"]
    for number, month in enumerate([*months, "2026-04"]):
        lines += [
            f"{month}-28,{ticker},{100 + (number * 7) % 5}" for ticker, has in prices.items() if not has or month in has
        ]
    (folder / "prices.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def synced(capsys: pytest.CaptureFixture[str], folder: Path, table: str, text: str) -> None:
    file = folder / "mine.yaml"
    file.write_text(text, encoding="utf-8")
    assert ran(capsys, "ref", table, "sync-from-yaml", str(file)).code == 0


def test_the_market_that_ships_has_one_thin_proxy(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    shown = ran(capsys, "ref", "verify")
    assert shown.code == 1
    assert "crypto SOL" in shown.out
    assert "thin_history" in shown.out
    assert "over demo market (invented prices) as of 2026-11-20: 1 to look at." in shown.out
    assert "The records' database isn't there yet; the files that ship stand for it." in shown.out
    assert not home.exists()


def test_dead_and_thin_and_missing_and_faulty_proxies_are_named_each_with_why(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    late = ["2025-12", "2026-01", "2026-02", "2026-03", "2026-04"]
    early = ["2024-01", "2024-02", "2024-03"]
    folder = market(tmp_path / "market", FINE=[], LATE=late, GONE=early, WRONG=[], CASH=[])
    text = (folder / "prices.csv").read_text(encoding="utf-8")
    (folder / "prices.csv").write_text(text + "2026-04-29,WRONG,-1\n", encoding="utf-8")
    monkeypatch.setenv("TRIMTAB_MARKET", str(folder))
    proxies = "equity: {a: FINE, b: LATE, c: GONE, d: WRONG, e: NONE}"
    synced(capsys, tmp_path, "asset-proxy", proxies)
    shipped = json.loads(ran(capsys, "ref", "asset-proxy", "list", "--format", "json").out)["rows"]
    mine = {"FINE", "LATE", "GONE", "WRONG", "NONE"}
    found = ran(capsys, "ref", "verify", "--format", "json")
    assert found.code == 1
    told = json.loads(found.out)
    by_ticker = {each["etf_ticker"]: each for each in told["findings"]}
    assert {ticker: by_ticker[ticker]["reason"] for ticker in mine & set(by_ticker)} == {
        "LATE": "thin_history",
        "GONE": "dead",
        "WRONG": "faulty_prices",
        "NONE": "no_data",
    }
    assert by_ticker["GONE"]["proxy"] == "equity c"
    assert set(by_ticker) - mine >= {row["etf_ticker"] for row in shipped} - mine
    assert (told["source"], told["market"], told["as_of"]) == ("database", "market", "2026-04-28")


def test_proxies_out_of_use_are_nobodys_concern(capsys: pytest.CaptureFixture[str]) -> None:
    assert ran(capsys, "ref", "asset-proxy", "deactivate", "crypto", "SOL").code == 0
    for table in ("industry", "cash"):
        assert ran(capsys, "ref", table, "sync-from-yaml").code == 0
    shown = ran(capsys, "ref", "verify")
    assert (shown.code, shown.err) == (0, "")
    assert "no to look at" not in shown.out
    assert "nothing to look at." in shown.out
    assert "The proxies are the database's." in shown.out


def test_a_market_that_cannot_be_read_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TRIMTAB_MARKET", str(tmp_path / "none"))
    refused = ran(capsys, "ref", "verify")
    assert (refused.code, "market none" in refused.err) == (2, True)
