"""Recommendations against the plan."""

import pytest

from tests.workflow.desks import DEMO, MakeBench, except_for, recommend
from tests.workflow.small_books import many_portfolios, short_of_cash, two_portfolios
from trimtab.domain.errors import InvalidInput
from trimtab.domain.trading.book import Restriction
from trimtab.workflow.judging import contradictions


async def test_validation_says_what_a_deferral_breaches_and_what_cures_it(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    validation = await bench.validate(recommend("CBA", "defer", flags=["div"]))
    assert validation.valid
    [result] = validation.results
    assert (result.action, result.proceed_percent, result.min_proceed_percent) == ("defer", 0, 70)
    assert (result.portfolio_count, result.total_value) == (2, 10_000)
    assert (result.breaching_portfolios, result.substitutes) == (("P1", "P2"), ("BHP",))
    [warning] = validation.soft_warnings
    assert (warning.rule, warning.account_number, warning.count) == ("tolerance_breach", "P2", 2)
    assert (warning.excess_pct, warning.excess_value) == (4, 4_000)
    assert "70 %" in warning.message
    assert (await bench.summary()).version == 1


async def test_every_breaching_portfolio_is_named(bench_over: MakeBench) -> None:
    bench = bench_over(many_portfolios(30))
    await bench.open()
    [result] = (await bench.validate(recommend("CBA", "defer"))).results
    assert result.breaching_portfolios == tuple(f"A{number:03d}" for number in range(1, 31))


async def test_all_mistakes_of_a_caller_are_named_at_once(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open()
    given = (
        recommend("XXX", "proceed"),
        recommend("CBA", "partial"),
        recommend("CBA", "proceed"),
        recommend("WBC", "proceed"),
        recommend("BHP", "proceed", 50, exceptions=[except_for("P2", "defer")]),
    )
    for call in (bench.validate(*given), bench.apply(*given)):
        with pytest.raises(InvalidInput, match="problem") as refused:
            await call
        assert {(p.field, p.code) for p in refused.value.problems} == {
            ("recommendations[0].symbol", "unknown_symbol"),
            ("recommendations[1].proceed_percent", "invalid"),
            ("recommendations[2].symbol", "invalid"),
            ("recommendations[3].symbol", "nothing_pending"),
            ("recommendations[4].proceed_percent", "invalid"),
            ("recommendations[4].exceptions[0].account_number", "unknown_portfolio"),
        }


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (recommend("A", "proceed", 50), "proceed_percent"),
        (recommend("A", "defer", 50), "proceed_percent"),
        (recommend("A", "review", 100), "proceed_percent"),
        (recommend("A", "proceed", exceptions=[except_for("P", "proceed", amount=5)]), "exceptions[0].amount"),
        (recommend("A", "proceed", exceptions=[except_for("P", "partial", 5, amount=5)]), "exceptions[0].amount"),
    ],
)
def test_a_number_that_contradicts_the_action_is_named(given, field: str) -> None:
    assert [problem.field for problem in contradictions([given])] == [f"recommendations[0].{field}"]


@pytest.mark.parametrize(
    "given", [recommend("A", "proceed", 100), recommend("A", "defer", 0), recommend("A", "partial", 50)]
)
def test_a_number_that_agrees_with_the_action_is_fine(given) -> None:
    assert list(contradictions([given])) == []


async def test_a_rule_on_one_portfolio_blocks_only_its_line(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios(Restriction("CBA", "hold", "Escrow", account_number="P1")))
    await bench.open()
    for_all = await bench.validate(recommend("CBA", "proceed"))
    assert (for_all.valid, for_all.results[0].portfolio_count) == (True, 1)
    named = await bench.validate(recommend("CBA", "proceed", exceptions=[except_for("P1", "proceed")]))
    assert [(f.rule, f.account_number) for f in named.hard_failures] == [("hold", "P1")]
    assert "why_not" in named.hard_failures[0].message


async def test_momentum_is_an_advisory_for_what_is_held_back(bench_over: MakeBench) -> None:
    bench = bench_over(DEMO)
    await bench.open("Manual")
    notes = {r.symbol: r.momentum_note for r in (await bench.analyze()).recommendations}
    validation = await bench.validate(recommend("CBA", "defer", reason="Dividend"), recommend("BHP", "proceed"))
    assert [(a.rule, a.symbol, a.message) for a in validation.advisories] == [("momentum", "CBA", notes["CBA"])]


async def test_what_could_be_sold_instead_is_named_for_sells_only(bench_over: MakeBench) -> None:
    bench = bench_over(short_of_cash())
    await bench.open()
    await bench.advance()
    [deferred] = (await bench.validate(recommend("WBC", "defer", flags=["cash"]))).results
    assert (deferred.breaching_portfolios, deferred.substitutes) == (("P1",), ())
