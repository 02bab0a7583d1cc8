"""`trimtab kill`: everything stops at once, and starts again only by an approver."""

import json
from pathlib import Path

import pytest

from tests.cli.order_desk import ANNE, CommandDesk, command_desk, executed, prepared, staffed


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
