"""`trimtab records`: what is kept can be checked, and shown."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.order_desk import CommandDesk, command_desk, executed, prepared, staffed


@pytest.fixture
def desk(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CommandDesk:
    return prepared(command_desk(capsys, monkeypatch, tmp_path), staffed)


def exported(desk: CommandDesk) -> tuple[Path, Path]:
    out = desk.run("records", "export", desk.session_id, "--out", str(desk.home / "packs"))
    assert out.code == 0, out.err
    as_json, as_page = map(Path, out.out.split())
    return as_json, as_page


def test_sound_records_say_where_they_end(desk: CommandDesk) -> None:
    prepared(desk, executed)
    checked = desk.run("records", "verify")
    assert (checked.code, "sound. The chain ends with " in checked.out) == (0, True)
    found = json.loads(desk.run("records", "verify", "--json").out)
    assert (found["sound"], found["breaks"]) == (True, [])
    assert found["head"] in checked.out


def test_a_change_is_named_and_ends_with_1(desk: CommandDesk) -> None:
    prepared(desk, executed)
    with closing(sqlite3.connect(desk.home / "records.db")) as records, records:
        records.execute("UPDATE approvals SET approver = 'berta'")
    checked = desk.run("records", "verify")
    assert (checked.code, "NOT what was written" in checked.out, "approvals" in checked.out) == (1, True, True)


def test_a_pack_answers_who_decided_what_was_refused_and_who_approved(desk: CommandDesk) -> None:
    prepared(desk, executed)
    as_json, as_page = exported(desk)
    pack = json.loads(as_json.read_text(encoding="utf-8"))
    assert [each["approver"] for each in pack["approvals"]] == ["anne"]
    assert len(pack["orders"]) > 10
    assert "approval_missing" in json.dumps(pack["rejected"])
    page = as_page.read_text(encoding="utf-8")
    assert "anne" in page
    assert "<script" not in page
    assert desk.run("records", "verify", "--pack", str(as_json)).code == 0


def test_a_pack_from_which_something_was_left_out_isnt_the_records(desk: CommandDesk) -> None:
    prepared(desk, executed)
    as_json, _ = exported(desk)
    pack = json.loads(as_json.read_text(encoding="utf-8"))
    pack["entries"] = [each for each in pack["entries"] if each["kind"] != "refusal"]
    pack["rejected"]["refused"] = []
    as_json.write_text(json.dumps(pack), encoding="utf-8")
    checked = desk.run("records", "verify", "--pack", str(as_json))
    assert checked.code == 1
    assert as_json.name in checked.out


def test_a_session_that_expired_long_ago_can_still_be_shown(desk: CommandDesk) -> None:
    prepared(desk, executed)
    (desk.home / "sessions.db").unlink()
    out = desk.run("records", "export", desk.session_id, "--out", str(desk.home / "packs"))
    assert (out.code, "kept before" in out.err) == (0, True)


def test_a_session_that_nobody_kept_isnt_found(desk: CommandDesk) -> None:
    refused = desk.run("records", "export", "ts_nothing")
    assert (refused.code, "records list" in refused.err) == (1, True)


def test_kept_sessions_are_listed(desk: CommandDesk) -> None:
    assert "No sessions are kept" in desk.run("records", "list").out
    prepared(desk, executed)
    assert desk.session_id in desk.run("records", "list").out
    assert json.loads(desk.run("records", "list", "--json").out)["sessions"][0]["session_id"] == desk.session_id


def test_an_older_database_is_refused_until_it_is_upgraded(desk: CommandDesk) -> None:
    with closing(sqlite3.connect(desk.home / "records.db")) as records, records:
        [version] = records.execute("SELECT * FROM records_version").fetchone()
        tables = [name for (name,) in records.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            if table not in ("evidence", "evidence_head", "records_version") and not table.startswith("sqlite_"):
                records.execute(f"DROP TABLE {table}")
        records.execute("UPDATE records_version SET version_num = '0001'")
    assert version != "0001"
    refused = desk.run("records", "verify")
    assert (refused.code, "records upgrade" in refused.err) == (1, True)
    upgraded = desk.run("records", "upgrade")
    assert (upgraded.code, version in upgraded.out) == (0, True)


def test_a_pack_that_cant_be_read_is_wrong_usage(desk: CommandDesk) -> None:
    assert desk.run("records", "verify", "--pack", str(desk.home / "none.json")).code == 2
