"""Analysts of every dialect over the wire, as the server makes them, and the questions of real plans."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final

import pytest

from tests.adapters.analysts.model_clients import KEY, client_of
from tests.model_wire.wire import Wire
from tests.workflow.desks import plan_of
from tests.workflow.small_books import short_of_cash, two_portfolios
from trimtab.adapters.analysts.attempts import CallLimits
from trimtab.adapters.analysts.model_analyst import ModelAnalyst
from trimtab.domain.frameworks.generating.known import Known
from trimtab.domain.frameworks.requirements import Requirements
from trimtab.domain.trading.policy import Policy
from trimtab.server.judges import panel_of
from trimtab.settings import Settings
from trimtab.workflow.lines import open_lines
from trimtab.workflow.overviews import batch_count, buy_blocks, markets, portfolio_batch
from trimtab.workflow.planning import SessionPlan
from trimtab.workflow.ports.analysts import (
    Analyst,
    AnalystFailed,
    BuyQuestion,
    FrameworkQuestion,
    PortfolioQuestion,
    SynthesisQuestion,
)
from trimtab.workflow.ports.model_calls import Ledger, ModelCall
from trimtab.workflow.synthesizing import merge_verdicts

ONCE: Final = CallLimits(timeout_seconds=10, attempts=1, deadline_seconds=20)
TWO: Final = plan_of(two_portfolios(), policy=Policy(batch_size=1))
SHORT: Final = plan_of(short_of_cash())
FRAMEWORK: Final = FrameworkQuestion(
    Requirements("medium", 12, exclusions=("tobacco",)),
    Known(tags=("bonds", "equity", "tobacco"), regions=("US",), types=("ETF",), currencies=("USD",)),
)


@asynccontextmanager
async def analyst_of(
    dialect: str,
    wire: Wire,
    *,
    limits: CallLimits = ONCE,
    model: str | None = None,
    key: str = KEY,
    **settings: object,
) -> AsyncIterator[tuple[ModelAnalyst, Ledger]]:
    """An analyst with a seat at an empty ledger; `settings` are those of the model, without their `model_`."""
    given = {f"model_{name}": value for name, value in settings.items()}
    async with client_of(dialect, wire.transport(), limits=limits, model=model, key=key) as client:
        analyst = panel_of(Settings.model_validate(given), client).analyst
        assert isinstance(analyst, ModelAnalyst)
        ledger = Ledger()
        yield analyst.seated(ledger), ledger


def portfolio_questions(plan: SessionPlan = TWO) -> list[PortfolioQuestion]:
    """A question for each batch."""
    lines = open_lines(plan, "sell")
    batches = [portfolio_batch(plan, number) for number in range(1, batch_count(plan) + 1)]
    accounts = [{block.account_number for block in batch.portfolios} for batch in batches]
    return [
        PortfolioQuestion(batch, tuple(line for line in lines if line.account_number in of_batch))
        for batch, of_batch in zip(batches, accounts, strict=True)
    ]


def many_questions(count: int) -> list[PortfolioQuestion]:
    """The same question under different numbers, so that no two prompts are the same."""
    (first, *_) = portfolio_questions()
    batches = [replace(first.batch, number=number, total=count) for number in range(1, count + 1)]
    return [replace(first, batch=batch) for batch in batches]


def buy_question(plan: SessionPlan = SHORT) -> BuyQuestion:
    """Of the portfolios that are short of cash."""
    return BuyQuestion(1, 1, buy_blocks(plan, only_short=True))


async def synthesis_question(analyst: Analyst, plan: SessionPlan = TWO) -> SynthesisQuestion:
    """Over no verdicts, with what this analyst says of the markets."""
    seen = markets(plan)
    return SynthesisQuestion(2, merge_verdicts([]), seen, await analyst.momentum(seen))


async def failed(analyst: Analyst, question: PortfolioQuestion | None = None) -> AnalystFailed:
    """How a question about portfolios fails."""
    with pytest.raises(AnalystFailed) as caught:
        await analyst.portfolios(question or portfolio_questions()[0])
    return caught.value


def the_call(ledger: Ledger) -> ModelCall:
    """The only call that was kept."""
    (call,) = ledger.calls
    return call
