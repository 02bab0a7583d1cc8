"""`trimtab paper-oms`: what reaches the order system of the command's options, and the process that serves it."""

import re
import signal
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import httpx2
import pytest

from tests.cli.running import ran
from tests.server.http_servers import HttpServer
from tests.server.test_http import until
from trimtab.adapters.oms.messages import PaperStatement
from trimtab.domain.trading.instrument_keys import instrument_key
from trimtab.server.listening import Listening
from trimtab.server.paper_oms.faults import FaultRule
from trimtab.server.paper_oms.settings import PaperOmsSettings

SAYS_WHERE: Final = re.compile(r"^Trimtab paper OMS at (http://\S+)$", re.MULTILINE)
PAPER_OMS: Final = (sys.executable, "-m", "trimtab.cli.main", "paper-oms", "--port", "0")
BATCH: Final = "/api/rebalancing/orders/batch"
ONE: Final = "/api/rebalancing/orders?client_order_id=tt-1"


class PaperServer(HttpServer):
    """The process of the command, with everything in one folder."""

    says_where = SAYS_WHERE

    def __init__(self, home: Path, *options: str) -> None:
        super().__init__(*options, environ={"TRIMTAB_HOME": str(home)}, command=PAPER_OMS)

    def get(self, path: str) -> Any:
        return httpx2.get(self.address + path, timeout=20).json()

    def place(self, units: int) -> httpx2.Response:
        decision = {"instrumentKey": instrument_key("NASDAQ", "AAPL"), "expectedQuantity": units, "tradeSide": "Buy"}
        orders = [{"portfolioId": "ACC1", "tradeDecisions": [{**decision, "clientOrderId": "tt-1"}]}]
        return httpx2.post(self.address + BATCH, json={"portfolioOrders": orders}, timeout=20)


def test_killed_in_mid_life_it_goes_on_where_it_was_and_ends_in_order(tmp_path: Path) -> None:
    pace = ("--tick-seconds", "0")
    with PaperServer(tmp_path, *pace, "--fault", "answer_lost@AAPL") as server:
        PaperStatement.model_validate(server.get("/paper"))
        with pytest.raises(httpx2.RemoteProtocolError):
            server.place(900)
        before = server.get("/paper/orders")["orders"]
        assert httpx2.get(f"{server.address}/paper", headers={"host": "elsewhere.example"}).status_code == 421
        assert httpx2.get(f"{server.address}/paper", headers={"origin": "https://elsewhere"}).status_code == 403
        assert server.end(signal.SIGKILL) == -signal.SIGKILL
        assert "Traceback" not in server.log
    with PaperServer(tmp_path, *pace, "--drill", "--fault", "answer_lost@AAPL") as server:
        assert "error" in server.get("/paper")
        assert server.get("/paper/orders")["orders"] == before
        assert server.place(900).json()["results"][0]["orderKey"] == before[0]["orderKey"]
        for _ in range(3):
            [found] = server.get(ONE)["orders"]
        assert (found["status"], found["unitsFilled"]) == ("Filled", 900)
        assert server.end(signal.SIGTERM) == 0
    assert server.written == ""
    assert (tmp_path / "paper_oms.db").exists()


def test_being_interrupted_is_an_exit_code_of_its_own_and_withholds_no_answer_any_longer(tmp_path: Path) -> None:
    with PaperServer(tmp_path, "--fault", "timeout_after") as server, ThreadPoolExecutor() as threads:
        answer = threads.submit(server.place, 900)
        until(lambda: server.get("/paper/orders")["orders"])
        assert server.end(signal.SIGINT) == 130
        assert answer.result().status_code == 504
    assert "Traceback" not in server.log


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[tuple[PaperOmsSettings, Listening]]:
    found: list[tuple[PaperOmsSettings, Listening]] = []
    monkeypatch.setattr(
        "trimtab.cli.paper_oms.serve_paper_oms", lambda paper, _settings, where: found.append((paper, where))
    )
    return found


Served = list[tuple[PaperOmsSettings, Listening]]


def test_it_serves_the_demo_book_from_a_file_at_home(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, served: Served
) -> None:
    monkeypatch.setenv("TRIMTAB_HOME", str(tmp_path))
    assert ran(capsys, "paper-oms").code == 0
    [(paper, where)] = served
    assert (paper.db, where) == (tmp_path / "paper_oms.db", Listening("127.0.0.1", 8770))
    assert (paper.seed, paper.tick_seconds, paper.client_ids, paper.says_paper) == (0, 0.5, True, True)
    assert instrument_key("NASDAQ", "AAPL") in paper.listed
    assert not paper.db.exists()


def test_every_option_is_heard(capsys: pytest.CaptureFixture[str], tmp_path: Path, served: Served) -> None:
    options = (
        "--host",
        "localhost",
        "--port",
        "0",
        "--db",
        str(tmp_path / "x.db"),
        "--tick-seconds",
        "0",
        "--seed",
        "9",
    )
    faults = ("--fault", "reject:0.1", "--fault", "late_fill@BHP")
    assert ran(capsys, "paper-oms", *options, *faults, "--drill", "--plain").code == 0
    [(paper, where)] = served
    assert (paper.db, where) == (tmp_path / "x.db", Listening("localhost", 0))
    assert (paper.seed, paper.tick_seconds, paper.client_ids, paper.says_paper) == (9, 0, False, False)
    assert paper.faults == (FaultRule(kind="reject", share=0.1), FaultRule(kind="late_fill", code="BHP"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--fault", "explode"), "kinds are answer_lost"),
        (("--tick-seconds", "-1"), "--tick-seconds"),
        (("--port", "65536"), "--port"),
        (("--book", "nowhere"), "nowhere"),
    ],
)
def test_a_wrong_option_is_refused(
    capsys: pytest.CaptureFixture[str], served: Served, options: tuple[str, str], said: str
) -> None:
    result = ran(capsys, "paper-oms", *options)
    assert (result.code, served) == (2, [])
    assert said in result.err


def test_a_port_that_is_taken_is_said_in_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("trimtab.server.paper_oms.serving.log_to_stderr", lambda _level: None)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = ran(capsys, "paper-oms", "--port", str(port), "--db", str(tmp_path / "paper.db"))
    assert result.code == 1
    assert result.err.splitlines()[0] == f"trimtab: Port {port} is in use by another program."
