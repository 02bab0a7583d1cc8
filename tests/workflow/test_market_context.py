"""Words on the markets: asked for once, checked if a model said them, and not needed for any verdict."""

from tests.workflow.said_markets import MARKETS
from tests.workflow.scripted_analyst import RULES, ScriptedAnalyst, fail
from trimtab.domain.trading.overview import ExchangeMomentum
from trimtab.workflow.market_context import MarketContext, as_remarks, market_context
from trimtab.workflow.ports.analysts import Analyst, AnalystFailed, ExchangeRemark, MomentumAnswer, SectorRemark
from trimtab.workflow.state import AnalysisRecord, Remark

KNOWN = AnalysisRecord(
    analyst="scripted",
    side="sell",
    inputs="",
    summary="",
    market="Up.",
    remarks=(
        Remark(exchange="ASX", comment="Up.", across="Ahead."),
        Remark(exchange="ASX", sector="Materials", comment="Flat.", within="Behind.", across="Level."),
    ),
)


async def context_of(analyst: Analyst, known: AnalysisRecord | None = None) -> MarketContext:
    return await market_context(MARKETS, analyst=analyst, fallback=RULES, known=known)


def inventing(markets: tuple[ExchangeMomentum, ...]) -> MomentumAnswer:
    return MomentumAnswer("+99% over 12 months.", (ExchangeRemark("MOONX", "Up."),))


async def test_what_a_model_may_not_say_is_the_templates_and_counted() -> None:
    async def momentum(markets: tuple[ExchangeMomentum, ...]) -> MomentumAnswer:
        return inventing(markets)

    found = await context_of(ScriptedAnalyst(on_momentum=momentum))
    assert found.answer == await RULES.momentum(MARKETS)
    assert +found.removed == {"number_in_prose": 1, "unknown_remark": 1, "missing_remark": 5}
    assert found.degraded == ()


async def test_the_rules_own_words_are_taken_as_they_are() -> None:
    found = await context_of(RULES)
    assert found.answer == await RULES.momentum(MARKETS)
    assert found.removed == {}


async def test_a_failure_leaves_no_words_and_is_told() -> None:
    async def overloaded(_markets: object) -> MomentumAnswer:
        raise AnalystFailed("overloaded", "was overloaded")

    found = await context_of(ScriptedAnalyst(on_momentum=overloaded))
    assert (found.answer, found.degraded) == (None, ("momentum: scripted was overloaded",))
    found = await context_of(ScriptedAnalyst(on_momentum=fail))
    assert found.degraded == ("momentum: scripted failed (Tired)",)


async def test_words_that_are_known_are_not_asked_for_again() -> None:
    analyst = ScriptedAnalyst()
    found = await context_of(analyst, KNOWN)
    assert analyst.asked == []
    assert found.answer == MomentumAnswer(
        "Up.",
        (ExchangeRemark("ASX", "Up.", "Ahead."),),
        (SectorRemark("ASX", "Materials", "Flat.", "Behind.", "Level."),),
    )


async def test_words_of_another_analyst_or_of_an_analysis_that_failed_in_part_are_not_enough() -> None:
    for changed in (
        {"analyst": "rules"},
        {"model": "another"},
        {"degraded": ("batch 1 of 2: failed",)},
        {"market": ""},
    ):
        analyst = ScriptedAnalyst()
        await context_of(analyst, KNOWN.model_copy(update=changed))
        assert analyst.asked == ["momentum"]


async def test_words_of_the_same_model_are_enough() -> None:
    analyst = ScriptedAnalyst(model="some-model")
    await context_of(analyst, KNOWN.model_copy(update={"model": "some-model"}))
    assert analyst.asked == []


async def test_remarks_are_stored_and_remembered_as_they_were_made() -> None:
    said = await RULES.momentum(MARKETS)
    record = KNOWN.model_copy(update={"market": said.summary, "remarks": as_remarks(said)})
    assert (await context_of(ScriptedAnalyst(), record)).answer == said
    assert as_remarks(None) == ()
