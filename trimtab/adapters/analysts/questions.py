"""An analyst's questions as prompts: the template filled, and the schema of the answer."""

from collections.abc import Sequence

from trimtab.adapters.analysts.answer_schemas import (
    Schema,
    buy_schema,
    framework_schema,
    market_schema,
    portfolio_schema,
    synthesis_schema,
)
from trimtab.domain.trading.overview import ExchangeMomentum
from trimtab.formatters.clean import clean, clean_quoted
from trimtab.formatters.requirements import format_requirements
from trimtab.formatters.toon_buys import format_buys
from trimtab.formatters.toon_momentum import format_momentum
from trimtab.formatters.toon_portfolios import format_portfolios
from trimtab.formatters.toon_verdicts import format_verdicts
from trimtab.prompts.contexts import (
    Data,
    DescribeMomentum,
    JudgeBuys,
    JudgePortfolios,
    ProposeFramework,
    Synthesize,
    TwoPartPrompt,
)
from trimtab.prompts.render import Renderer
from trimtab.workflow.ports.analysts import (
    BuyQuestion,
    FrameworkQuestion,
    MomentumAnswer,
    PortfolioQuestion,
    SynthesisQuestion,
)
from trimtab.workflow.ports.model_calls import Prompt


class Questions:
    """Makes prompts; the templates are read once."""

    def __init__(self) -> None:
        self._renderer = Renderer()

    def portfolios(self, question: PortfolioQuestion) -> Prompt:
        """About a batch of sells."""
        batch = question.batch
        context = JudgePortfolios(
            batch=batch.number,
            batches=batch.total,
            portfolios=len(batch.portfolios),
            lines=len(question.lines),
            facts=Data(format_portfolios(batch)),
            complaints=question.complaints,
        )
        return self._prompt(context, portfolio_schema(question), vote=question.vote)

    def momentum(self, markets: tuple[ExchangeMomentum, ...]) -> Prompt:
        """About the markets."""
        return self._prompt(DescribeMomentum(facts=Data(format_momentum(markets))), market_schema(markets))

    def synthesis(self, question: SynthesisQuestion) -> Prompt:
        """About verdicts and markets together."""
        context = Synthesize(
            portfolios=question.portfolios,
            verdicts=Data(format_verdicts(question.verdicts)),
            facts=Data(format_momentum(question.markets)),
            market=None if question.momentum is None else Data(_said(question.momentum)),
        )
        return self._prompt(context, synthesis_schema(question))

    def buys(self, question: BuyQuestion) -> Prompt:
        """About a batch of buys."""
        context = JudgeBuys(
            batch=question.number,
            batches=question.total,
            portfolios=len(question.blocks),
            lines=sum(len(block.rows) for block in question.blocks),
            facts=Data(format_buys(question.blocks)),
            complaints=question.complaints,
        )
        return self._prompt(context, buy_schema(question))

    def framework(self, question: FrameworkQuestion) -> Prompt:
        """About a framework for somebody's requirements."""
        known = question.known
        words = {
            "tags": known.tags,
            "types": known.types,
            "regions": known.regions,
            "sectors": known.sectors,
            "currencies": known.currencies,
            "asset classes": known.asset_classes,
        }
        facts = Data(format_requirements(question.requirements, words=words))
        context = ProposeFramework(facts=facts, complaints=question.complaints)
        return self._prompt(context, framework_schema(question))

    def _prompt(self, context: TwoPartPrompt, schema: Schema, *, vote: int = 0) -> Prompt:
        parts = self._renderer.parts(context)
        return Prompt(system=parts.stable, user=parts.task, answer_schema=schema, vote=vote)


def _said(answer: MomentumAnswer) -> str:
    """What was said of the markets, a line each."""
    lines: Sequence[str] = (
        clean(answer.summary, None),
        *(_remark(remark.comment, remark.exchange) for remark in answer.exchanges),
        *(_remark(remark.comment, remark.exchange, remark.sector) for remark in answer.sectors),
    )
    return "\n".join(lines)


def _remark(comment: str, *subject: str) -> str:
    """A comment behind the names that it is about, which are written as in the tables."""
    return f"{' '.join(map(clean_quoted, subject))}: {clean(comment, None)}"
