"""`trimtab ref asset-proxy`: which ETF stands for what is listed and changed, and nothing is pushed aside unasked."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.running import Ran, ran
from tests.redis_servers import free_port
from trimtab.adapters.records import migrate
from trimtab.adapters.reference.kinds import shipped

SHIPPED = len(shipped().asset_proxies)


class Commands:
    """`trimtab ref asset-proxy` as a person uses it, in a home of its own."""

    def __init__(self, capsys: pytest.CaptureFixture[str], home: Path) -> None:
        self._capsys = capsys
        self.home = home

    def run(self, *arguments: str) -> Ran:
        return ran(self._capsys, "ref", "asset-proxy", *arguments)

    def rows(self) -> dict[str, dict[str, object]]:
        """What is listed, by ticker."""
        return {row["etf_ticker"]: row for row in json.loads(self.run("list", "--format", "json").out)["rows"]}


@pytest.fixture
def proxies(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Commands:
    monkeypatch.setenv("TRIMTAB_HOME", str(tmp_path / "home"))
    return Commands(capsys, tmp_path / "home")


def test_what_ships_is_listed_until_there_is_a_database_and_none_is_made(proxies: Commands) -> None:
    shown = proxies.run("list")
    assert shown.code == 0
    assert "US treasuries of one to three years" in shown.out
    assert shown.out.endswith("The records' database isn't there yet; the files that ship stand for it.\n")
    listed = json.loads(proxies.run("list", "--format", "json").out)
    assert (listed["source"], len(listed["rows"])) == ("yaml", SHIPPED)
    assert not proxies.home.exists()


def test_the_first_change_says_that_what_ships_went_in_first(proxies: Commands) -> None:
    added = proxies.run("add", "fixed_income", "UST5Y", "IEI", "--priority", "15", "--description", "Five years")
    assert added.code == 0
    assert f"the rows of the file that ships ({SHIPPED}) were put in first" in added.out
    assert "Done. The next answer uses it; nothing has to be started again." in added.out
    assert proxies.rows()["IEI"] == {
        "asset_class": "bond",
        "proxy_key": "UST5Y",
        "etf_ticker": "IEI",
        "is_canonical": True,
        "priority": 15,
        "description": "Five years",
    }
    assert len(proxies.rows()) == SHIPPED + 1
    again = proxies.run("add", "bond", "UST5Y", "IEI")
    assert (again.code, again.out) == (0, "There was nothing to change.\n")
    assert proxies.run("list").out.endswith("These are the database's.\n")


def test_another_proxy_for_a_key_is_refused_until_it_is_forced(proxies: Commands) -> None:
    refused = proxies.run("add", "bond", "UST2Y", "VGSH")
    assert refused.code == 1
    assert refused.err == (
        "trimtab: SHY stands for bond UST2Y already.\n"
        "Use --force to put VGSH in its place, or --alternate to keep it beside.\n"
    )
    assert "VGSH" not in proxies.rows()
    beside = proxies.run("add", "bond", "UST2Y", "VGSH", "--alternate")
    assert (beside.code, proxies.rows()["VGSH"]["is_canonical"]) == (0, False)
    forced = json.loads(proxies.run("add", "bond", "UST2Y", "VGSH", "--force", "--format", "json").out)
    assert (forced["written"], forced["taken_over"]) == (True, 0)
    assert [
        (each["change"], each["after"]["etf_ticker"], each["after"]["is_canonical"]) for each in forced["changes"]
    ] == [
        ("change", "SHY", False),
        ("change", "VGSH", True),
    ]
    assert {ticker: proxies.rows()[ticker]["is_canonical"] for ticker in ("SHY", "VGSH")} == {
        "SHY": False,
        "VGSH": True,
    }


def test_a_proxy_is_replaced_and_taken_out_of_use(proxies: Commands) -> None:
    replaced = proxies.run("replace", "bond", "UST2Y", "VGSH")
    assert (replaced.code, "is_canonical yes" in replaced.out) == (0, True)
    assert proxies.rows()["VGSH"]["priority"] == shipped_priority("SHY")
    gone = proxies.run("deactivate", "bond", "UST2Y", "VGSH")
    assert (gone.code, proxies.rows()["VGSH"]["is_canonical"]) == (0, False)
    assert proxies.run("deactivate", "bond", "UST2Y").out == "There was nothing to change.\n"
    nothing = proxies.run("replace", "bond", "UST2Y", "SHY")
    assert (nothing.code, "Nothing stands for bond UST2Y now." in nothing.err) == (1, True)
    unknown = proxies.run("deactivate", "bond", "UST3Y", "SHY")
    assert (unknown.code, "There is no proxy bond UST3Y. Did you mean UST30Y?" in unknown.err) == (1, True)


def shipped_priority(ticker: str) -> int:
    return next(row.priority for row in shipped().asset_proxies if row.etf_ticker == ticker)


def test_everything_wrong_with_a_command_is_told_at_once(proxies: Commands) -> None:
    wrong = proxies.run("add", "bnd", " gold", "$X", "--priority", "-1", "--description", "x" * 201)
    assert wrong.code == 2
    for told in ("ASSET_CLASS: ", "Did you mean bond?", "PROXY_KEY: ", "TICKER: ", "--priority: ", "--description: "):
        assert told in wrong.err
    assert not proxies.home.exists()
    assert proxies.run("replace", "gems", "gold", "GLD").code == 2
    assert proxies.run("deactivate", "gems", "gold").code == 2


def test_a_dry_run_lists_everything_and_writes_nothing(proxies: Commands, tmp_path: Path) -> None:
    proxies.run("add", "commodity", "platinum", "PPLT")
    file = tmp_path / "mine.yaml"
    file.write_text("commodity:\n  gold: IAU\n  corn: CORN\n", encoding="utf-8")
    before = proxies.rows()
    dry = proxies.run("sync-from-yaml", str(file), "--dry-run")
    assert (dry.code, dry.out.splitlines()[-1]) == (0, "Nothing was written (--dry-run).")
    lines = [line.split() for line in dry.out.splitlines()[1:-1]]
    assert [line[:4] for line in lines[:3]] == [
        ["add", "commodity", "corn", "CORN"],
        ["change", "commodity", "gold", "GLD"],
        ["add", "commodity", "gold", "IAU"],
    ]
    assert ["left", "alone", "commodity", "platinum"] in [line[:4] for line in lines[3:]]
    assert all(line[:2] == ["left", "alone"] for line in lines[3:])
    assert len(lines) == 3 + SHIPPED
    assert proxies.rows() == before
    synced = json.loads(proxies.run("sync-from-yaml", str(file), "--format", "json").out)
    assert (synced["written"], len(synced["changes"]), len(synced["left_alone"])) == (True, 3, SHIPPED)
    assert proxies.rows()["IAU"]["is_canonical"] is True
    again = json.loads(proxies.run("sync-from-yaml", str(file), "--format", "json").out)
    assert (again["written"], again["changes"]) == (False, [])


def test_a_dry_run_on_an_empty_table_says_what_would_be_put_in(proxies: Commands) -> None:
    dry = proxies.run("sync-from-yaml", "--dry-run")
    assert f"the rows of the file that ships ({SHIPPED}) would be put in first" in dry.out
    assert not proxies.home.exists()
    synced = proxies.run("sync-from-yaml")
    assert (synced.code, "were put in first" in synced.out, "Done." in synced.out) == (0, True, True)
    assert len(proxies.rows()) == SHIPPED


def test_a_wrong_file_is_refused_with_all_its_faults(proxies: Commands, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("bnd: {a: SPY}\nbond: {b: {ticker: SPY}}\n", encoding="utf-8")
    refused = proxies.run("sync-from-yaml", str(file))
    assert refused.code == 2
    assert "The reference file mine.yaml has 3 faults" in refused.err
    assert "Did you mean bond?" in refused.err
    assert "mine.yaml:2 bond.b.ticker: There is no such field" in refused.err
    assert "Correct the listed places; nothing was changed." in refused.err
    assert not proxies.home.exists()


def test_what_is_exported_brings_another_database_to_the_same_state(
    proxies: Commands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    proxies.run("replace", "bond", "UST2Y", "VGSH")
    proxies.run("deactivate", "crypto", "BTC")
    file = tmp_path / "out.yaml"
    exported = proxies.run("export", str(file))
    assert (exported.code, exported.out) == (0, f"{file}\n")
    assert proxies.run("export").out == file.read_text(encoding="utf-8")
    assert json.loads(proxies.run("export", "--format", "json").out)["rows"] == list(proxies.rows().values())
    before = proxies.rows()
    monkeypatch.setenv("TRIMTAB_HOME", str(tmp_path / "other"))
    assert proxies.run("sync-from-yaml", str(file)).code == 0
    assert {key: row["is_canonical"] for key, row in proxies.rows().items()} == {
        key: row["is_canonical"] for key, row in before.items()
    }
    wrong = proxies.run("export", str(tmp_path / "no" / "folder.yaml"))
    assert (wrong.code, "The file can't be written: No such file or directory." in wrong.err) == (2, True)


def test_a_database_that_is_away_is_listed_from_files_and_neither_changed_nor_exported(
    proxies: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIMTAB_RECORDS", f"postgresql://desk:sesame-9@127.0.0.1:{free_port()}/records")
    listed = json.loads(proxies.run("list", "--format", "json").out)
    assert (listed["source"], len(listed["rows"])) == ("yaml", SHIPPED)
    assert listed["note"] == ("The records' PostgreSQL database can't be reached. The files that ship stand for it.")
    for command in (("add", "bond", "UST5Y", "IEI"), ("export",), ("sync-from-yaml", "--dry-run")):
        refused = proxies.run(*command)
        assert (refused.code, refused.out, "can't be reached" in refused.err) == (1, "", True)
        assert "sesame" not in refused.err


def test_a_database_of_an_older_release_says_how_it_is_upgraded(proxies: Commands) -> None:
    migrate.upgrade(f"sqlite:///{proxies.home / 'records.db'}", to="0003")
    refused = proxies.run("add", "bond", "UST5Y", "IEI")
    assert (refused.code, "trimtab records upgrade" in refused.err) == (1, True)
    assert proxies.run("list").code == 0
    with closing(sqlite3.connect(proxies.home / "records.db")) as records:
        names = {name for (name,) in records.execute("SELECT name FROM sqlite_master")}
    assert "asset_etf_proxies" not in names
