"""A language model as the analyst, against a provider on this machine that takes a second for every answer."""

import asyncio
import csv
import math
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from bench.report import milliseconds, print_table, verdict
from tests.workflow.desks import plan_of
from trimtab.adapters.books.load import load_book
from trimtab.fixtures import DEMO_BOOK
from trimtab.server import late
from trimtab.server.callers import local_caller
from trimtab.server.judges import panel_of
from trimtab.settings import Settings
from trimtab.workflow.lines import open_lines
from trimtab.workflow.overviews import portfolio_batch
from trimtab.workflow.ports.analysts import PortfolioQuestion
from trimtab.workflow.ports.model_calls import Ledger
from trimtab.workflow.ports.requests import AnalyzeTrades, OpenSession

DELAY_SECONDS: Final = 1.0
KEY: Final = "test-key"
COPIES: Final = 10
BATCH_SIZE: Final = 20
CONCURRENCY: Final = 8
ROUNDS: Final = 3
CALLS: Final = 40
WANTED_CHAIN: Final = 1.3
WANTED_SCHEDULE: Final = 1.2
WANTED_OVERHEAD_SECONDS: Final = 0.02
_CALLER: Final = local_caller("bench")


def report() -> None:
    """Prints the tables."""
    with tempfile.TemporaryDirectory() as folder:
        large = _copied(Path(folder) / "book")
        with _provider(DELAY_SECONDS) as address:
            small_seconds = _analysis(address, Path(folder), book=None)
            large_seconds = _analysis(address, Path(folder), book=large)
        with _provider(0.0) as address:
            ours, bare = asyncio.run(_overhead(address, Path(folder)))
    _print(small_seconds, large_seconds, own_seconds=statistics.median(ours) - statistics.median(bare))


def _print(small_seconds: list[float], large_seconds: list[float], *, own_seconds: float) -> None:
    chain = 2 * DELAY_SECONDS  # a batch, then synthesis
    batches = math.ceil(60 * COPIES / BATCH_SIZE)
    ideal = (math.ceil((batches + 1) / CONCURRENCY) + 1) * DELAY_SECONDS
    small, large = statistics.median(small_seconds), statistics.median(large_seconds)
    print_table(
        "A language model as the analyst",
        ("one analysis of the sells", "times the ideal"),
        [
            ("60 portfolios: 3 batches and momentum, then synthesis", verdict(small / chain, WANTED_CHAIN)),
            (
                f"{60 * COPIES} portfolios: {batches} batches and momentum, {CONCURRENCY} at once, then synthesis",
                verdict(large / ideal, WANTED_SCHEDULE),
            ),
            (
                "own time of one call, ms",
                f"{milliseconds(own_seconds)} (wanted {milliseconds(WANTED_OVERHEAD_SECONDS)})",
            ),
        ],
        notes=f"The provider answers after {DELAY_SECONDS:g} s, over a socket, from a process of its own. Medians of "
        f"{ROUNDS} analyses, and of {CALLS} calls without delay: a question asked by the analyst, less the same prompt "
        "sent by the bare client.",
    )


def _analysis(address: str, folder: Path, *, book: Path | None) -> list[float]:
    return [asyncio.run(_analyzed(_settings(address, folder, book=book))) for _ in range(ROUNDS)]


async def _analyzed(settings: Settings) -> float:
    """Seconds from the call of the desk to its answer, on a fresh session."""
    opened = late.open_desk(settings)
    try:
        session = await opened.desk.open_session(_CALLER, OpenSession(workflow_mode="AiPlan"))
        start = time.perf_counter()
        found = await opened.desk.analyze(_CALLER, AnalyzeTrades(session_id=session.session_id))
        seconds = time.perf_counter() - start
    finally:
        await opened.close()
    if found.degraded or found.removed:
        raise RuntimeError(f"the analysis is degraded: {found.degraded} {found.removed}")
    return seconds


async def _overhead(address: str, folder: Path) -> tuple[list[float], list[float]]:
    """Seconds of calls by the analyst, and of the same prompts sent by its bare client, in turns."""
    settings, question = _settings(address, folder, book=None), _question()
    opened = late.open_desk(settings)
    client = opened.client
    if client is None:
        raise RuntimeError("the settings name no language model")
    ledger = Ledger()
    analyst = panel_of(settings, client).analyst.seated(ledger)
    ours, bare = [], []
    try:
        for _ in range(CALLS):
            start = time.perf_counter()
            await analyst.portfolios(question)
            ours.append(time.perf_counter() - start)
            prompt = ledger.calls[-1].prompt
            start = time.perf_counter()
            await client.ask(prompt, max_output_tokens=settings.model_output_tokens)
            bare.append(time.perf_counter() - start)
    finally:
        await opened.close()
    return ours, bare


def _question() -> PortfolioQuestion:
    """The first batch of the demo book."""
    plan = plan_of(load_book(DEMO_BOOK))
    batch = portfolio_batch(plan, 1)
    accounts = {block.account_number for block in batch.portfolios}
    lines = tuple(line for line in open_lines(plan, "sell") if line.account_number in accounts)
    return PortfolioQuestion(batch, lines)


def _settings(address: str, folder: Path, *, book: Path | None) -> Settings:
    return Settings(
        home=folder,
        book=book,
        analyst="anthropic",
        model_key=SecretStr(KEY),
        model_url=address,
        model_concurrency=CONCURRENCY,
        model_session_usd=1e6,
        model_session_tokens=10**9,
    )


def _copied(folder: Path) -> Path:
    """The demo book with every portfolio and its lots ten times, under other account numbers."""
    folder.mkdir()
    for path in DEMO_BOOK.iterdir():
        if path.name not in ("portfolios.csv", "lots.csv", "restrictions.csv"):
            (folder / path.name).write_bytes(path.read_bytes())
            continue
        with path.open(encoding="utf-8", newline="") as source, (folder / path.name).open("w", newline="") as target:
            rows = csv.DictReader(source)
            written = csv.DictWriter(target, rows.fieldnames or ())
            written.writeheader()
            for row in rows:
                account = row["account_number"]
                copies = range(COPIES) if account else range(1)
                written.writerows(
                    {**row, "account_number": f"{account}{'ABCDEFGHIJ'[n] if account else ''}"} for n in copies
                )
    return folder


@contextmanager
def _provider(delay_seconds: float) -> Iterator[str]:
    """A provider in a process of its own; gives its address."""
    words = (sys.executable, "-m", "tests.model_wire.server", "--port", "0", "--delay-seconds", str(delay_seconds))
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()
