"""The rules analyst: judges by fixed priorities, the same that the prompts give to a model.

No model, no network, no chance.

Sells go ahead unless a dividend, a dip or a holding period speaks for waiting; then only as much is sold as ends the
breach.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Literal

from trimtab.adapters.analysts.rules_buys import judge_buys
from trimtab.adapters.analysts.rules_frameworks import propose_framework
from trimtab.adapters.analysts.rules_markets import describe_markets, notes_for, sum_up
from trimtab.domain.trading.overview import ExchangeMomentum
from trimtab.domain.trading.reasons import NO_FLAG_REASON, because
from trimtab.domain.trading.recommendation import PortfolioException, Recommendation
from trimtab.domain.trading.repair import OpenLine
from trimtab.workflow.ports.analysts import (
    BuyAnswer,
    BuyQuestion,
    FrameworkAnswer,
    FrameworkQuestion,
    MomentumAnswer,
    PortfolioAnswer,
    PortfolioQuestion,
    SynthesisAnswer,
    SynthesisQuestion,
)
from trimtab.workflow.ports.model_calls import Ledger

WHOLE_PCT = 100.0
PROCEED_FROM_PCT = 96.0


class RulesAnalyst:
    """The embedded default."""

    name = "rules"
    model = ""
    source: Literal["rules"] = "rules"

    def seated(self, ledger: Ledger) -> "RulesAnalyst":  # noqa: ARG002 - it makes no calls
        """It needs no seat."""
        return self

    async def prepare(
        self, questions: Sequence[PortfolioQuestion | BuyQuestion], markets: tuple[ExchangeMomentum, ...] = ()
    ) -> None:
        """There is nothing that could be missing."""

    async def portfolios(self, question: PortfolioQuestion) -> PortfolioAnswer:
        """Proceed by default; with evidence wait with what the band and the cash don't need now."""
        by_symbol: dict[str, list[OpenLine]] = defaultdict(list)
        for line in question.lines:
            by_symbol[line.symbol].append(line)
        return PortfolioAnswer(tuple(_recommend(symbol, by_symbol[symbol]) for symbol in sorted(by_symbol)))

    async def momentum(self, markets: tuple[ExchangeMomentum, ...]) -> MomentumAnswer:
        """Trajectories in neutral words."""
        return describe_markets(markets)

    async def synthesis(self, question: SynthesisQuestion) -> SynthesisAnswer:
        """Counts, and a note per instrument that was held back."""
        return SynthesisAnswer(summary=sum_up(question), notes=notes_for(question))

    async def buys(self, question: BuyQuestion) -> BuyAnswer:
        """Puts off what can wait best where cash is short."""
        return BuyAnswer(tuple((block.account_number, judge_buys(block)) for block in question.blocks))

    async def framework(self, question: FrameworkQuestion) -> FrameworkAnswer:
        """A template, adjusted to the requirements by fixed steps."""
        return propose_framework(question)


def _recommend(symbol: str, lines: Iterable[OpenLine]) -> Recommendation:
    exceptions = tuple(exception for line in lines if (exception := _waiting(line)) is not None)
    return Recommendation(symbol=symbol, action="proceed", reason=NO_FLAG_REASON, exceptions=exceptions)


def _waiting(line: OpenLine) -> PortfolioException | None:
    """The line's verdict where something speaks for waiting, None where it proceeds."""
    evidence = line.evidence()
    percent = line.tradable_pct
    if not evidence or percent >= PROCEED_FROM_PCT:
        return None
    why = because(evidence)
    if percent <= 0:
        return PortfolioException(
            account_number=line.account_number,
            action="defer",
            reason=f"Wait: {why}, and the line is inside its band.",
            flags=evidence,
        )
    return PortfolioException(
        account_number=line.account_number,
        action="partial",
        proceed_percent=percent,
        reason=f"Sell what ends the breach now and wait with the rest: {why}.",
        flags=evidence,
    )
