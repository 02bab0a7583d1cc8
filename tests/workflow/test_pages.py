"""Pages: every row once, in order, and cursors that are of this list and version."""

import pytest

from tests.workflow.desks import DEMO, MakeBench, recommend
from tests.workflow.small_books import two_portfolios, with_an_unknown_model
from trimtab.domain.errors import InvalidInput
from trimtab.workflow.ports.results import Cell


@pytest.mark.parametrize(
    ("view", "more"),
    [
        ("plan", {}),
        ("why_not", {}),
        ("trades", {"group_by": "instrument"}),
        ("trades", {"group_by": "portfolio"}),
        ("trades", {"group_by": "model"}),
    ],
)
async def test_the_pages_of_a_view_hold_every_row_once(bench_over: MakeBench, view: str, more: dict[str, str]) -> None:
    bench = bench_over(DEMO)
    await bench.open("QuickRebalance")
    await bench.advance()
    whole = await bench.page(view, **more)
    rows: list[tuple[Cell, ...]] = []
    cursor = None
    while True:
        page = await bench.page(view, limit=7, cursor=cursor, **more)
        assert (page.total, page.items.columns) == (whole.total, whole.items.columns)
        rows += page.items.rows
        cursor = page.next_cursor
        if cursor is None:
            break
    assert tuple(rows) == whole.items.rows
    assert len(rows) == whole.total > 0


async def test_the_pages_of_the_tolerance_status_hold_every_line_once(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    whole = await bench.tolerance(status="all")
    rows: list[tuple[Cell, ...]] = []
    cursor = None
    for _ in range(3):
        page = await bench.tolerance(status="all", limit=5, cursor=cursor)
        rows += page.lines.rows
        cursor = page.next_cursor
    assert cursor is None
    assert tuple(rows) == whole.lines.rows
    assert len(rows) == whole.total == whole.summary.lines == 12


async def test_the_log_is_paged(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    for _ in range(4):
        await bench.apply(recommend("BHP", "proceed"))
    first = await bench.page("log", limit=3)
    rest = await bench.page("log", limit=3, cursor=first.next_cursor)
    assert [row[0] for row in (*first.items.rows, *rest.items.rows)] == [1, 2, 3, 4, 5]
    assert (first.total, rest.next_cursor) == (5, None)


@pytest.mark.parametrize("view", ["plan", "log"])
async def test_a_cursor_of_an_earlier_version_is_an_error(bench_over: MakeBench, view: str) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    await bench.apply(recommend("BHP", "proceed"))
    cursor = (await bench.page(view, limit=1)).next_cursor
    await bench.apply(recommend("BHP", "review"))
    with pytest.raises(InvalidInput, match="version 3 now") as stale:
        await bench.page(view, cursor=cursor)
    assert (stale.value.field, "without a cursor" in stale.value.next_action) == ("cursor", True)


async def test_a_view_can_be_of_some_portfolios(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    assert {row["account_number"] for row in await bench.rows("plan", portfolios=["P2"])} == {"P2"}
    assert (await bench.tolerance(portfolios=["P2"])).summary.portfolios == 1


async def test_portfolios_that_are_not_in_the_session_are_named_by_place(bench_over: MakeBench) -> None:
    bench = bench_over(with_an_unknown_model())
    await bench.open()
    for asked in (bench.page("plan", portfolios=["P1", "P9", "P7"]), bench.tolerance(portfolios=["P1", "P9", "P7"])):
        with pytest.raises(InvalidInput) as refused:
            await asked
        assert [problem.field for problem in refused.value.problems] == ["portfolios[2]"]


async def test_a_view_by_instrument_has_no_portfolios_to_choose(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    with pytest.raises(InvalidInput, match="isn't by portfolio") as refused:
        await bench.page("trades", portfolios=["P1"])
    assert "group_by=portfolio" in refused.value.next_action


async def test_a_page_says_what_it_is_a_page_of(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    opened = await bench.open()
    page = await bench.page("trades", group_by="model")
    assert (page.session_id, page.view, page.group_by, page.plan_digest) == (opened.session_id, "trades", "model", None)
    assert (page.phase, page.version, page.execution_mode) == ("Sells", 1, "simulated")
    plan = await bench.page("plan")
    assert (plan.group_by, len(plan.plan_digest or "")) == (None, 64)


@pytest.mark.parametrize(("limit", "more"), [(2, True), (3, False), (4, False)])
async def test_the_last_page_has_no_next(bench_over: MakeBench, limit: int, more: bool) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    page = await bench.page("plan", limit=limit)
    assert (page.total, page.next_cursor is not None) == (3, more)
