"""The analyst: who judges.

It sees facts and answers with verdicts; every number, flag and symbol in an answer is checked.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

from trimtab.domain.trading.overview import Batch, BuyBlock, ExchangeMomentum
from trimtab.domain.trading.recommendation import Action, Recommendation
from trimtab.domain.trading.repair import OpenLine


@dataclass(frozen=True, slots=True)
class PortfolioQuestion:
    """A batch of portfolios: the text's facts and, line by line, what waits for a verdict."""

    batch: Batch
    lines: tuple[OpenLine, ...]


@dataclass(frozen=True, slots=True)
class PortfolioAnswer:
    """Verdicts by instrument for the batch, with exceptions by portfolio."""

    recommendations: tuple[Recommendation, ...]


@dataclass(frozen=True, slots=True)
class ExchangeRemark:
    """Context about an exchange; `across` compares it with the others."""

    exchange: str
    comment: str
    across: str | None = None


@dataclass(frozen=True, slots=True)
class SectorRemark:
    """Context about a sector; `within` compares it with its exchange, `across` with the sector elsewhere."""

    exchange: str
    sector: str
    comment: str
    within: str | None = None
    across: str | None = None


@dataclass(frozen=True, slots=True)
class MomentumAnswer:
    """Market context: it never changes an action."""

    summary: str
    exchanges: tuple[ExchangeRemark, ...] = ()
    sectors: tuple[SectorRemark, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdicts:
    """An instrument's merged verdict, as synthesis sees it."""

    symbol: str
    action: Action
    counts: tuple[tuple[str, int], ...]
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SynthesisQuestion:
    """Verdicts and market context together; `momentum` is None when that analysis failed."""

    portfolios: int
    verdicts: tuple[Verdicts, ...]
    markets: tuple[ExchangeMomentum, ...]
    momentum: MomentumAnswer | None


@dataclass(frozen=True, slots=True)
class SynthesisAnswer:
    """A summary and notes by symbol."""

    summary: str
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class BuyVerdict:
    """What to do with one buy of one portfolio."""

    symbol: str
    action: Action
    proceed_percent: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class BuyAnswer:
    """Verdicts by account number."""

    portfolios: tuple[tuple[str, tuple[BuyVerdict, ...]], ...]


class Analyst(Protocol):
    """Answers four questions. A failure is an exception, never an answer that looks like a decision."""

    @property
    def name(self) -> str:
        """What it is called in answers."""

    @property
    def source(self) -> Literal["rules", "model"]:
        """How its verdicts are marked."""

    async def portfolios(self, question: PortfolioQuestion) -> PortfolioAnswer:
        """Judges the sells of a batch."""

    async def momentum(self, markets: tuple[ExchangeMomentum, ...]) -> MomentumAnswer:
        """Describes the markets."""

    async def synthesis(self, question: SynthesisQuestion) -> SynthesisAnswer:
        """Sums up; it can't change an action."""

    async def buys(self, blocks: tuple[BuyBlock, ...]) -> BuyAnswer:
        """Picks the buys to put off where cash is short."""
