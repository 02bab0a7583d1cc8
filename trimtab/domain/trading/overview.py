"""What an analyst and a person read of a session: plain rows that formatters turn into text.

Percentages are points, unrounded; money is in the portfolio's base currency; a missing number is None. Text
from outside is as it came: formatters clean it.
"""

from dataclasses import dataclass
from typing import Literal

from trimtab.domain.trading.flag_text import FlagKind
from trimtab.domain.trading.recommendation import Action

SummaryPhase = Literal["Sells", "Buys", "Review", "Executing", "Done"]


@dataclass(frozen=True, slots=True)
class HoldingRow:
    """A line of a portfolio.

    `variance_pct` is current - target; `trade_amount` what would be sent now (buy > 0, sell < 0, 0 none);
    `flags` as written by `flag_text`; `tolerance_pct` only where it differs from the portfolio's.
    """

    symbol: str
    current_pct: float
    target_pct: float
    variance_pct: float
    trade_amount: float
    flags: tuple[str, ...] = ()
    tolerance_pct: float | None = None

    def effective_tolerance_pct(self, default_pct: float) -> float:
        """The line's own tolerance, or the default of its portfolio."""
        return default_pct if self.tolerance_pct is None else self.tolerance_pct


@dataclass(frozen=True, slots=True)
class PortfolioBlock:
    """A portfolio and its lines; `tolerance_pct` is its model's default (0 in a full liquidation)."""

    account_number: str
    client_name: str
    model: str
    tolerance_pct: float
    rows: tuple[HoldingRow, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Portfolios that are read together; `number` counts from 1 to `total`."""

    number: int
    total: int
    portfolios: tuple[PortfolioBlock, ...]


@dataclass(frozen=True, slots=True)
class Returns:
    """Price returns over 12, 6 and 1 months."""

    return_12m_pct: float | None
    return_6m_pct: float | None
    return_1m_pct: float | None


@dataclass(frozen=True, slots=True)
class InstrumentMomentum:
    """An instrument, the days to its next ex-date (None: none ahead), and its numbers of pending trades."""

    symbol: str
    returns: Returns
    ex_dividend_days: int | None
    sells: int
    buys: int


@dataclass(frozen=True, slots=True)
class SectorMomentum:
    """A sector of one exchange."""

    name: str
    returns: Returns
    instruments: tuple[InstrumentMomentum, ...]


@dataclass(frozen=True, slots=True)
class ExchangeMomentum:
    """An exchange with its sectors."""

    code: str
    returns: Returns
    sectors: tuple[SectorMomentum, ...]


@dataclass(frozen=True, slots=True)
class InstrumentVerdict:
    """An instrument's verdict over its portfolios: partial where they differ; `counts` how many have which action."""

    symbol: str
    action: Action
    counts: tuple[tuple[Action, int], ...]
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BuyRow:
    """A planned buy; `gap_pct` is target - current, `tolerance_pct` as in `HoldingRow`."""

    symbol: str
    amount: float
    current_pct: float
    target_pct: float
    gap_pct: float
    ex_dividend_days: int | None
    return_1m_pct: float | None
    return_6m_pct: float | None
    tolerance_pct: float | None = None


@dataclass(frozen=True, slots=True)
class BuyBlock:
    """A portfolio's planned buys and the cash there is for them."""

    account_number: str
    client_name: str
    model: str
    tolerance_pct: float
    investable_value: float
    cash_available: float
    buy_demand: float
    deferral_needed: float
    rows: tuple[BuyRow, ...]


@dataclass(frozen=True, slots=True)
class SellsSummary:
    """Sells that go ahead (`value` positive), lines put off and for which flags, lines under review."""

    count: int
    value: float
    deferred_count: int = 0
    deferred_for: tuple[FlagKind, ...] = ()
    review_count: int = 0


@dataclass(frozen=True, slots=True)
class BuysSummary:
    """Buys that go ahead, the demand before any reduction, what of it was put off or cut, and how."""

    count: int
    value: float
    original_value: float
    deferred_value: float = 0.0
    strategy: str = ""
    review_count: int = 0


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """What the executive summary tells; `buys` is None before the Buys phase."""

    portfolios: int
    phase: SummaryPhase
    sells: SellsSummary
    buys: BuysSummary | None = None
    market_context: str = ""
    dividends_captured: float = 0.0
    cgt_deferrals: int = 0
    hard_failures: int = 0
    soft_warnings: int = 0
    degraded: tuple[str, ...] = ()
