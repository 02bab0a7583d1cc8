"""`trimtab demo`, as people and scripts use it."""

import json
import shutil
from pathlib import Path

import pytest

from trimtab.cli.main import run
from trimtab.fixtures import DEMO_BOOK

CENT = 0.011


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIMTAB_HOME", str(tmp_path / "home"))


def demo(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        run(["demo", *arguments])
    return int(ended.value.code or 0)


def test_the_outcome_has_the_fields_that_scripts_bind_to(capsys: pytest.CaptureFixture[str]) -> None:
    assert demo("--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == [
        "workflow_mode", "execution_mode", "phase", "analyst", "portfolios", "unable_to_check", "sells", "buys",
        "net_cash_flow", "hard_failures", "soft_warnings", "orders", "summary",
    ]  # fmt: skip
    assert (found["workflow_mode"], found["execution_mode"], found["phase"]) == ("AiPlan", "simulated", "Review")
    assert (found["portfolios"], found["unable_to_check"], found["orders"]) == (60, [], None)
    sells, buys = found["sells"], found["buys"]
    assert sells["count"] > 200
    assert sells["deferred_count"] > 0
    assert buys["original_value"] - buys["proceeding_value"] == pytest.approx(buys["deferred_value"], abs=CENT)
    assert found["net_cash_flow"] == pytest.approx(sells["value"] - buys["proceeding_value"], abs=CENT)
    assert found["hard_failures"] == 0
    assert found["summary"].startswith("**Trading Plan: 60 Portfolios**")


def test_the_plan_adds_up_in_every_portfolio(capsys: pytest.CaptureFixture[str]) -> None:
    assert demo("--plan") == 0
    plan = json.loads(capsys.readouterr().out)
    trades = [dict(zip(plan["columns"], row, strict=True)) for row in plan["rows"]]
    for account, cash, withdrawal in _accounts():
        moved = sum(trade["amount"] for trade in trades if trade["account_number"] == account)
        assert cash - withdrawal - moved >= -CENT, account


def _accounts() -> list[tuple[str, float, float]]:
    header, *rows = (DEMO_BOOK / "portfolios.csv").read_text().splitlines()
    names = header.split(",")
    cells = [dict(zip(names, row.split(","), strict=True)) for row in rows]
    return [(row["account_number"], float(row["cash"]), float(row["pending_withdrawal"])) for row in cells]


def test_people_get_tables_and_the_summary(capsys: pytest.CaptureFixture[str]) -> None:
    assert demo() == 0
    shown = capsys.readouterr().out
    assert "Trading Plan: 60 Portfolios" in shown
    assert "Buys Phase (Complete):" in shown
    assert "Nothing was sent" in shown
    assert "**" not in shown


def test_somebody_elses_book_is_played_with_its_unable_portfolios_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "book"
    shutil.copytree(DEMO_BOOK, book)
    portfolios = (book / "portfolios.csv").read_text()
    (book / "portfolios.csv").write_text(portfolios.replace("Balanced Income", "No Such Model", 1))
    assert demo("--book", str(book), "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["portfolios"] == 59
    assert [entry["code"] for entry in found["unable_to_check"]] == ["unknown_model"]
    assert demo("--book", str(book)) == 0
    assert "unable to check ACC1000" in capsys.readouterr().out


def test_a_book_with_faults_is_refused_with_all_of_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert demo("--book", str(tmp_path)) == 2
    assert "instruments.csv" in capsys.readouterr().err


def test_a_kept_session_can_be_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert demo("--keep") == 0
    last = capsys.readouterr().out.strip().splitlines()[-1]
    session_id = last.split()[-1]
    with pytest.raises(SystemExit) as ended:
        run(["session", "show", session_id])
    assert ended.value.code == 0
    assert "Review" in capsys.readouterr().out


def test_one_output_at_a_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert demo("--json", "--plan") == 2
    assert "--json" in capsys.readouterr().err


def test_each_group_of_the_demo_book_trades_in_its_direction(capsys: pytest.CaptureFixture[str]) -> None:
    assert demo("--plan") == 0
    plan = json.loads(capsys.readouterr().out)
    trades = [dict(zip(plan["columns"], row, strict=True)) for row in plan["rows"]]
    sent = [(trade["account_number"], trade["amount"]) for trade in trades if trade["amount"]]

    def buys_share(first: int, last: int) -> float:
        of_group = [amount for account, amount in sent if f"ACC{first}" <= account <= f"ACC{last}"]
        return sum(amount > 0 for amount in of_group) / len(of_group)

    assert buys_share(100001, 100020) >= 0.8
    assert buys_share(100021, 100040) <= 0.2
    assert 0 < buys_share(100041, 100060) < 1
    assert {"ACC100002", "ACC100028", "ACC100045"} <= {account for account, _ in sent}
