"""`trimtab factors check`: what a person and a script read about market data."""

import json
from pathlib import Path

import pytest

from tests.cli.running import ran

PRICES = "date,ticker,close\n2024-01-31,AAA,10\n2024-02-29,AAA,11\n2024-01-31,BBB,5\n2024-02-29,BBB,-5\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "prices.csv").write_text(PRICES)
    return tmp_path


def test_the_demo_market_is_checked_by_default(capsys: pytest.CaptureFixture[str]) -> None:
    result = ran(capsys, "factors", "check")
    assert result.code == 0
    assert result.out.startswith("demo_market: ")
    assert "yields of UST2Y, UST5Y, UST10Y, UST30Y" in result.out
    assert result.out.endswith("No faults.\n")


def test_tickers_that_are_left_out_are_named_and_give_exit_code_1(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result = ran(capsys, "factors", "check", str(folder))
    assert result.code == 1
    assert "1 ticker, 2 days, 2024-01-31 to 2024-02-29" in result.out
    assert "no yields; 0 entries of the universe" in result.out
    assert "\nLeft out\n" in result.out
    assert "BBB" in result.out.partition("Left out")[2]


def test_gaps_and_tickers_without_prices_are_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    days = "".join(f"2024-{month:02}-28,CCC,{month}\n" for month in range(1, 13) if month not in {5, 6, 7})
    (folder / "prices.csv").write_text(PRICES.replace("-5", "6") + days)
    (folder / "universe.csv").write_text("ticker,category,asset_class\nCCC,market,equity\nZZZ,market,equity\n")
    out = ran(capsys, "factors", "check", str(folder)).out
    assert "Gaps, whose months have no return" in out
    assert "Without prices: ZZZ" in out


def test_market_data_that_cannot_be_read_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "prices.csv").write_text("date,ticker,close\n2024-01-31,AAA,ten\n")
    result = ran(capsys, "factors", "check", str(tmp_path))
    assert result.code == 2
    assert "is refused: 1 fault" in result.out
    assert "prices.csv:2 close" in result.out


def test_scripts_get_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(ran(capsys, "factors", "check", str(folder), "--json").out)
    assert found.keys() == {"exit_code", "market", "faults", "findings", "warnings"}
    assert found["findings"][0] | {"message": ""} == {
        "ticker": "BBB",
        "date": "2024-02-29",
        "code": "price_not_positive",
        "count": 1,
        "message": "",
        "left_out": True,
    }
    assert (found["market"]["first_day"], found["market"]["first_yield_day"]) == ("2024-01-31", None)
    (folder / "prices.csv").write_text("date,ticker,close\n2024-01-31,AAA,ten\n")
    refused = json.loads(ran(capsys, "factors", "check", str(folder), "--json").out)
    assert (refused["market"], refused["faults"][0]["line"]) == (None, 2)
