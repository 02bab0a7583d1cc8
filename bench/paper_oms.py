"""A paper order system as a process of its own, for the instruments of a book that is only in memory."""

import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx2

from bench.served import ROOT
from trimtab.adapters.oms.client import HttpOrderSystem
from trimtab.domain.trading.book import Book
from trimtab.workflow.ports.order_system import OmsAnswer, Placing

COMMAND: Final = (sys.executable, "-m", "trimtab.cli.main", "paper-oms", "--port", "0")
_SAID: Final = "Trimtab paper OMS at "
_WORDS: Final = ("code", "exchange", "name", "sector", "industry", "type", "currency")
_NUMBERS: Final = ("price", "lot_size")
_EMPTY: Final = ("adv_value", "ex_date", "dividend_per_share", "return_12m_pct", "return_6m_pct", "return_1m_pct")


@dataclass(frozen=True, slots=True)
class PaperOms:
    """One that runs, at this address."""

    address: str
    pid: int

    def cpu_seconds(self) -> float:
        """What its process has used so far; as Linux tells it."""
        told = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return sum(map(int, told[11:13])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def paper_oms(book: Book, *, home: Path, tick_seconds: float) -> Iterator[PaperOms]:
    """`trimtab paper-oms` with everything in this folder, until the context ends."""
    listed = home / "listed.json"
    listed.write_text(json.dumps(_as_listed(book)), encoding="utf-8")
    words = (*COMMAND, "--book", str(listed), "--tick-seconds", f"{tick_seconds:g}")
    environ = {**os.environ, "TRIMTAB_HOME": str(home), "TRIMTAB_LOG_LEVEL": "WARNING"}
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environ) as process:
        try:
            assert process.stderr is not None
            said = process.stderr.readline()
            if not said.startswith(_SAID):
                raise RuntimeError(f"the paper order system didn't start: {said}{process.stderr.read()}")
            yield PaperOms(said.removeprefix(_SAID).strip(), process.pid)
        finally:
            process.terminate()


class Watched(HttpOrderSystem):
    """The client of such a system, with notes of what it did: when, in `time.perf_counter`."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.requests = 0
        self.first_asked_at = math.inf
        self.last_sent_at = math.nan
        self._wire._client.event_hooks = {"request": [self._note]}

    async def place(self, orders: Sequence[Placing]) -> OmsAnswer:
        """See `OrderSystem.place`."""
        try:
            return await super().place(orders)
        finally:
            self.last_sent_at = time.perf_counter()

    async def _note(self, _request: httpx2.Request) -> None:
        self.requests += 1
        self.first_asked_at = min(self.first_asked_at, time.perf_counter())


def _as_listed(book: Book) -> dict[str, object]:
    """A book as JSON with the instruments of this one, and no more of the rest than a book has to have."""
    given = zip(*(getattr(book.instruments, name) for name in (*_WORDS, *_NUMBERS)), strict=True)
    empty = {"tags": "", **dict.fromkeys(_EMPTY)}
    instruments = [empty | dict(zip((*_WORDS, *_NUMBERS), row, strict=True)) for row in given]
    code, model = book.instruments.code[0], "M"
    portfolio = {"account_number": "A", "client_name": "", "entity": "individual", "model": model, "cash": 0}
    return {
        "book": {"name": book.name, "as_of": book.as_of.isoformat()},
        "instruments": instruments,
        "models": [{"model": model, "target_cash_pct": 50, "tolerance_pct": 1}],
        "model_lines": [{"model": model, "code": code, "target_pct": 50, "tolerance_pct": None}],
        "portfolios": [{**portfolio, "base_currency": book.instruments.currency[0], "pending_withdrawal": None}],
        "lots": [],
        "fx": [],
        "restrictions": [],
    }
