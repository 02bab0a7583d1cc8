"""The one policy: every threshold the product uses, typed, with its unit in its name."""

import hashlib
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from trimtab.domain.factors.thresholds import FactorThresholds

Pct = Annotated[float, Field(ge=0, le=100)]
Turnover = Annotated[float, Field(ge=0, le=200)]
"""Percent of a value that sells and buys come to together: to sell and buy all of it is 200."""
Value = Annotated[float, Field(ge=0)]
Days = Annotated[int, Field(ge=0, le=3660)]
SoftRule = Literal["tolerance_breach", "adv_share"]
Exchange = Literal["ASX", "NYSE", "NASDAQ", "LSE"]
InstrumentType = Literal["Stock", "ETF", "Fund", "Bond"]


class Limits(BaseModel):
    """What no session may exceed, whatever was decided in it. Empty `allowed_*` allow all that a book may hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_order_value: Value = 1_000_000
    max_session_turnover_pct: Turnover = 60
    max_daily_value: Value = 50_000_000
    max_book_turnover_pct: Turnover = 60
    allowed_exchanges: tuple[Exchange, ...] = ()
    allowed_types: tuple[InstrumentType, ...] = ()
    approval_minutes: Annotated[int, Field(ge=1, le=1440)] = 30
    price_move_pct: Pct = 2
    four_eyes_value: Value = 5_000_000


class Policy(BaseModel):
    """Thresholds of drift, trades, flags, sessions and limits.

    The shipped TOML file lists all of them with these defaults.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    min_trade_value: Value = 500
    min_trade_pct: Pct = 0.1
    minimum_cash_pct: Pct = 0
    dividend_window_sell_days: Days = 14
    dividend_window_buy_days: Days = 30
    dip_pct: Annotated[float, Field(ge=-100, le=0)] = -8
    cgt_window_days: Days = 45
    stale_price_days: Days = 5
    adv_share_pct: Pct = 10
    batch_size: Annotated[int, Field(ge=1, le=200)] = 20
    session_ttl_hours: Annotated[int, Field(ge=1, le=720)] = 24
    tier_caps_pct: tuple[Pct, Pct, Pct] = (30, 50, 80)
    trade_scope: Literal["breached", "portfolio"] = "breached"
    lot_method: Literal["min_gain", "fifo", "lifo", "hifo"] = "min_gain"
    blocking_rules: tuple[SoftRule, ...] = ()
    limits: Limits = Limits()
    factors: FactorThresholds = FactorThresholds()

    @property
    def digest(self) -> str:
        """SHA-256 of what trading is judged by: two answers with the same digest were judged by the same thresholds."""
        return hashlib.sha256(self.model_dump_json(exclude={"factors"}).encode()).hexdigest()
