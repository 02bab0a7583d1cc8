"""What the rules analyst says of markets, for tests of what may be said of them."""

from trimtab.adapters.analysts.rules_markets import notes_for, sum_up
from trimtab.domain.trading.overview import ExchangeMomentum, InstrumentVerdict
from trimtab.domain.trading.recommendation import Action
from trimtab.workflow.ports.analysts import MomentumAnswer, SynthesisQuestion


def answers_of(seen: tuple[ExchangeMomentum, ...], momentum: MomentumAnswer) -> list[str]:
    """Every text that the rules analyst writes about these markets."""
    symbols = {i.symbol for market in seen for sector in market.sectors for i in sector.instruments}
    actions: tuple[Action, ...] = ("proceed", "partial", "defer", "review")
    verdicts = tuple(InstrumentVerdict(symbol, actions[at % 4], (), ()) for at, symbol in enumerate(sorted(symbols)))
    question = SynthesisQuestion(3, verdicts, seen, momentum)
    remarks = [text for e in momentum.exchanges for text in (e.comment, e.across)]
    remarks += [text for s in momentum.sectors for text in (s.comment, s.within, s.across)]
    notes = [note for _, note in notes_for(question)]
    return [momentum.summary, sum_up(question), *notes, *(text for text in remarks if text)]
