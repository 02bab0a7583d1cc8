"""`trimtab demo`, as people and scripts use it."""

import json
import shutil
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from tests.cli.order_desk import NOBODY_THERE
from tests.cli.running import ran
from trimtab.cli.main import run
from trimtab.fixtures import DEMO_BOOK

CENT = 0.011


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRIMTAB_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def left_in(home: Path) -> list[str]:
    """The files that a demo left in the folder of the settings."""
    return sorted(path.name for path in home.rglob("*") if path.is_file())


def test_the_outcome_has_the_fields_that_scripts_bind_to(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    found = json.loads(ran(capsys, "demo", "--json").out)
    assert list(found) == [
        "workflow_mode", "execution_mode", "phase", "analyst", "portfolios", "unable_to_check", "sells", "buys",
        "net_cash_flow", "hard_failures", "soft_warnings", "orders", "summary",
    ]  # fmt: skip
    assert (found["workflow_mode"], found["execution_mode"], found["phase"]) == ("AiPlan", "simulated", "Done")
    assert (found["portfolios"], found["unable_to_check"]) == (60, [])
    sells, buys = found["sells"], found["buys"]
    assert sells["count"] > 200
    assert sells["deferred_count"] > 0
    assert buys["original_value"] - buys["proceeding_value"] == pytest.approx(buys["deferred_value"], abs=CENT)
    assert found["net_cash_flow"] == pytest.approx(sells["value"] - buys["proceeding_value"], abs=CENT)
    assert found["hard_failures"] == 0
    assert found["orders"] == dict.fromkeys(("sent", "filled"), sells["count"] + buys["count"])
    assert found["summary"].startswith("**Trading Plan: 60 Portfolios**")
    assert left_in(home) == []


def test_people_get_tables_the_summary_and_fills_on_paper_whatever_the_settings_say(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    monkeypatch.setenv("TRIMTAB_OMS", NOBODY_THERE)
    monkeypatch.setenv("TRIMTAB_EXECUTION", "live")
    monkeypatch.setenv("TRIMTAB_LIVE_ACCOUNTS", "ACC100001")
    done = ran(capsys, "demo")
    assert done.code == 0
    for said in (
        "60 portfolios, analyst rules, execution simulated",
        "Trading Plan: 60 Portfolios",
        "Buys Phase (Complete):",
        "Approved by the demo's simulated approvers (simulated-1, simulated-2), in a records database of the demo's",
        "Orders at the embedded paper OMS, in AUD",
        "Cash effect: +",
        "Phase Done. Simulated: no order left this machine.",
    ):
        assert said in done.out
    assert "**" not in done.out
    assert "orders filled" in done.err
    assert left_in(home) == []


@pytest.fixture(scope="module")
def plan() -> dict[str, Any]:
    """What `--plan` prints."""
    with redirect_stdout(StringIO()) as printed, pytest.raises(SystemExit) as ended:
        run(["demo", "--plan"])
    assert not ended.value.code
    return dict(json.loads(printed.getvalue()))


def test_the_plan_adds_up_in_every_portfolio(plan: dict[str, Any]) -> None:
    trades = [dict(zip(plan["columns"], row, strict=True)) for row in plan["rows"]]
    for account, cash, withdrawal in _accounts():
        moved = sum(trade["amount"] for trade in trades if trade["account_number"] == account)
        assert cash - withdrawal - moved >= -CENT, account


def _accounts() -> list[tuple[str, float, float]]:
    header, *rows = (DEMO_BOOK / "portfolios.csv").read_text().splitlines()
    names = header.split(",")
    cells = [dict(zip(names, row.split(","), strict=True)) for row in rows]
    return [(row["account_number"], float(row["cash"]), float(row["pending_withdrawal"])) for row in cells]


def test_each_group_of_the_demo_book_trades_in_its_direction(plan: dict[str, Any]) -> None:
    trades = [dict(zip(plan["columns"], row, strict=True)) for row in plan["rows"]]
    sent = [(trade["account_number"], trade["amount"]) for trade in trades if trade["amount"]]

    def buys_share(first: int, last: int) -> float:
        of_group = [amount for account, amount in sent if f"ACC{first}" <= account <= f"ACC{last}"]
        return sum(amount > 0 for amount in of_group) / len(of_group)

    assert buys_share(100001, 100020) >= 0.8
    assert buys_share(100021, 100040) <= 0.2
    assert 0 < buys_share(100041, 100060) < 1
    assert {"ACC100002", "ACC100028", "ACC100045"} <= {account for account, _ in sent}


@pytest.fixture
def others_book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Somebody's own book, with a portfolio that can't be checked, under a policy that allows none of its orders."""
    book = tmp_path / "book"
    shutil.copytree(DEMO_BOOK, book)
    portfolios = (book / "portfolios.csv").read_text()
    (book / "portfolios.csv").write_text(portfolios.replace("Balanced Income", "No Such Model", 1))
    policy = tmp_path / "policy.toml"
    policy.write_text("[limits]\nmax_order_value = 10\n")
    monkeypatch.setenv("TRIMTAB_POLICY", str(policy))
    return str(book)


def test_somebody_elses_book_is_played_and_what_it_cant_do_is_said(
    others_book: str, capsys: pytest.CaptureFixture[str]
) -> None:
    done = ran(capsys, "demo", "--book", others_book)
    assert done.code == 0
    assert "unable to check ACC1000" in done.out
    assert "Not executed: Not approved" in done.out
    assert "max_order_value: " in done.out
    assert done.out.endswith("Phase Review. Nothing was sent.\n")


def test_what_cant_be_executed_has_no_orders_for_scripts(others_book: str, capsys: pytest.CaptureFixture[str]) -> None:
    done = ran(capsys, "demo", "--book", others_book, "--json")
    assert done.err.startswith("Not executed: Not approved")
    found = json.loads(done.out)
    assert (found["portfolios"], found["phase"], found["orders"]) == (59, "Review", None)
    assert [entry["code"] for entry in found["unable_to_check"]] == ["unknown_model"]
    assert found["hard_failures"] > 0


def test_a_book_with_faults_is_refused_with_all_of_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    refused = ran(capsys, "demo", "--book", str(tmp_path))
    assert (refused.code, "instruments.csv" in refused.err) == (2, True)


def test_a_kept_session_stays_in_review_and_can_be_shown(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    kept = ran(capsys, "demo", "--keep")
    assert (kept.code, "Nothing was sent" in kept.out) == (0, True)
    assert left_in(home) == ["sessions.db"], "and nobody's records hold an approval that nobody gave"
    shown = ran(capsys, "session", "show", kept.out.split()[-1])
    assert (shown.code, "Review" in shown.out) == (0, True)


def test_one_output_at_a_time(capsys: pytest.CaptureFixture[str]) -> None:
    refused = ran(capsys, "demo", "--json", "--plan")
    assert (refused.code, "--json" in refused.err) == (2, True)
