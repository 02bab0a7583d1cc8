"""Where a desk's market, reference data and factor groups come from in these tests: from memory."""

from dataclasses import dataclass, field

from trimtab.domain.errors import TrimtabError
from trimtab.domain.factors.market import Market
from trimtab.domain.factors.reference import Reference
from trimtab.workflow.ports.reference import FactorGroup, ReferenceSource, Sourced


@dataclass
class GivenMarket:
    """A `PriceSource` whose market can be swapped; `reads` counts how often it was read, `wanted` names tickers."""

    market: Market
    reads: int = 0
    trouble: TrimtabError | None = None
    wanted: tuple[str, ...] = ()

    def of(self, tickers: tuple[str, ...]) -> "GivenMarket":
        self.wanted = tickers
        return self

    def stamp(self) -> str:
        return self.market.digest

    def load(self) -> Market:
        self.reads += 1
        if self.trouble is not None:
            raise self.trouble
        return self.market


@dataclass
class GivenReference:
    """A `ReferenceData` that can be written to."""

    reference: Reference = field(default_factory=Reference)
    source: ReferenceSource = "database"

    async def read(self) -> Sourced:
        return Sourced(self.reference, self.source)


@dataclass
class GivenGroups:
    """`FactorGroups` in a dict; every operation raises `trouble` where there is one."""

    kept: dict[tuple[str, str], FactorGroup] = field(default_factory=dict)
    trouble: TrimtabError | None = None

    async def all(self, owner: str) -> tuple[FactorGroup, ...]:
        self._reach()
        return tuple(group for (whose, _), group in sorted(self.kept.items()) if whose == owner)

    async def get(self, owner: str, name: str) -> FactorGroup | None:
        self._reach()
        return self.kept.get((owner, name))

    async def create(self, owner: str, group: FactorGroup) -> bool:
        self._reach()
        return self.kept.setdefault((owner, group.name), group) is group

    async def replace(self, owner: str, group: FactorGroup) -> bool:
        self._reach()
        there = (owner, group.name) in self.kept
        if there:
            self.kept[owner, group.name] = group
        return there

    async def delete(self, owner: str, name: str) -> bool:
        self._reach()
        return self.kept.pop((owner, name), None) is not None

    def _reach(self) -> None:
        if self.trouble is not None:
            raise self.trouble
