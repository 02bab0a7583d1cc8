"""A portfolio built at once: worked out, and kept where it is accepted."""

from dataclasses import replace
from functools import partial
from typing import Final

import anyio.to_thread

from trimtab.domain.errors import InvalidInput
from trimtab.workflow.frameworks.choosing import Chosen
from trimtab.workflow.frameworks.goods import Stockroom
from trimtab.workflow.frameworks.making import Made, accepted, made
from trimtab.workflow.frameworks.money import money_of
from trimtab.workflow.frameworks.steps import Choices
from trimtab.workflow.ports.clock import Clock
from trimtab.workflow.ports.desk import Caller
from trimtab.workflow.ports.framework_records import FrameworkRecords, NewVersion
from trimtab.workflow.ports.framework_requests import BuildPortfolio
from trimtab.workflow.ports.framework_results import PortfolioBuilt

_NOTE: Final = "Saved for a portfolio that was made from it."


class Builder:
    """Makes portfolios of frameworks."""

    def __init__(self, records: FrameworkRecords, stockroom: Stockroom, *, clock: Clock, keeps: bool) -> None:
        """Without `keeps` portfolios are worked out, and none is accepted."""
        self._records = records
        self._stockroom = stockroom
        self._clock = clock
        self._keeps = keeps

    async def at_once(
        self, caller: Caller, request: BuildPortfolio, *, found: Chosen, choices: Choices
    ) -> PortfolioBuilt:
        """The portfolio of a valid framework; kept where it is accepted.

        Raises:
            InvalidInput: it is to be accepted, and can't be: all that is wrong.
        """
        if request.accept and not self._keeps:
            raise InvalidInput("This server is read-only: it accepts no portfolio.", field="accept")
        made_one = await self.made(found, request, choices=choices)
        if not request.accept:
            return made_one.told()
        return await self._kept(caller, made_one, key=request.idempotency_key)

    async def made(self, found: Chosen, request: BuildPortfolio, *, choices: Choices) -> Made:
        """The portfolio worked out, with the money of the request."""
        goods = await self._stockroom.now()
        money = money_of(request, goods.book, base_ccy=found.framework.base_ccy)
        return await anyio.to_thread.run_sync(partial(made, found, choices, goods=goods, money=money))

    async def _kept(self, caller: Caller, made_one: Made, *, key: str | None) -> PortfolioBuilt:
        """Accepted; its framework is saved where it isn't, so that the version that was used can be read for ever."""
        today = self._clock.now().date()
        checked = await self._saved_framework(caller, made_one)
        kept = accepted(checked, owner=caller.owner, key=key, today=today)
        row = await self._records.keep_portfolio(caller.owner, kept.row)
        told = checked.told()
        return told.model_copy(
            update={"portfolio_id": row.portfolio_id, "account_number": kept.part.model.account_number}
        )

    async def _saved_framework(self, caller: Caller, made_one: Made) -> Made:
        """The same of a framework that is saved. A template, or one in full, becomes one of the caller's; saved before
        under the same name and with the same content it is that one."""
        found = made_one.found
        if found.stored is not None:
            return made_one
        for head in await self._records.list(caller.owner):
            if head.name == found.framework.name:
                stored = await self._records.read(caller.owner, head.framework_id)
                if stored.framework == found.framework:
                    return replace(made_one, found=replace(found, stored=stored, template=None))
        new = NewVersion(found.framework, caller.actor, _NOTE)
        stored = await self._records.create(caller.owner, new)
        return replace(made_one, found=replace(found, stored=stored, template=None))
