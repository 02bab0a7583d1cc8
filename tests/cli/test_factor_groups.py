"""`trimtab factors groups`: every command for people and for scripts."""

import json
from pathlib import Path

import pytest

from tests.cli.running import Ran, ran


@pytest.fixture(autouse=True)
def _own_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRIMTAB_HOME", str(tmp_path))


def groups(capsys: pytest.CaptureFixture[str], *arguments: str) -> Ran:
    return ran(capsys, "factors", "groups", *arguments)


def test_weights_alone_make_a_custom_group(capsys: pytest.CaptureFixture[str]) -> None:
    made = json.loads(groups(capsys, "create", "g", "--weights", "XLK=0.7,SMH=0.3", "--json").out)["groups"][0]
    assert made == {
        "name": "g",
        "members": ["XLK", "SMH"],
        "weighting_method": "custom",
        "weights": {"XLK": 0.7, "SMH": 0.3},
    }
    shown = groups(capsys, "show", "g").out
    assert [line.split() for line in shown.splitlines()][-2:] == [["XLK", "70.00"], ["SMH", "30.00"]]


def test_an_update_leaves_what_it_does_not_name(capsys: pytest.CaptureFixture[str]) -> None:
    groups(capsys, "create", "g", "--members", "XLK,SMH")
    assert "XLF" in groups(capsys, "update", "g", "--members", "XLF").out
    [kept] = json.loads(groups(capsys, "update", "g", "--method", "equal", "--json").out)["groups"]
    assert kept["members"] == ["XLF"]
    assert json.loads(groups(capsys, "show", "g", "--json").out)["groups"] == [kept]
    assert json.loads(groups(capsys, "list", "--json").out)["groups"] == [kept]


def test_what_is_wrong_is_said_and_ends_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    wrong = groups(capsys, "validate", "g", "--weights", "XLK=0.5,SMH=0.6")
    assert wrong.code == 1
    assert "weights sum: The weights sum to 1.1; they have to sum to 1." in wrong.out
    assert "Scaled to sum to 1: XLK=0.454545,SMH=0.545455" in wrong.out
    unknown = groups(capsys, "validate", "g", "--members", "XLK", "--weights", "SMH=-1", "--json")
    assert (unknown.code, json.loads(unknown.out)["valid"]) == (1, False)
    bare = groups(capsys, "validate", "g", "--weights", "XLK=-1")
    assert (bare.code, "Scaled" in bare.out) == (1, False)


def test_what_is_right_is_shown_and_ends_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    right = groups(capsys, "validate", "g", "--members", "XLK,SMH")
    assert (right.code, "50.00" in right.out) == (0, True)
