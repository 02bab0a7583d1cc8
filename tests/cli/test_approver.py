"""`trimtab approver`: who may approve, and who vouches for whom."""

import json
from pathlib import Path

import pytest

from tests.cli.order_desk import ANNE, BERT, CLEO, CommandDesk, command_desk, prepared, staffed


@pytest.fixture
def desk(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CommandDesk:
    return command_desk(capsys, monkeypatch, tmp_path)


def test_without_approvers_it_says_how_to_add_the_first(desk: CommandDesk) -> None:
    desk.to_review()  # whose preview makes the records
    listed = desk.run("approver", "list")
    assert (listed.code, listed.out) == (0, "No approvers. `trimtab approver add NAME` adds the first.\n")


def test_approvers_are_vouched_for_and_listed(desk: CommandDesk) -> None:
    prepared(desk, staffed)
    assert desk.run("approver", "add", "mallory", typed=(CLEO,)).code == 1
    vouched = ("approver", "add", "cleo", "--by", "anne", "--by", "bert")
    assert desk.run(*vouched, typed=(ANNE, BERT, CLEO)).code == 0
    assert "anne, bert" in desk.run("approver", "list").out
    listed = json.loads(desk.run("approver", "list", "--json").out)["approvers"]
    assert [each["name"] for each in listed] == ["anne", "bert", "cleo"]


def test_who_was_removed_is_gone_from_the_list_and_two_stay(desk: CommandDesk) -> None:
    prepared(desk, staffed)
    vouched = ("approver", "add", "cleo", "--by", "anne", "--by", "bert")
    assert desk.run(*vouched, typed=(ANNE, BERT, CLEO)).code == 0
    assert desk.run("approver", "remove", "anne", "--by", "bert", typed=(BERT,)).code == 0
    listed = json.loads(desk.run("approver", "list", "--json").out)["approvers"]
    assert [each["name"] for each in listed] == ["bert", "cleo"]
    last = desk.run("approver", "remove", "cleo", "--by", "bert", typed=(BERT,))
    assert (last.code, "last_approver" in last.err) == (1, True)


def test_a_name_and_a_secret_that_cant_be_one_are_said_together(desk: CommandDesk) -> None:
    refused = desk.run("approver", "add", "Anne", typed=("short",))
    assert refused.code == 2
    assert "name: " in refused.err
    assert "secret: " in refused.err
