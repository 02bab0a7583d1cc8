"""Sessions over drawn books with drawn decisions: whatever happens, the promises of a plan hold."""

import asyncio
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.clock import FixedClock
from tests.oracle.books import books
from tests.workflow.desks import JANE, Bench, make_bench, recommend
from trimtab.domain.errors import Blocked, InvalidInput
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.recommendation import Recommendation

MODES = ("AiPlan", "Manual", "QuickRebalance")
ACTIONS = ("proceed", "defer", "partial", "review")


async def drawn(data: st.DataObject, bench: Bench, *, side: str) -> list[Recommendation]:
    codes = sorted({row["code"] for row in await bench.rows("plan") if row["action"] == side})
    actions = [data.draw(st.sampled_from(ACTIONS)) for _ in codes]
    return [
        recommend(code, action, 50 if action == "partial" else None, reason="Drawn")
        for code, action in zip(codes, actions, strict=True)
    ]


async def assert_silence_is_explained(bench: Bench) -> None:
    status = (await bench.tolerance(status="breaches")).lines
    amount = status.columns.index("trade_amount")
    silent = {row[:2] for row in status.rows if not row[amount] and row[1] != "CASH"}
    assert silent <= {(row["account_number"], row["code"]) for row in await bench.rows("why_not")}


async def assert_paid(bench: Bench) -> None:
    for row in await bench.rows("trades", group_by="portfolio"):
        assert row["cash"] < 0 or row["missing_cash"] > 0 or row["cash_after"] >= -0.02


async def decide(bench: Bench, recommendations: list[Recommendation]) -> None:
    """Refused input leaves the session as it was."""
    before = await bench.summary()
    try:
        await bench.apply(*recommendations)
    except (Blocked, InvalidInput):
        assert await bench.summary() == before


async def run(data: st.DataObject, book: Book, *, mode: str, path: Path) -> None:
    bench = make_bench(path, book, clock=FixedClock())
    await bench.open(mode)
    for side in ("sell", "buy"):
        recommendations = await drawn(data, bench, side=side)
        if recommendations:
            await decide(bench, recommendations)
        await assert_silence_is_explained(bench)
        await bench.advance()
        await assert_paid(bench)
    document = await bench.desk.export_plan(JANE, bench.session_id)
    again = make_bench(path, book, clock=FixedClock())
    assert await again.desk.export_plan(JANE, bench.session_id) == document
    await bench.store.close()
    await again.store.close()


@given(st.data(), books(), st.sampled_from(MODES))
@settings(max_examples=25)
def test_a_plan_pays_explains_and_repeats_itself(data: st.DataObject, book: Book, mode: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(run(data, book, mode=mode, path=Path(folder) / "sessions.sqlite"))
