"""Files of frameworks and holdings: which argument names one, what is read, and what can't be."""

import io
import sys
from pathlib import Path

import pytest

from trimtab.cli.framework_files import (
    holdings_in,
    kind_for,
    kind_of,
    names_file,
    read_file,
    scope_of,
    write_file,
)
from trimtab.domain.errors import InvalidInput
from trimtab.workflow.ports.framework_requests import MOST_DOCUMENT

CSV = "path,target_weight\nAssetClass/Equity,0.6\nAssetClass/Bonds,0.3999\n"


def test_a_file_is_what_is_there_or_ends_like_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").write_text(CSV)
    (tmp_path / "balanced").mkdir()
    for name in ("-", "there.json", "no/where.CSV", "mine"):
        assert names_file(name)
    for name in ("balanced", "fw_1", "x" * 5_000, "a\0b", "list.txt"):
        assert not names_file(name)


@pytest.mark.parametrize(
    ("name", "text", "kind"), [("a.JSON", "", "json"), ("a.csv", "{", "csv"), ("-", " {", "json"), ("-", "path", "csv")]
)
def test_the_form_is_the_ending_or_how_it_begins(name: str, text: str, kind: str) -> None:
    assert kind_of(name, text) == kind


def test_a_framework_is_named_by_its_id_or_is_in_the_file_exactly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert scope_of("balanced", version=2) == {"framework_id": "balanced", "version": 2}
    file = tmp_path / "Mine.csv"
    file.write_text("\ufeff" + CSV, encoding="utf-8")
    framework = scope_of(str(file))["framework"]
    assert isinstance(framework, dict)
    assert (framework["name"], framework["method"]) == ("Mine", "imported")
    assert [each["target_weight"] for each in framework["buckets"]] == [0.6, 0.3999]
    monkeypatch.setattr(sys, "stdin", io.StringIO(CSV))
    framework = scope_of("-")["framework"]
    assert isinstance(framework, dict)
    assert framework["name"] == "Framework"


@pytest.mark.parametrize(
    ("content", "says"), [(b"\xff\xfe", "isn't UTF-8"), (b"x" * (MOST_DOCUMENT + 1), "more than 5,000,000 characters")]
)
def test_a_file_that_cannot_be_taken_says_why(content: bytes, says: str, tmp_path: Path) -> None:
    file = tmp_path / "it.json"
    file.write_bytes(content)
    with pytest.raises(InvalidInput, match=says):
        read_file(str(file), field="ID")


@pytest.mark.parametrize("name", ["nowhere/it.json", "a\0.json"])
def test_a_name_that_cannot_be_used_is_refused_for_reading_and_writing(name: str) -> None:
    with pytest.raises(InvalidInput, match="can't be read: "):
        read_file(name, field="ID")
    with pytest.raises(InvalidInput, match="can't be written: "):
        write_file(name, "text")


def test_every_line_of_holdings_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    file = tmp_path / "held.csv"
    file.write_text("code,value\nA,1\nA,2\n,3\nB,x\nC,-1\nD\n")
    with pytest.raises(InvalidInput) as caught:
        holdings_in(str(file))
    assert [each.field for each in caught.value.problems] == [
        "line 3, code", "line 4, code", "line 5, value", "line 6, value", "line 7",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "says"), [("", "code and value"), ("code,code\n", "look at code and value"), ('code,value\n"A', "A quote")]
)
def test_holdings_of_another_form_are_refused(text: str, says: str, tmp_path: Path) -> None:
    file = tmp_path / "held.csv"
    file.write_text(text)
    with pytest.raises(InvalidInput, match=says):
        holdings_in(str(file))


def test_a_file_is_written_in_the_form_of_its_ending(tmp_path: Path) -> None:
    assert (kind_for(None), kind_for("a.CSV"), kind_for("a.json"), kind_for("a")) == ("json", "csv", "json", "json")
    write_file(str(tmp_path / "it.csv"), "a\nb\n")
    assert (tmp_path / "it.csv").read_bytes() == b"a\nb\n"
