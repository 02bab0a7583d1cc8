"""Which strategies there are: those that come with the product, and those of other packages."""

from dataclasses import dataclass
from typing import Protocol

from trimtab.domain.signals.strategies import Strategy


@dataclass(frozen=True, slots=True)
class Found:
    """A strategy with its default parameters. `package` is the distribution that brings it, with its version; empty for
    our own."""

    strategy: Strategy
    package: str = ""


@dataclass(frozen=True, slots=True)
class Broken:
    """A strategy of another package that can't be used, under the name of its entry point, and why."""

    name: str
    package: str
    reason: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """All strategies, by name, our own first; and those that can't be used."""

    found: dict[str, Found]
    broken: tuple[Broken, ...] = ()


class StrategyShelf(Protocol):
    """Finds strategies."""

    def look(self) -> Shelf:
        """What is installed. It is looked for once; raises nothing: what can't be used is told."""
        ...
