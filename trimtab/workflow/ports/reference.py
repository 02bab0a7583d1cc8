"""Where reference data and the factor groups of people are kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from trimtab.domain.factors.reference import Reference

ReferenceSource = Literal["database", "yaml"]
WeightingMethod = Literal["equal", "cap", "custom"]


@dataclass(frozen=True, slots=True)
class Sourced:
    """Reference data with where it came from; `note` says why it isn't the database's, where it isn't."""

    reference: Reference
    source: ReferenceSource
    note: str = ""


@dataclass(frozen=True, slots=True)
class FactorGroup:
    """Tickers that somebody looks at together. `weights` are there for the method `custom` only, and sum to 1."""

    name: str
    members: tuple[str, ...]
    weighting_method: WeightingMethod = "equal"
    weights: Mapping[str, float] = field(default_factory=dict)


class ReferenceData(Protocol):
    """Reference data, read anew on every call: what another process wrote counts at once."""

    async def read(self) -> Sourced:
        """The database's, or the shipped files' where that can't be reached or holds none; never raises for that."""


class FactorGroups(Protocol):
    """Factor groups, by owner and name.

    Every operation raises Unavailable, or another of the records' errors, where the database can't be used.
    """

    async def all(self, owner: str) -> tuple[FactorGroup, ...]:
        """Those of this owner, by name."""

    async def get(self, owner: str, name: str) -> FactorGroup | None:
        """The one of this name."""

    async def create(self, owner: str, group: FactorGroup) -> bool:
        """Keeps a new one; False, and nothing is changed, where there is one of that name."""

    async def replace(self, owner: str, group: FactorGroup) -> bool:
        """Puts it in the place of the one of its name; False where there is none."""

    async def delete(self, owner: str, name: str) -> bool:
        """Forgets it; False where there is none."""
