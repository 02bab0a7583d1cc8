"""The framework desk: every operation on allocation frameworks, the same for tools, REST and the command line."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final, TypeVar

import anyio
import anyio.to_thread

from trimtab.domain.errors import InvalidInput, Problem
from trimtab.domain.outside_text import clean
from trimtab.workflow.factors.tables import table
from trimtab.workflow.frameworks.backtesting import Asked, backtested
from trimtab.workflow.frameworks.building import Builder
from trimtab.workflow.frameworks.choosing import Chosen, chosen, findings_told, require_valid
from trimtab.workflow.frameworks.documents import document_of
from trimtab.workflow.frameworks.generating import Made, generated
from trimtab.workflow.frameworks.goods import Goods, Stockroom
from trimtab.workflow.frameworks.listing import all_listed, one_listed, refuse_idle
from trimtab.workflow.frameworks.mapping import mapped_answer, validated
from trimtab.workflow.frameworks.portfolios import Portfolios, due, portfolios_told
from trimtab.workflow.frameworks.reporting import reported
from trimtab.workflow.frameworks.saving import Saving
from trimtab.workflow.frameworks.stepping import Stepping, wishes_of
from trimtab.workflow.frameworks.steps import templates_for
from trimtab.workflow.frameworks.subjects import Subject, of_accepted, of_account, of_holdings
from trimtab.workflow.frameworks.tradable import TradingTerms
from trimtab.workflow.frameworks.vocabulary import known_words
from trimtab.workflow.frameworks.workflows import Workflows
from trimtab.workflow.ports import framework_requests as ask
from trimtab.workflow.ports import framework_results as answer
from trimtab.workflow.ports.analysts import Analyst
from trimtab.workflow.ports.clock import Clock
from trimtab.workflow.ports.desk import Caller, Progress, Step, no_progress
from trimtab.workflow.ports.framework_records import FrameworkRecords
from trimtab.workflow.ports.records import RecordStore
from trimtab.workflow.ports.stores import SessionStore
from trimtab.workflow.signals.running import on_a_thread

THREADS: Final = 4
PROFILE_COLUMNS: Final = (
    "name", "risk_band", "horizon_years", "goals", "base_ccy", "exclusions", "suggested", "saved_at",
)  # fmt: skip
_ONE_SUBJECT: Final = "give portfolio_id, or a framework with account_number of the book or holdings: one of the three"

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Judges:
    """Who generates: the configured analyst, and the rules behind it."""

    analyst: Analyst
    rules: Analyst


@dataclass(frozen=True, slots=True)
class Kept:
    """Where things are kept: frameworks and portfolios, orders of trading sessions, workflows."""

    records: FrameworkRecords
    orders: RecordStore
    workflows: SessionStore

    async def close(self) -> None:
        """Lets go of all three."""
        async with AsyncExitStack() as stack:
            for each in (self.workflows, self.orders, self.records):
                stack.push_async_callback(each.close)


class Frameworks:
    """Implements `FrameworkDesk`."""

    def __init__(
        self, kept: Kept, stockroom: Stockroom, *, judges: Judges, clock: Clock, terms: TradingTerms, keeps: bool
    ) -> None:
        """`terms` are what portfolios meet in trading. Without `keeps` nothing is saved, accepted or stored."""
        self._records = kept.records
        self._stockroom = stockroom
        self._judges = judges
        self._clock = clock
        self._threads = anyio.CapacityLimiter(THREADS)
        self._saving = Saving(kept.records, keeps=keeps)
        self._workflows = Workflows(kept.workflows, clock=clock)
        self.portfolios_of = Portfolios(kept.records, kept.orders)
        builder = Builder(kept.records, stockroom, clock=clock, terms=terms, keeps=keeps)
        self._stepping = Stepping(
            kept.records, builder, workflows=self._workflows, generate=self._generated, keeps=keeps
        )

    async def frameworks(self, caller: Caller, request: ask.ListFrameworks) -> answer.Frameworks:
        """See `FrameworkDesk.frameworks`."""
        refuse_idle(request)
        if request.framework_id is not None:
            return await one_listed(self._records, caller.owner, request=request)
        found = await self.portfolios_of.all(caller.owner)
        if request.due:
            goods = await self._stockroom.now()
            return answer.Frameworks(due=await due(found, goods, today=self._today()))
        listed = await all_listed(self._records, caller.owner, archived=request.archived)
        beside = {
            "portfolios": portfolios_told(found).portfolios,
            "workflows": (await self._workflows.listed(caller)).workflows,
        }
        return listed.model_copy(update={name: table for name, table in beside.items() if table.rows})

    async def generate(
        self,
        caller: Caller,  # noqa: ARG002 - whoever asks gets the same
        request: ask.GenerateFramework,
        *,
        progress: Progress = no_progress,
    ) -> answer.Generated:
        """See `FrameworkDesk.generate`."""
        made = await self._generated(request.requirements, by_rules=request.analyst == "rules")
        await progress(Step(1, 1, "Framework generated", "computing"))
        return made

    async def _generated(self, requirements: ask.Requirements, *, by_rules: bool = False) -> answer.Generated:
        goods = await self._stockroom.now()
        made = await generated(
            wishes_of(requirements),
            analyst=self._judges.rules if by_rules else self._judges.analyst,
            fallback=self._judges.rules,
            known=known_words(goods.universe),
        )
        return await self._threaded(partial(_generated_told, made, goods))

    async def save(self, caller: Caller, request: ask.SaveFramework) -> answer.SavedFramework:
        """See `FrameworkDesk.save`."""
        return await self._saving.done(caller, request)

    async def validate(self, caller: Caller, request: ask.ValidateFramework) -> answer.Validation:
        """See `FrameworkDesk.validate`."""
        found, goods = await chosen(self._records, caller.owner, scope=request), await self._stockroom.now()
        return await self._threaded(partial(validated, found, goods))

    async def map_products(self, caller: Caller, request: ask.MapProducts) -> answer.MappedProducts:
        """See `FrameworkDesk.map_products`."""
        found, goods = await self._valid(caller, request, then="mapped"), await self._stockroom.now()
        return await self._threaded(partial(mapped_answer, found, request, goods=goods))

    async def build(
        self, caller: Caller, request: ask.BuildPortfolio, *, progress: Progress = no_progress
    ) -> answer.PortfolioBuilt:
        """See `FrameworkDesk.build`."""
        built = await self._stepping.built(caller, request)
        await progress(Step(1, 1, "Portfolio built", "computing"))
        return built

    async def report(self, caller: Caller, request: ask.GetAllocationReport) -> answer.AllocationReport:
        """See `FrameworkDesk.report`."""
        _refuse_subjects(request)
        goods = await self._stockroom.now()
        subject = await self._subject(caller, request, goods=goods)
        return await self._threaded(partial(reported, subject, request, goods=goods, today=self._today()))

    async def _subject(self, caller: Caller, request: ask.GetAllocationReport, *, goods: Goods) -> Subject:
        if request.portfolio_id is not None:
            found = await self.portfolios_of.standing(caller.owner, request.portfolio_id)
            return of_accepted(found.found, found.accepted, goods=goods, traded=found.traded)
        framework = await self._valid(caller, request, then="reported")
        if request.account_number is not None:
            return of_account(framework, request.account_number, goods=goods)
        return of_holdings(framework, request.holdings, goods=goods)

    async def backtest(
        self, caller: Caller, request: ask.BacktestFramework, *, progress: Progress = no_progress
    ) -> answer.FrameworkBacktest:
        """See `FrameworkDesk.backtest`."""
        goods = await self._stockroom.now()
        if request.portfolio_id is None:
            asked = Asked(await self._valid(caller, request, then="backtested"), None, goods)
        else:
            _refuse_framework(request)
            found = await self.portfolios_of.standing(caller.owner, request.portfolio_id)
            asked = Asked(found.found, found.accepted, goods)
        return await on_a_thread(
            lambda watch: backtested(asked, request, watch=watch),
            progress=progress,
            message="Modes backtested",
            limiter=self._threads,
        )

    async def portfolios(self, caller: Caller) -> answer.PortfolioList:
        """See `FrameworkDesk.portfolios`."""
        return portfolios_told(await self.portfolios_of.all(caller.owner))

    async def profiles(self, caller: Caller) -> answer.ProfileList:
        """See `FrameworkDesk.profiles`."""
        rows = (
            (
                clean(each.name, None),
                each.wishes.risk_tolerance,
                each.wishes.horizon_years,
                ", ".join(each.wishes.goals),
                each.wishes.base_ccy,
                ", ".join(each.wishes.exclusions),
                ", ".join(templates_for(each.wishes.risk_tolerance)),
                each.saved_at,
            )
            for each in await self._records.profiles(caller.owner)
        )
        return answer.ProfileList(profiles=table(PROFILE_COLUMNS, rows))

    async def workflows(self, caller: Caller) -> answer.WorkflowList:
        """See `FrameworkDesk.workflows`."""
        return await self._workflows.listed(caller)

    async def _valid(self, caller: Caller, scope: ask.FrameworkScope, *, then: str) -> Chosen:
        found = await chosen(self._records, caller.owner, scope=scope)
        await require_valid(found, then=then)
        return found

    async def _threaded(self, compute: Callable[[], R]) -> R:
        return await anyio.to_thread.run_sync(compute, limiter=self._threads)

    def _today(self) -> date:
        return self._clock.now().date()


def _generated_told(made: Made, goods: Goods) -> answer.Generated:
    found = Chosen.of(made.framework)
    warnings = findings_told((each.code, each.path, each.message) for each in made.checked.warnings)
    coverage = validated(found, goods)
    return answer.Generated(
        framework=document_of(made.framework),
        validation=coverage.model_copy(update={"warnings": tuple(dict.fromkeys((*warnings, *coverage.warnings)))}),
        rationale=made.rationale,
        source=made.source,
        analyst=made.analyst,
        note=made.note,
        attempts=made.attempts,
        complaints=made.complaints,
    )


def _refuse_subjects(request: ask.GetAllocationReport) -> None:
    """Refuses a report of nothing, or of more than one thing."""
    named = [
        name for name in ("portfolio_id", "account_number", "holdings") if getattr(request, name) not in (None, ())
    ]
    if request.portfolio_id is not None:
        _refuse_framework(request)
    if len(named) != 1:
        lead = f"{' and '.join(named)} are given" if named else "Nothing is given that is held"
        problems = [Problem(name, _ONE_SUBJECT) for name in named or ["holdings"]]
        raise InvalidInput(f"{lead}: {_ONE_SUBJECT}.", problems=problems)


def _refuse_framework(request: ask.GetAllocationReport | ask.BacktestFramework) -> None:
    """A portfolio has its framework; raises InvalidInput where another one is named beside it."""
    problems = [
        Problem(name, "a portfolio has its framework; leave it away, or portfolio_id")
        for name in ("framework_id", "version", "framework")
        if getattr(request, name) is not None
    ]
    if problems:
        raise InvalidInput(f"{problems[0].field}: {problems[0].message}.", problems=problems)
