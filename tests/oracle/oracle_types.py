"""What the second computation takes beside a book, and what it gives back, portfolio by portfolio."""

from dataclasses import dataclass, field
from datetime import date

from trimtab.domain.decimal_text import fixed


@dataclass(frozen=True)
class SessionRule:
    """A rule on an instrument; without an account number for all portfolios; `until` is inclusive."""

    code: str
    rule: str
    account_number: str | None = None
    until: date | None = None


@dataclass(frozen=True)
class Substitution:
    """The missing share of `code` goes to `substitute`."""

    code: str
    substitute: str
    account_number: str | None = None


@dataclass(frozen=True)
class GradualExit:
    """Of `code` at most `max_sell_percent` of the units is sold, down to `target_units`."""

    code: str
    max_sell_percent: float
    target_units: float = 0.0
    account_number: str | None = None


@dataclass(frozen=True)
class Session:
    """What a session adds to the book."""

    rules: tuple[SessionRule, ...] = ()
    substitutions: tuple[Substitution, ...] = ()
    gradual_exits: tuple[GradualExit, ...] = ()


@dataclass(frozen=True)
class Decision:
    """A verdict on one line: proceed, defer, review or partial, which has a percent or a person's amount."""

    account_number: str
    code: str
    action: str
    proceed_percent: float | None = None
    amount: float | None = None


@dataclass(frozen=True)
class TaxRule:
    """Of a gain on a lot held over `months`, `discount_pct` is tax free; `valid_until` is inclusive."""

    country: str
    entity: str
    months: int
    discount_pct: float
    valid_from: date
    valid_until: date | None = None


@dataclass(frozen=True, order=True)
class Unable:
    """Why a portfolio can't be checked; `missing_amount` only for a withdrawal over the total."""

    reason: str
    code: str = ""
    missing_amount: float = 0.0


@dataclass(frozen=True)
class Flag:
    """A fact about a line: div has days and an amount per share in base currency, cgt days, dip a percent."""

    kind: str
    days: int = 0
    amount: float = 0.0
    pct: float = 0.0
    sector: str = ""

    @property
    def text(self) -> str:
        """The flag as it is shown."""
        if self.kind == "div":
            return f"div:{self.days}d/${fixed(self.amount, 2 if self.amount >= 0.1 else 4)}"
        if self.kind == "dip":
            return f"dip:{fixed(self.pct, 0)}%"
        return f"cgt:{self.days}d" if self.kind == "cgt" else f"sec:{self.sector}"


@dataclass
class Lot:
    """A tax lot; `cost_base` is the whole lot's."""

    units: float
    acquired: date
    cost_base: float


@dataclass
class Line:
    """An instrument in a portfolio, filled in section by section. Planned and decided units are signed."""

    account_number: str
    code: str
    units: float
    unit_value: float
    lot_size: float
    value: float
    target_pct: float
    tolerance_pct: float
    own_target_pct: float  # before any substitution
    lots: list[Lot] = field(default_factory=list)
    substituted: bool = False
    replaces: str = ""  # the code whose missing share this line took
    replaced_progress_pct: float = 0.0
    actual_pct: float = 0.0
    variance_pct: float = 0.0
    status: str = "within"
    triggered: bool = False
    max_amount: float = 0.0
    min_amount: float = 0.0
    sell_rule: str = ""
    buy_rule: str = ""
    sell_cap_units: float | None = None
    planned_units: float = 0.0  # with cash_raise_units
    cash_raise_units: float = 0.0
    cut_by_exit: bool = False
    planned_reason: str = ""  # why section 4 plans nothing
    reason: str = ""
    planned_amount: float = 0.0
    min_proceed_percent: float = 0.0
    flags: tuple[Flag, ...] = ()
    action: str = "proceed"
    decided_units: float = 0.0  # what the decision left of planned_units
    late_raise_units: float = 0.0  # sold for cash after the decisions
    percent: float = 100.0  # of a buy, as decided
    final_units: float = 0.0


@dataclass
class Plan:
    """A portfolio, filled in section by section. With `unable` it has no lines."""

    account_number: str
    unable: tuple[Unable, ...] = ()
    cash: float = 0.0
    cash_estimated: bool = False
    pending_withdrawal: float = 0.0
    total: float = 0.0
    investable: float = 0.0
    full_liquidation: bool = False
    weight_base: float = 0.0
    minimum_cash: float = 0.0
    minimum_trade: float = 0.0
    lines: list[Line] = field(default_factory=list)
    cash_line: Line | None = None
    missing_cash: float = 0.0
    hard_failures: tuple[str, ...] = ()
    available: float = 0.0
    demand: float = 0.0
    deferral_needed: float = 0.0
    caps_exceeded: bool = False
    close_call: bool = False  # float noise could turn a comparison

    def line(self, code: str) -> Line:
        """The line of an instrument."""
        return next(line for line in self.lines if line.code == code)
