"""The texts of the overview."""

import pytest

from tests.workflow.desks import MakeBench
from tests.workflow.small_books import many_portfolios, short_of_cash, two_portfolios
from trimtab.domain.errors import InvalidInput
from trimtab.domain.trading.policy import Policy


async def test_each_view_is_text_in_batches(bench_over: MakeBench) -> None:
    bench = bench_over(many_portfolios(3), policy=Policy(batch_size=2))
    await bench.open()
    last = await bench.overview(batch=2)
    assert (last.view, last.batch, last.batches) == ("portfolios", 2, 2)
    assert "A003" in last.text
    assert "A001" not in last.text
    momentum = await bench.overview(view="momentum")
    assert momentum.batches == 1
    assert "ASX" in momentum.text
    buys = await bench.overview(view="buys", batch=2)
    assert "A003" in buys.text
    assert "A002" not in buys.text


async def test_the_compact_view_says_the_same_in_less(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    plain, compact = await bench.overview(), await bench.overview(compact=True)
    assert compact.text != plain.text
    assert "P2" in compact.text


async def test_a_batch_that_is_not_there_is_an_error_that_says_which_are(bench_over: MakeBench) -> None:
    bench = bench_over(short_of_cash())
    await bench.open()
    for view in ("portfolios", "momentum", "buys"):
        with pytest.raises(InvalidInput) as refused:
            await bench.overview(view=view, batch=2)
        assert (refused.value.field, refused.value.message) == ("batch", "There is 1 batch.")
        assert refused.value.next_action == "Use batch=1."
