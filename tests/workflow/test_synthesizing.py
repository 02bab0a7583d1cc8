"""Synthesis: verdicts merged, and summed up in words that change none of them."""

from tests.workflow.said_markets import QUESTION
from tests.workflow.scripted_analyst import RULES, ScriptedAnalyst, fail
from trimtab.domain.trading.decisions import Verdict
from trimtab.domain.trading.overview import InstrumentVerdict
from trimtab.domain.trading.repair import LineVerdict
from trimtab.workflow.ports.analysts import Analyst, SynthesisAnswer, SynthesisQuestion
from trimtab.workflow.synthesizing import merge_verdicts, synthesize


def verdict(symbol: str, account: str, what: Verdict, *flags: str) -> LineVerdict:
    return LineVerdict(account, symbol, "sell", what, 50, "", flags, "model")


def test_instruments_whose_lines_agree_keep_their_action() -> None:
    lines = [verdict("CBA", account, Verdict.DEFER, "div:8d/$2.40") for account in ("P1", "P2")]
    assert merge_verdicts(lines) == (InstrumentVerdict("CBA", "defer", (("defer", 2),), ("div:8d/$2.40",)),)


def test_instruments_whose_lines_differ_are_partial_with_the_counts_in_a_fixed_order() -> None:
    lines = [
        verdict("WBC", "P1", Verdict.PROCEED),
        verdict("CBA", "P1", Verdict.REVIEW),
        verdict("CBA", "P2", Verdict.PROCEED),
        verdict("CBA", "P3", Verdict.DEFER, "dip:-5%", "cgt:3d"),
        verdict("CBA", "P4", Verdict.PROCEED, "dip:-5%"),
    ]
    cba, wbc = merge_verdicts(lines)
    assert (cba.symbol, cba.action) == ("CBA", "partial")
    assert cba.counts == (("proceed", 2), ("defer", 1), ("review", 1))
    assert cba.flags == ("dip:-5%", "cgt:3d")
    assert (wbc.symbol, wbc.action) == ("WBC", "proceed")
    assert merge_verdicts([]) == ()


async def summed_up(analyst: Analyst) -> tuple[SynthesisAnswer, tuple[str, ...], dict[str, int]]:
    answer, failed, removed = await synthesize(QUESTION, analyst=analyst, fallback=RULES)
    return answer, failed, dict(removed)


async def test_a_models_words_are_checked_and_the_rules_stand_in() -> None:
    async def invents(_question: SynthesisQuestion) -> SynthesisAnswer:
        return SynthesisAnswer("37 instruments proceed.", (("ZZQ9", "Up."),))

    own = await RULES.synthesis(QUESTION)
    answer, failed, removed = await summed_up(ScriptedAnalyst(on_synthesis=invents))
    assert (answer, failed) == (own, ())
    assert removed == {"number_in_prose": 1, "unknown_remark": 1}


async def test_the_rules_own_words_are_taken_as_they_are() -> None:
    assert await summed_up(RULES) == (await RULES.synthesis(QUESTION), (), {})


async def test_a_failure_leaves_no_summary_and_is_told() -> None:
    answer, failed, removed = await summed_up(ScriptedAnalyst(on_synthesis=fail))
    assert (answer, failed, removed) == (SynthesisAnswer(""), ("synthesis: scripted failed (Tired)",), {})
