"""An analyst that answers as a test says; what isn't said is answered by the rules."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, NoReturn

from trimtab.adapters.analysts.rules import RulesAnalyst
from trimtab.domain.trading.overview import ExchangeMomentum
from trimtab.domain.trading.recommendation import Recommendation
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

RULES = RulesAnalyst()


class Tired(Exception):
    """What an analyst fails with."""


async def fail(_question: object) -> NoReturn:
    raise Tired


@dataclass
class ScriptedAnalyst:
    """`asked` counts the questions by kind; `measured` are the markets that it was shown before."""

    name: str = "scripted"
    model: str = ""
    source: Literal["model"] = "model"
    on_portfolios: Callable[[PortfolioQuestion], Awaitable[PortfolioAnswer]] = RULES.portfolios
    on_momentum: Callable[[tuple[ExchangeMomentum, ...]], Awaitable[MomentumAnswer]] = RULES.momentum
    on_synthesis: Callable[[SynthesisQuestion], Awaitable[SynthesisAnswer]] = RULES.synthesis
    on_buys: Callable[[BuyQuestion], Awaitable[BuyAnswer]] = RULES.buys
    on_framework: Callable[[FrameworkQuestion], Awaitable[FrameworkAnswer]] = RULES.framework
    on_prepare: Callable[[Sequence[PortfolioQuestion | BuyQuestion]], Awaitable[None]] = RULES.prepare
    asked: list[str] = field(default_factory=list)
    measured: list[tuple[ExchangeMomentum, ...]] = field(default_factory=list)

    def seated(self, ledger: Ledger) -> "ScriptedAnalyst":
        self.ledger = ledger
        return self

    async def prepare(
        self, questions: Sequence[PortfolioQuestion | BuyQuestion], markets: tuple[ExchangeMomentum, ...] = ()
    ) -> None:
        self.measured.append(markets)
        await self.on_prepare(questions)

    async def portfolios(self, question: PortfolioQuestion) -> PortfolioAnswer:
        self.asked.append("portfolios")
        return await self.on_portfolios(question)

    async def momentum(self, markets: tuple[ExchangeMomentum, ...]) -> MomentumAnswer:
        self.asked.append("momentum")
        return await self.on_momentum(markets)

    async def synthesis(self, question: SynthesisQuestion) -> SynthesisAnswer:
        self.asked.append("synthesis")
        return await self.on_synthesis(question)

    async def buys(self, question: BuyQuestion) -> BuyAnswer:
        self.asked.append("buys")
        return await self.on_buys(question)

    async def framework(self, question: FrameworkQuestion) -> FrameworkAnswer:
        self.asked.append("framework")
        return await self.on_framework(question)


def answering(*recommendations: Recommendation) -> Callable[[PortfolioQuestion], Awaitable[PortfolioAnswer]]:
    """The same answer to every question about portfolios."""

    async def answer(_question: PortfolioQuestion) -> PortfolioAnswer:
        return PortfolioAnswer(recommendations)

    return answer
