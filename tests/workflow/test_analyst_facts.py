"""What an analyst is told: the same for a model and for an assistant, and never what is to be judged."""

import pytest

from tests.workflow.desks import JANE, Bench, MakeBench, recommend
from tests.workflow.scripted_analyst import RULES, ScriptedAnalyst
from tests.workflow.small_books import many_portfolios, short_of_cash, two_portfolios, withdrawing
from trimtab.domain.errors import InvalidInput, WrongPhase
from trimtab.domain.trading.overview import ExchangeMomentum
from trimtab.domain.trading.policy import Policy
from trimtab.formatters.toon_buys import format_buys
from trimtab.formatters.toon_momentum import format_momentum
from trimtab.formatters.toon_portfolios import format_portfolios
from trimtab.formatters.toon_verdicts import COLUMNS, format_verdicts
from trimtab.workflow.ports import requests as ask
from trimtab.workflow.ports.analysts import (
    BuyAnswer,
    BuyQuestion,
    MomentumAnswer,
    PortfolioAnswer,
    PortfolioQuestion,
    SynthesisAnswer,
    SynthesisQuestion,
)
from trimtab.workflow.ports.results import AnalystFacts

TWO_EACH = Policy(batch_size=2)


async def told(bench: Bench, question: str, batch: int = 1) -> AnalystFacts:
    asked = {"session_id": bench.session_id, "question": question, "batch": batch}
    return await bench.desk.analyst_facts(JANE, ask.GetAnalystFacts.model_validate(asked))


class Listening(ScriptedAnalyst):
    """Judges by the rules, and keeps what it is shown as text."""

    def __init__(self) -> None:
        super().__init__(
            on_portfolios=self._portfolios, on_momentum=self._momentum, on_synthesis=self._synthesis, on_buys=self._buys
        )
        self.shown: dict[str, str] = {}

    async def _portfolios(self, question: PortfolioQuestion) -> PortfolioAnswer:
        self.shown[f"portfolios {question.batch.number}"] = format_portfolios(question.batch)
        return await RULES.portfolios(question)

    async def _momentum(self, markets: tuple[ExchangeMomentum, ...]) -> MomentumAnswer:
        self.shown["momentum"] = format_momentum(markets)
        return await RULES.momentum(markets)

    async def _synthesis(self, question: SynthesisQuestion) -> SynthesisAnswer:
        self.shown["verdicts"] = format_verdicts(question.verdicts)
        self.shown["synthesis"] = format_momentum(question.markets)
        return await RULES.synthesis(question)

    async def _buys(self, question: BuyQuestion) -> BuyAnswer:
        self.shown[f"buys {question.number}"] = format_buys(question.blocks)
        return await RULES.buys(question)


async def test_a_model_is_told_the_same_as_an_assistant_also_when_all_is_decided(bench_over: MakeBench) -> None:
    analyst = Listening()
    bench = bench_over(many_portfolios(5), policy=TWO_EACH, analyst=analyst)
    await bench.open()
    before = [await told(bench, "portfolios", number) for number in (1, 2, 3)]
    await bench.analyze()
    after = [await told(bench, "portfolios", number) for number in (1, 2, 3)]
    assert [each.facts for each in before] == [each.facts for each in after]
    assert [each.facts for each in after] == [analyst.shown[f"portfolios {number}"] for number in (1, 2, 3)]
    assert (await told(bench, "momentum")).facts == analyst.shown["momentum"]
    summed_up = await told(bench, "synthesis")
    assert (summed_up.facts, summed_up.verdicts) == (analyst.shown["synthesis"], analyst.shown["verdicts"])


async def test_of_buys_a_model_is_told_the_same_as_an_assistant(bench_over: MakeBench) -> None:
    analyst = Listening()
    bench = bench_over(short_of_cash(accounts=("P1", "P2", "P3")), policy=TWO_EACH, analyst=analyst)
    await bench.open()
    await bench.advance()
    found = [await told(bench, "buys", number) for number in (1, 2)]
    assert [each.facts for each in found] == [analyst.shown["buys 1"], analyst.shown["buys 2"]]
    assert [(f.batch, f.batches, f.portfolios, f.lines) for f in found] == [(1, 2, 2, 4), (2, 2, 1, 2)]
    assert (found[0].phase, found[0].version, found[0].execution_mode) == ("Buys", 2, "simulated")
    await bench.apply(recommend("WBC", "defer", flags=["cash"]))
    assert (await told(bench, "buys")).facts == found[0].facts


async def test_portfolios_come_with_the_lines_that_wait_for_a_verdict_counted(bench_over: MakeBench) -> None:
    bench = bench_over(many_portfolios(5), policy=TWO_EACH)
    await bench.open()
    found = [await told(bench, "portfolios", number) for number in (1, 2, 3)]
    assert [(f.batch, f.batches, f.portfolios, f.lines) for f in found] == [(1, 3, 2, 3), (2, 3, 2, 2), (3, 3, 1, 1)]
    assert {f.question for f in found} == {"portfolios"}
    assert {f.verdicts for f in found} == {""}


async def test_a_decision_that_others_pay_for_is_not_in_what_is_to_be_judged(bench_over: MakeBench) -> None:
    bench = bench_over(withdrawing())
    await bench.open("Manual")
    before = await told(bench, "portfolios")
    await bench.apply(recommend("CBA", "defer", reason="Not yet"))
    after = await told(bench, "portfolios")
    assert (after.facts, after.lines) == (before.facts, before.lines)
    assert after.version == before.version + 1


async def test_markets_are_told_in_one_batch_over_all_portfolios(bench_over: MakeBench) -> None:
    bench = bench_over(many_portfolios(5), policy=TWO_EACH)
    await bench.open()
    for question in ("momentum", "synthesis"):
        found = await told(bench, question)
        assert (found.batch, found.batches, found.portfolios, found.lines) == (1, 1, 5, 0)


async def test_synthesis_is_told_the_verdicts_as_they_stand(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open("Manual")
    assert (await told(bench, "synthesis")).verdicts == f"{COLUMNS}\nBHP,proceed,proceed 1\nCBA,proceed,proceed 2"
    await bench.apply(recommend("CBA", "defer", flags=["div"]), recommend("BHP", "review", reason="Look"))
    assert (await told(bench, "synthesis")).verdicts == (
        f"{COLUMNS}\nBHP,review,review 1\nCBA,defer,defer 2,div:8d/$0.0200"
    )
    assert (await told(bench, "momentum")).verdicts == ""


@pytest.mark.parametrize(("question", "phase", "side"), [("portfolios", "Sells", "sells"), ("buys", "Buys", "buys")])
async def test_only_the_open_phase_has_something_to_judge(
    bench_over: MakeBench, question: str, phase: str, side: str
) -> None:
    bench = bench_over(two_portfolios())
    await bench.open("QuickRebalance")
    for current in ("Sells", "Buys", "Review"):
        if current != "Sells":
            await bench.advance()
        if current == phase:
            assert (await told(bench, question)).facts
            continue
        with pytest.raises(WrongPhase) as refused:
            await told(bench, question)
        assert refused.value.message == f"In {current} nobody judges {side}."
        assert phase in refused.value.next_action
        assert (await told(bench, "momentum")).phase == current


async def test_a_batch_that_is_not_there_is_refused_with_those_that_are(bench_over: MakeBench) -> None:
    bench = bench_over(many_portfolios(5), policy=TWO_EACH)
    await bench.open()
    with pytest.raises(InvalidInput, match="There are 3 batches") as refused:
        await told(bench, "portfolios", 4)
    assert (refused.value.field, refused.value.next_action) == ("batch", "Use batch 1 to 3.")
    with pytest.raises(InvalidInput, match="There is 1 batch") as refused:
        await told(bench, "momentum", 2)
    assert refused.value.next_action == "Use batch=1."


async def test_where_nobody_is_short_of_cash_there_is_one_empty_batch(bench_over: MakeBench) -> None:
    bench = bench_over(two_portfolios())
    await bench.open("QuickRebalance")
    await bench.advance()
    found = await told(bench, "buys")
    assert (found.batches, found.portfolios, found.lines) == (1, 0, 0)
    with pytest.raises(InvalidInput):
        await told(bench, "buys", 2)
