"""`trimtab ref industry`: an industry has one ETF, an asset class and, maybe, a sector group."""

import json
from pathlib import Path

import pytest

from tests.cli.running import Ran, ran
from trimtab.adapters.reference.kinds import shipped


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRIMTAB_HOME", str(tmp_path / "home"))


def industry(capsys: pytest.CaptureFixture[str], *arguments: str) -> Ran:
    return ran(capsys, "ref", "industry", *arguments)


def row_of(capsys: pytest.CaptureFixture[str], name: str) -> dict[str, str]:
    rows = json.loads(industry(capsys, "list", "--format", "json").out)["rows"]
    found: dict[str, str] = next(row for row in rows if row["industry"] == name)
    return found


def test_an_industry_is_added_with_its_group(capsys: pytest.CaptureFixture[str]) -> None:
    added = industry(capsys, "add", "Water", "PHO", "--group", "defensive")
    assert (added.code, "were put in first" in added.out) == (0, True)
    assert row_of(capsys, "Water") == {
        "industry": "Water",
        "etf_ticker": "PHO",
        "asset_class": "equity",
        "sector_group": "defensive",
    }
    assert "Water" in industry(capsys, "list").out


def test_what_is_not_said_of_an_industry_stays_and_an_empty_group_takes_it_away(
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = next(row for row in shipped().industry_proxies if row.industry == "Real Estate")
    changed = industry(capsys, "add", "Real Estate", "IYR")
    assert (changed.code, f"etf_ticker {before.etf_ticker}" in changed.out) == (0, True)
    row = row_of(capsys, "Real Estate")
    assert (row["asset_class"], row["sector_group"]) == (before.asset_class, before.sector_group)
    assert industry(capsys, "add", "Real Estate", "IYR", "--asset-class", "reit", "--group", "").code == 0
    row = row_of(capsys, "Real Estate")
    assert (row["asset_class"], row["sector_group"]) == ("real_estate", "")


def test_everything_wrong_is_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    wrong = industry(capsys, "add", "", "?", "--asset-class", "equities", "--group", " a")
    assert wrong.code == 2
    for told in ("INDUSTRY: ", "TICKER: ", "--asset-class: ", "Did you mean equity?", "--group: "):
        assert told in wrong.err


def test_industries_are_synced_and_exported(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "industries.yaml"
    file.write_text("Technology: {etf_ticker: VGT, group: sensitive}\n", encoding="utf-8")
    synced = json.loads(industry(capsys, "sync-from-yaml", str(file), "--format", "json").out)
    assert (synced["written"], synced["taken_over"]) == (True, len(shipped().industry_proxies))
    # All of it is new to the database: what ships, and over it what the file says.
    added = {each["after"]["industry"]: each["after"]["etf_ticker"] for each in synced["changes"]}
    assert {each["change"] for each in synced["changes"]} == {"add"}
    assert added == {each.industry: each.etf_ticker for each in shipped().industry_proxies} | {"Technology": "VGT"}
    assert len(synced["left_alone"]) == len(shipped().industry_proxies) - 1
    assert "Technology: {etf_ticker: VGT, asset_class: equity, group: sensitive}\n" in industry(capsys, "export").out


def test_an_etf_that_stands_for_another_industry_is_refused_and_nothing_is_made(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    refused = industry(capsys, "add", "Software", "XLK")
    assert (refused.code, refused.err) == (
        1,
        "trimtab: ETF_TICKER: XLK stands for the industry Technology already.\n"
        "An ETF stands for one industry: name another, or remove or change the other industry first.\n",
    )
    file = tmp_path / "industries.yaml"
    file.write_text("Software: XLK\nOil: XLE\n", encoding="utf-8")
    for arguments in (("sync-from-yaml", str(file)), ("sync-from-yaml", str(file), "--dry-run")):
        refused = industry(capsys, *arguments)
        assert (refused.code, "Energy already" in refused.err, "Technology already" in refused.err) == (1, True, True)
    file.write_text("Water: PHO\nSea: PHO\n", encoding="utf-8")
    assert "Its ETF stands for Water already" in industry(capsys, "sync-from-yaml", str(file)).err
    assert not (tmp_path / "home").exists()
    file.write_text("Software: XLK\nTechnology: VGT\n", encoding="utf-8")
    assert industry(capsys, "sync-from-yaml", str(file)).code == 0
    assert row_of(capsys, "Software")["etf_ticker"] == "XLK"


def test_a_mistyped_industry_is_taken_out_again(capsys: pytest.CaptureFixture[str]) -> None:
    industry(capsys, "add", "Watr", "PHO", "--group", "defensive")
    removed = industry(capsys, "remove", "Watr")
    assert removed.code == 0
    lines = removed.out.splitlines()
    assert lines[1].split() == ["remove", "Watr", "PHO", "equity", "defensive"]
    assert lines[2:] == ["Done. The next answer uses it; nothing has to be started again."]
    assert "Watr" not in industry(capsys, "list").out
    assert industry(capsys, "add", "Water", "PHO").code == 0
    gone = json.loads(industry(capsys, "remove", "Water", "--format", "json").out)
    water = {"industry": "Water", "etf_ticker": "PHO", "asset_class": "equity", "sector_group": ""}
    assert gone == {
        "written": True,
        "taken_over": 0,
        "changes": [{"change": "remove", "before": water, "after": None}],
        "left_alone": [],
    }


def test_an_industry_that_ships_is_taken_out_of_what_is_put_in(capsys: pytest.CaptureFixture[str]) -> None:
    removed = industry(capsys, "remove", "Energy")
    assert (removed.code, "were put in first" in removed.out, "remove  Energy" in removed.out) == (0, True, True)
    rows = json.loads(industry(capsys, "list", "--format", "json").out)["rows"]
    assert [row["industry"] for row in rows] == [
        row.industry for row in shipped().industry_proxies if row.industry != "Energy"
    ]


def test_an_industry_that_is_not_there_is_not_taken_out(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    refused = industry(capsys, "remove", "Enrgy")
    assert (refused.code, refused.out) == (1, "")
    assert "No ETF stands for the industry Enrgy; one does for Communication Services, Consumer" in refused.err
    assert "Did you mean Energy?" in refused.err
    wrong = industry(capsys, "remove", " Energy")
    assert (wrong.code, "INDUSTRY: A name has" in wrong.err) == (2, True)
    assert not (tmp_path / "home").exists()


def test_the_list_says_of_its_own_table_where_it_comes_from(capsys: pytest.CaptureFixture[str]) -> None:
    assert ran(capsys, "ref", "cash", "add", "EUR", "XEON").code == 0
    told = "The database holds no rows of industry_proxies yet; the file that ships stands for them."
    listed = json.loads(industry(capsys, "list", "--format", "json").out)
    assert (listed["source"], listed["note"]) == ("yaml", told)
    assert industry(capsys, "list").out.endswith(f"{told}\n")
    industry(capsys, "add", "Water", "PHO")
    listed = json.loads(industry(capsys, "list", "--format", "json").out)
    assert (listed["source"], listed["note"]) == ("database", "")
