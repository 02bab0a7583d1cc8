"""The analyst: who judges.

It sees facts and answers with verdicts; every number, flag and symbol in an answer is checked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from trimtab.domain.frameworks.generating.known import Known
from trimtab.domain.frameworks.requirements import Requirements
from trimtab.domain.trading.model_answer import Refused
from trimtab.domain.trading.overview import Batch, BuyBlock, ExchangeMomentum, InstrumentVerdict
from trimtab.domain.trading.recommendation import Action, Recommendation
from trimtab.domain.trading.repair import OpenLine
from trimtab.workflow.ports.model_calls import FailureKind, Ledger


class AnalystFailed(Exception):
    """An analyst has no answer. `kind` tells the failures apart; `said` completes `anthropic ...`, in our words."""

    def __init__(self, kind: FailureKind, said: str) -> None:
        super().__init__(said)
        self.kind = kind
        self.said = said


@dataclass(frozen=True, slots=True)
class PortfolioQuestion:
    """A batch of portfolios: the text's facts and, line by line, what waits for a verdict.

    `complaints` say what was wrong with the answer before, when it is asked again; `vote` counts from 0 how often the
    batch is asked about anew.
    """

    batch: Batch
    lines: tuple[OpenLine, ...]
    complaints: tuple[str, ...] = ()
    vote: int = 0


@dataclass(frozen=True, slots=True)
class PortfolioAnswer:
    """Verdicts by instrument for the batch, with exceptions by portfolio.

    `refused` are entries of an answer that couldn't be read as one.
    """

    recommendations: tuple[Recommendation, ...]
    refused: tuple[Refused, ...] = ()


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
    refused: tuple[Refused, ...] = ()


@dataclass(frozen=True, slots=True)
class SynthesisQuestion:
    """Verdicts and market context together; `momentum` is None when that analysis failed."""

    portfolios: int
    verdicts: tuple[InstrumentVerdict, ...]
    markets: tuple[ExchangeMomentum, ...]
    momentum: MomentumAnswer | None


@dataclass(frozen=True, slots=True)
class SynthesisAnswer:
    """A summary and notes by symbol."""

    summary: str
    notes: tuple[tuple[str, str], ...] = ()
    refused: tuple[Refused, ...] = ()


@dataclass(frozen=True, slots=True)
class BuyVerdict:
    """What to do with one buy of one portfolio."""

    symbol: str
    action: Action
    proceed_percent: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class BuyQuestion:
    """Portfolios short of cash for their buys, batch `number` of `total`; `complaints` as for portfolios."""

    number: int
    total: int
    blocks: tuple[BuyBlock, ...]
    complaints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BuyAnswer:
    """Verdicts by account number, and entries of the answer that couldn't be read as one."""

    portfolios: tuple[tuple[str, tuple[BuyVerdict, ...]], ...]
    refused: tuple[Refused, ...] = ()


@dataclass(frozen=True, slots=True)
class FrameworkQuestion:
    """A framework for these requirements, with rules of `known` words and no others; `complaints` as for portfolios."""

    requirements: Requirements
    known: Known
    complaints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FrameworkAnswer:
    """A proposal as it came: `document` is what `trimtab.domain.frameworks.reading` reads, numbers as text, and nothing
    in it was looked at. `refused` are parts of the answer that couldn't even become one."""

    document: Mapping[str, object]
    rationale: str
    refused: tuple[Refused, ...] = ()


class Analyst(Protocol):
    """Answers five questions. A failure is an exception (`AnalystFailed`), never an answer that looks like a
    decision."""

    @property
    def name(self) -> str:
        """What it is called in answers."""

    @property
    def model(self) -> str:
        """Which language model it is; empty if it is none."""

    @property
    def source(self) -> Literal["rules", "model"]:
        """How its verdicts are marked."""

    def seated(self, ledger: Ledger) -> "Analyst":
        """The same analyst for one analysis, which keeps its calls in this ledger and pays from it."""

    async def prepare(
        self, questions: Sequence[PortfolioQuestion | BuyQuestion], markets: tuple[ExchangeMomentum, ...] = ()
    ) -> None:
        """Looks, before anything is paid for, whether these could be asked at all, and about the markets if given.

        Raises:
            SettingsError: Not as it is set up: a key, a model, a prompt over the limit.
            Unavailable: Not now.
        """

    async def portfolios(self, question: PortfolioQuestion) -> PortfolioAnswer:
        """Judges the sells of a batch."""

    async def momentum(self, markets: tuple[ExchangeMomentum, ...]) -> MomentumAnswer:
        """Describes the markets."""

    async def synthesis(self, question: SynthesisQuestion) -> SynthesisAnswer:
        """Sums up; it can't change an action."""

    async def buys(self, question: BuyQuestion) -> BuyAnswer:
        """Picks the buys to put off where cash is short."""

    async def framework(self, question: FrameworkQuestion) -> FrameworkAnswer:
        """Proposes an allocation framework; it needs no `prepare`.

        Raises:
            SettingsError: The prompt is over the limit; nothing was sent.
        """
