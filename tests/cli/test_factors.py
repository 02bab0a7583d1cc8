"""`trimtab factors` over the demo market."""

import json
from pathlib import Path

import pytest

from tests.cli.running import ran


@pytest.fixture(autouse=True)
def _own_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRIMTAB_HOME", str(tmp_path))


def test_correlations_are_printed_for_people_and_for_scripts(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("factors", "correlations", "--sections", "matrices:bond,macro:composite", "--top", "3")
    shown = ran(capsys, *asked)
    assert shown.code == 0
    assert "bond: 3 of 9 labels, " in shown.out
    assert "macro composites: 3 of 6 labels, " in shown.out
    found = json.loads(ran(capsys, *asked, "--json").out)
    assert found["matrices"].keys() == {"bond"}
    assert found["macro"].keys() == {"composite"}
    assert [len(row) for row in found["matrices"]["bond"]["values"]] == [3, 3, 3]


def test_an_option_of_the_tool_is_passed_on(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("--sections", "rolling", "--option", "rolling_windows=12", "--option", "macro_groups=equity,bond")
    found = json.loads(ran(capsys, "factors", "correlations", *asked, "--json").out)
    assert {row[2] for row in found["rolling"]["rows"]} == {12}


def test_performance_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    shown = ran(capsys, "factors", "performance", "--categories", "fixed_income", "--start", "2020-01-01")
    assert shown.code == 0
    assert "return %" in shown.out
    assert "TLT" in shown.out
    assert "XLK" not in shown.out
    found = json.loads(ran(capsys, "factors", "performance", "--tickers", "TLT", "--json").out)
    assert [row[0] for row in found["profiles"]["rows"]] == ["TLT"]


def test_offsets_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("factors", "offsets", "--portfolio", "SPY=0.6,AGG=0.4", "--factor", "Technology", "--value", "1000000")
    shown = ran(capsys, *asked, "--limit", "2")
    assert shown.code == 0
    assert "A shift of 5 % sells " in shown.out
    assert "2 of " in shown.out
    found = json.loads(ran(capsys, *asked, "--limit", "1", "--shift", "2", "--restricted", "USO", "--json").out)
    assert (len(found["recommendations"]), found["shift_pct"]) == (1, 2.0)
    assert sum(trade["value"] for trade in found["recommendations"][0]["trades"]) == pytest.approx(0)


def test_a_group_of_ones_own_is_kept_used_and_forgotten(capsys: pytest.CaptureFixture[str]) -> None:
    groups = ("factors", "groups")
    assert "No factor groups." in ran(capsys, *groups, "list").out
    assert "XLK" in ran(capsys, *groups, "create", "Techs", "--members", "XLK,SMH").out
    assert "Techs" in ran(capsys, *groups, "list").out
    found = json.loads(ran(capsys, "factors", "performance", "--groups", "Techs", "--tickers", "BIL", "--json").out)
    assert [row[0] for row in found["composites"]["factor_groups"]["rows"]] == ["Techs"]
    assert ran(capsys, *groups, "delete", "Techs").out == "Techs is deleted.\n"
    gone = ran(capsys, *groups, "show", "Techs")
    assert (gone.code, "list" in gone.err) == (1, True)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (("correlations", "--preset", "heavy"), "'overview'"),
        (("correlations", "--option", "surprise=1"), "the names are"),
        (("offsets", "--portfolio", "SPY", "--factor", "bond"), "SPY=0.6,AGG=0.4"),
        (("performance", "--start", "yesterday"), "2026-11-20"),
        (("groups", "create", "g"), "needs members"),
    ],
)
def test_wrong_usage_says_what_is_allowed(
    asked: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    result = ran(capsys, "factors", *asked)
    assert (result.code, result.out) == (2, "")
    assert says in result.err
