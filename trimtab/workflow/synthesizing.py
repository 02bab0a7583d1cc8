"""Synthesis: one verdict per instrument, summed up in words that can't change it."""

from collections import Counter
from collections.abc import Sequence

from trimtab.domain.trading.decisions import Verdict
from trimtab.domain.trading.overview import InstrumentVerdict
from trimtab.domain.trading.repair import LineVerdict
from trimtab.workflow.asking import failure
from trimtab.workflow.guarding import guard_synthesis
from trimtab.workflow.ports.analysts import Analyst, SynthesisAnswer, SynthesisQuestion
from trimtab.workflow.verdicts import ACTIONS


async def synthesize(
    question: SynthesisQuestion, *, analyst: Analyst, fallback: Analyst
) -> tuple[SynthesisAnswer, tuple[str, ...], Counter[str]]:
    """The summary and notes, what failed, and what was removed from them."""
    try:
        answer = await analyst.synthesis(question)
    except Exception as error:  # noqa: BLE001 - the verdicts stand without a summary
        return SynthesisAnswer(summary=""), (f"synthesis: {failure(analyst, error)}",), Counter()
    if analyst.source != "model":
        return answer, (), Counter()
    guarded, removed = guard_synthesis(answer, question, template=await fallback.synthesis(question))
    return guarded, (), removed


def merge_verdicts(verdicts: Sequence[LineVerdict]) -> tuple[InstrumentVerdict, ...]:
    """One verdict per instrument: its lines' if all agree, else partial, with the counts."""
    by_symbol: dict[str, list[LineVerdict]] = {}
    for verdict in verdicts:
        by_symbol.setdefault(verdict.symbol, []).append(verdict)
    return tuple(_merged(symbol, by_symbol[symbol]) for symbol in sorted(by_symbol))


def _merged(symbol: str, verdicts: list[LineVerdict]) -> InstrumentVerdict:
    counts = Counter(verdict.verdict for verdict in verdicts)
    only = next(iter(counts)) if len(counts) == 1 else Verdict.PARTIAL
    flags = dict.fromkeys(flag for verdict in verdicts for flag in verdict.flags)
    return InstrumentVerdict(
        symbol=symbol,
        action=ACTIONS[only],
        counts=tuple((ACTIONS[verdict], counts[verdict]) for verdict in sorted(counts)),
        flags=tuple(flags),
    )
