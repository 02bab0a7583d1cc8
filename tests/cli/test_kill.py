"""`trimtab kill`: everything stops at once, and starts again only by an approver."""

import json
from pathlib import Path

import pytest

from tests.cli.order_desk import (
    ANNE,
    CommandDesk,
    command_desk,
    executed,
    in_review,
    paper_oms_for,
    prepared,
    staffed,
)


@pytest.fixture
def desk(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CommandDesk:
    return prepared(command_desk(capsys, monkeypatch, tmp_path), staffed)


def test_it_stops_executions_and_cancels_what_waits(desk: CommandDesk) -> None:
    prepared(desk, executed)
    plan = desk.plan_hash()
    orders = desk.execute(plan)["orders"]
    killed = desk.run("kill", "on", "--reason", "prices look wrong")
    assert (killed.code, f"{orders} waiting orders were cancelled" in killed.out) == (0, True)
    assert desk.execute(plan)["states"] == {"Cancelled": orders}
    assert "prices look wrong" in desk.run("kill", "status").out
    assert desk.call("preview_orders", session_id=desk.session_id, limit=1)["kill_switch"] is True


def sent(desk: CommandDesk) -> int:
    """Anne approves the plan in Review, and its orders go on their way; how many they are."""
    prepared(desk, in_review)
    plan = desk.plan_hash()
    desk.run("approve", desk.session_id, "--as", "anne", "--plan", plan, typed=(ANNE,))
    return int(str(desk.execute(plan)["orders"]))


def status(desk: CommandDesk) -> dict[str, object]:
    return desk.call("get_execution_status", session_id=desk.session_id)


def test_what_is_at_the_order_system_is_cancelled_there(desk: CommandDesk) -> None:
    with paper_oms_for(desk):
        orders = sent(desk)
        assert status(desk)["states"] == {"Accepted": orders}
        killed = desk.run("kill", "on", "--reason", "prices look wrong")
        assert (killed.code, killed.err) == (0, "")
        assert "0 waiting orders were cancelled" in killed.out
        assert f"{orders} are, or may be, at the order system" in killed.out
        after = status(desk)
    assert (after["states"], after["done"], after["phase"]) == ({"Cancelled": orders}, True, "Done")


def test_an_order_system_that_is_away_keeps_nobody_from_turning_it_on(desk: CommandDesk) -> None:
    with paper_oms_for(desk):
        sent(desk)
    killed = desk.run("kill", "on", "--reason", "prices look wrong")
    assert killed.code == 0
    assert "The kill switch is on" in killed.out
    assert "Not all have ended" in killed.err
    assert json.loads(desk.run("kill", "status", "--json").out)["on"] is True


def test_a_book_that_cant_be_read_keeps_nobody_from_turning_it_on(
    desk: CommandDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with paper_oms_for(desk):
        sent(desk)
        monkeypatch.setenv("TRIMTAB_BOOK", str(desk.home / "no-book"))
        killed = desk.run("kill", "on", "--reason", "prices look wrong")
    assert (killed.code, "The kill switch is on" in killed.out, "Not all have ended" in killed.err) == (0, True, True)


def test_only_an_approver_turns_it_off(desk: CommandDesk) -> None:
    desk.run("kill", "on", "--reason", "prices look wrong")
    refused = desk.run("kill", "off", "--reason", "never mind", "--by", "anne", typed=("not the secret",))
    assert (refused.code, "wrong_secret" in refused.err) == (1, True)
    assert json.loads(desk.run("kill", "status", "--json").out)["on"] is True
    assert desk.run("kill", "off", "--reason", "prices are right", "--by", "anne", typed=(ANNE,)).code == 0
    status = json.loads(desk.run("kill", "status", "--json").out)
    assert (status["on"], status["changed_by"]) == (False, "anne")


def test_a_switch_that_nobody_turned_is_off(desk: CommandDesk) -> None:
    assert desk.run("kill", "status").out == "The kill switch is off; nobody has ever turned it.\n"
    assert json.loads(desk.run("kill", "status", "--json").out) == {"on": False}


def test_a_reason_is_needed(desk: CommandDesk) -> None:
    refused = desk.run("kill", "on", "--reason", " \u200b ")
    assert (refused.code, "reason" in refused.err) == (2, True)


def test_where_there_are_no_records_nothing_is_said_to_be_stopped(
    desk: CommandDesk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    monkeypatch.setenv("TRIMTAB_HOME", str(elsewhere))
    refused = desk.run("kill", "on", "--reason", "prices look wrong")
    assert refused.code == 1
    assert str(elsewhere / "records.db") in refused.err
    assert not (elsewhere / "records.db").exists()
