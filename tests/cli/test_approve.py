"""`trimtab approve`: a person looks at a plan and approves exactly that one."""

import json
from pathlib import Path

import pytest

from tests.cli.order_desk import ANNE, BERT, CommandDesk, command_desk, in_review, prepared


@pytest.fixture
def desk(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CommandDesk:
    return prepared(command_desk(capsys, monkeypatch, tmp_path), in_review)


def test_a_plan_that_was_seen_is_approved_and_can_be_executed(desk: CommandDesk) -> None:
    plan = desk.plan_hash()
    approved = desk.run("approve", desk.session_id, "--as", "anne", "--plan", plan, typed=(ANNE,))
    assert (approved.code, approved.out) == (
        0,
        "Approved by anne, for 30 minutes and one execution. It can be executed.\n",
    )
    done = desk.execute(plan)
    assert (done["phase"], done["approved_by"]) == ("Executing", ["anne"])


def test_the_plan_is_shown_before_the_person_says_yes(desk: CommandDesk) -> None:
    plan = desk.plan_hash()
    shown = desk.run("approve", desk.session_id, "--as", "bert", typed=("y", BERT))
    assert shown.code == 0
    for part in (plan, "max_order_value", "Sells", "ACC100001", "1 approver(s), 1 missing"):
        assert part in shown.out


def test_whoever_doesnt_say_yes_approves_nothing(desk: CommandDesk) -> None:
    plan = desk.plan_hash()
    assert desk.run("approve", desk.session_id, "--as", "anne", typed=("n", ANNE)).code == 2
    assert desk.execute(plan)["code"] == "blocked"


def test_a_wrong_secret_ends_with_1_and_the_name_of_the_rule(desk: CommandDesk) -> None:
    plan = desk.plan_hash()
    refused = desk.run("approve", desk.session_id, "--as", "anne", "--plan", plan, typed=(BERT,))
    assert refused.code == 1
    assert "wrong_secret" in refused.err
    assert BERT not in refused.err + refused.out


def test_no_secret_at_all_is_wrong_usage(desk: CommandDesk) -> None:
    plan = desk.plan_hash()
    refused = desk.run("approve", desk.session_id, "--as", "anne", "--plan", plan)
    assert (refused.code, "No secret was given" in refused.err) == (2, True)


def test_the_whole_book_takes_two_people_and_json_says_who_is_missing(desk: CommandDesk) -> None:
    plan = desk.to_review(workflow_mode="QuickRebalance")
    first = desk.run("approve", desk.session_id, "--as", "anne", "--plan", plan, "--json", typed=(ANNE,))
    need = json.loads(first.out)["approval"]
    assert (need["approvers"], need["missing"], need["given"][0]["counts"]) == (2, 1, True)
    assert desk.run("approve", desk.session_id, "--as", "bert", "--plan", plan, typed=(BERT,)).code == 0
    assert desk.execute(plan)["orders"] == 488
