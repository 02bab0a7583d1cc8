"""A portfolio built at once: worked out, and kept where it is accepted."""

from dataclasses import replace
from functools import partial
from typing import Final

import anyio.to_thread

from trimtab.domain.errors import InvalidInput, NotFound
from trimtab.workflow.factors.tables import rounded
from trimtab.workflow.frameworks.accepted import AcceptedPortfolio, accepted_of, portfolio_id
from trimtab.workflow.frameworks.choosing import Chosen
from trimtab.workflow.frameworks.goods import Stockroom
from trimtab.workflow.frameworks.making import Made, accepted, fingerprint, made, refuse_faulty
from trimtab.workflow.frameworks.money import money_of
from trimtab.workflow.frameworks.steps import Choices
from trimtab.workflow.frameworks.tradable import TradingTerms
from trimtab.workflow.ports.clock import Clock
from trimtab.workflow.ports.desk import Caller
from trimtab.workflow.ports.framework_records import FrameworkRecords, NewVersion
from trimtab.workflow.ports.framework_requests import BuildPortfolio
from trimtab.workflow.ports.framework_results import FrameworkFinding, FrameworkNamed, PortfolioBuilt

_NOTE: Final = "Saved for a portfolio that was made from it."


class Builder:
    """Makes portfolios of frameworks."""

    def __init__(
        self, records: FrameworkRecords, stockroom: Stockroom, *, clock: Clock, terms: TradingTerms, keeps: bool
    ) -> None:
        """Without `keeps` portfolios are worked out, and none is accepted."""
        self._records = records
        self._stockroom = stockroom
        self._clock = clock
        self._terms = terms
        self._keeps = keeps

    async def at_once(
        self, caller: Caller, request: BuildPortfolio, *, found: Chosen, choices: Choices
    ) -> PortfolioBuilt:
        """The portfolio of a valid framework; kept where it is accepted.

        Raises:
            InvalidInput: it is to be accepted, and can't be: all that is wrong. Or the key was used for another one.
        """
        if request.accept and not self._keeps:
            raise InvalidInput("This server is read-only: it accepts no portfolio.", field="accept")
        made_one = await self.made(found, request, choices=choices)
        if not request.accept:
            return made_one.told()
        asked = fingerprint(found.framework, choices, cash=request.cash, account_number=request.account_number)
        return await self._kept(caller, made_one, asked=asked, key=request.idempotency_key)

    async def made(self, found: Chosen, request: BuildPortfolio, *, choices: Choices) -> Made:
        """The portfolio worked out, with the money of the request."""
        goods = await self._stockroom.now()
        money = money_of(request, goods.book, base_ccy=found.framework.base_ccy)
        return await anyio.to_thread.run_sync(
            partial(made, found, choices, goods=goods, money=money, terms=self._terms)
        )

    async def _kept(self, caller: Caller, made_one: Made, *, asked: str, key: str | None) -> PortfolioBuilt:
        """Accepted, once: who asks the same again gets what was kept, whatever prices are by now."""
        named = portfolio_id(caller.owner, content=[asked, *made_one.content], key=key)
        kept = await self._known(caller, named)
        if kept is None:
            kept = await self._accept(caller, made_one, named=named, asked=asked)
        if kept.asked != asked:
            raise InvalidInput(
                "This idempotency_key was used for a different portfolio.",
                field="idempotency_key",
                next_action="Use a new key for a new portfolio; repeat a key only with the same arguments.",
            )
        warnings = (*made_one.warnings, *await self._superseding(caller, kept))
        update = {"portfolio_id": named, "warnings": warnings, **await self._told_of(caller, kept)}
        return made_one.told().model_copy(update=update)

    async def kept_as(self, caller: Caller, named: str) -> dict[str, object]:
        """What an accepted portfolio has of its own: its account, its money, and the version of its framework."""
        return await self._told_of(caller, accepted_of(await self._records.portfolio(caller.owner, named)))

    async def _told_of(self, caller: Caller, kept: AcceptedPortfolio) -> dict[str, object]:
        part = kept.part
        stored = await self._records.read(caller.owner, part.framework_id, version=part.framework_version)
        return {
            "account_number": part.model.account_number,
            "total_value": rounded(kept.total_value),
            "base_ccy": kept.base_ccy,
            "framework": FrameworkNamed(
                framework_id=part.framework_id, version=part.framework_version, name=stored.framework.name
            ),
        }

    async def _known(self, caller: Caller, named: str) -> AcceptedPortfolio | None:
        try:
            return accepted_of(await self._records.portfolio(caller.owner, named))
        except NotFound:
            return None

    async def _accept(self, caller: Caller, made_one: Made, *, named: str, asked: str) -> AcceptedPortfolio:
        """Keeps it; its framework is saved where it isn't, so that the version that was used can be read for ever."""
        money = refuse_faulty(made_one)
        saved = await self._saved_framework(caller, made_one, named=named)
        today = self._clock.now().date()
        kept = accepted(saved, money, named=named, asked=asked, today=today)
        try:
            await self._records.keep_portfolio(caller.owner, kept.row)
        except InvalidInput:  # somebody kept one under this id meanwhile
            known = await self._known(caller, named)
            if known is None:
                raise
            return known
        return kept

    async def _saved_framework(self, caller: Caller, made_one: Made, *, named: str) -> Made:
        """The same of a framework that is saved.

        A template, or one in full, becomes one of the caller's: the one that is there with just that content, else a
        new one, made once for this portfolio.
        """
        found = made_one.found
        if found.stored is not None:
            return made_one
        for head in await self._records.list(caller.owner):
            if head.name == found.framework.name:
                stored = await self._records.read(caller.owner, head.framework_id)
                if stored.framework == found.framework:
                    return replace(made_one, found=replace(found, stored=stored, template=None))
        new = NewVersion(found.framework, caller.actor, _NOTE)
        stored = await self._records.create(caller.owner, new, key=f"for {named}")
        return replace(made_one, found=replace(found, stored=stored, template=None))

    async def _superseding(self, caller: Caller, kept: AcceptedPortfolio) -> tuple[FrameworkFinding, ...]:
        """A warning where another portfolio followed this account until now."""
        mine = kept.part
        others = [
            row.portfolio_id
            for row in await self._records.portfolios(caller.owner)
            if row.account_number == mine.model.account_number and row.portfolio_id != mine.portfolio_id
        ]
        if not others:
            return ()
        named = ", ".join(others[:3])
        said = f"Another portfolio was accepted for this account before ({named}); the one accepted last counts."
        return (FrameworkFinding(code="superseded", path="account_number", message=said),)
