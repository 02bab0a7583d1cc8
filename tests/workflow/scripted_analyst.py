"""An analyst that answers as a test says; what isn't said is answered by the rules."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal, NoReturn

from trimtab.adapters.analysts.rules import RulesAnalyst
from trimtab.domain.trading.overview import BuyBlock, ExchangeMomentum
from trimtab.domain.trading.recommendation import Recommendation
from trimtab.workflow.ports.analysts import (
    BuyAnswer,
    MomentumAnswer,
    PortfolioAnswer,
    PortfolioQuestion,
    SynthesisAnswer,
    SynthesisQuestion,
)

RULES = RulesAnalyst()


class Tired(Exception):
    """What an analyst fails with."""


async def fail(_question: object) -> NoReturn:
    raise Tired


@dataclass
class ScriptedAnalyst:
    """`asked` counts the questions by kind."""

    name: str = "scripted"
    source: Literal["model"] = "model"
    on_portfolios: Callable[[PortfolioQuestion], Awaitable[PortfolioAnswer]] = RULES.portfolios
    on_momentum: Callable[[tuple[ExchangeMomentum, ...]], Awaitable[MomentumAnswer]] = RULES.momentum
    on_synthesis: Callable[[SynthesisQuestion], Awaitable[SynthesisAnswer]] = RULES.synthesis
    on_buys: Callable[[tuple[BuyBlock, ...]], Awaitable[BuyAnswer]] = RULES.buys
    asked: list[str] = field(default_factory=list)

    async def portfolios(self, question: PortfolioQuestion) -> PortfolioAnswer:
        self.asked.append("portfolios")
        return await self.on_portfolios(question)

    async def momentum(self, markets: tuple[ExchangeMomentum, ...]) -> MomentumAnswer:
        self.asked.append("momentum")
        return await self.on_momentum(markets)

    async def synthesis(self, question: SynthesisQuestion) -> SynthesisAnswer:
        self.asked.append("synthesis")
        return await self.on_synthesis(question)

    async def buys(self, blocks: tuple[BuyBlock, ...]) -> BuyAnswer:
        self.asked.append("buys")
        return await self.on_buys(blocks)


def answering(*recommendations: Recommendation) -> Callable[[PortfolioQuestion], Awaitable[PortfolioAnswer]]:
    """The same answer to every question about portfolios."""

    async def answer(_question: PortfolioQuestion) -> PortfolioAnswer:
        return PortfolioAnswer(recommendations)

    return answer
