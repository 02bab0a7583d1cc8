"""What a session's own evidence holds, by kind: written by the archive, read by the pack.

Reading is lenient where a later release may have added something: a record has to be readable for years.
"""

from datetime import date
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, JsonValue

from trimtab.workflow.ports.results import Cell

LOG = "log"
"""The kind of a copied log entry; its content is the entry as `LogEntry` writes it."""
STATE = "state"
"""The kind of a session's state, without what only serves to answer repeated calls."""
PLAN = "plan"
INPUTS = "inputs"
REFUSAL = "refusal"
EXECUTION = "execution"
CANCELLATION = "cancellation"
DELIVERY = "delivery"


class Content(BaseModel):
    """Base of every content."""

    model_config = ConfigDict(frozen=True, extra="ignore", from_attributes=True)


class BookInputs(Content):
    """Which book it was; the counts are of the whole book."""

    name: str
    digest: str
    as_of: date
    portfolios: int
    instruments: int
    models: int
    lots: int
    restrictions: int


class Inputs(Content):
    """What the session was computed from: all of it can be compared with other sessions by its digests.

    `rules_digest` is the digest of policy and tax rules together that plans carry.
    """

    KIND: ClassVar[str] = INPUTS

    server_version: str
    book: BookInputs
    policy: dict[str, JsonValue]
    policy_digest: str
    tax_rules: tuple[dict[str, JsonValue], ...]
    tax_rules_digest: str
    rules_digest: str


class NamedTable(Content):
    """Rows under named columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def records(self) -> tuple[dict[str, Cell], ...]:
        """The rows by column name."""
        return tuple(dict(zip(self.columns, row, strict=False)) for row in self.rows)


class KeptFinding(Content):
    """A hard failure or a soft warning, in our words; codes and accounts are data."""

    rule: str
    symbol: str = ""
    account_number: str | None = None
    message: str = ""
    count: int | None = None
    excess_pct: float | None = None
    excess_value: float | None = None


class KeptSide(Content):
    """One side of the totals: positive money of the reporting currency."""

    count: int = 0
    value: float = 0.0
    original_value: float = 0.0
    deferred_count: int = 0
    deferred_value: float = 0.0
    review_count: int = 0


class KeptTotals(Content):
    """The plan's totals in `currency`."""

    sells: KeptSide = KeptSide()
    buys: KeptSide = KeptSide()
    net_cash_flow: float = 0.0
    missing_cash: float = 0.0
    currency: str = ""
    left_out_portfolios: int = 0


class KeptInstrument(Content):
    """Who an instrument is."""

    code: str
    name: str = ""
    exchange: str = ""


class KeptPortfolio(Content):
    """Whose a portfolio is; `reporting_rate` turns its money into the reporting currency, None without a rate."""

    account_number: str
    client_name: str = ""
    currency: str = ""
    reporting_rate: float | None = None


class KeptPlan(Content):
    """The plan, with what is needed to read it without the book.

    `document` is the plan document, and `digest` its SHA-256.
    """

    KIND: ClassVar[str] = PLAN

    digest: str
    document: dict[str, JsonValue]
    totals: KeptTotals
    hard_failures: tuple[KeptFinding, ...] = ()
    soft_warnings: tuple[KeptFinding, ...] = ()
    not_traded: NamedTable
    instruments: tuple[KeptInstrument, ...] = ()
    portfolios: tuple[KeptPortfolio, ...] = ()

    @property
    def trades(self) -> NamedTable:
        """The trades that stand in the document."""
        return NamedTable.model_validate(self.document)


class KeptDecision(Content):
    """A decision as the state has it."""

    account_number: str
    symbol: str
    side: str
    action: str
    proceed_pct: float
    source: str
    reason: str = ""
    flags: tuple[str, ...] = ()
    note: str = ""


class KeptRemark(Content):
    """Market context about an exchange, or a sector of it."""

    exchange: str
    comment: str
    sector: str | None = None


class KeptAnalysis(Content):
    """What an analysis said."""

    analyst: str
    side: str
    summary: str
    model: str = ""
    inputs: str = ""
    market: str = ""
    notes: tuple[tuple[str, str], ...] = ()
    remarks: tuple[KeptRemark, ...] = ()
    degraded: tuple[str, ...] = ()
    removed: dict[str, int] = {}
    votes: int = 1
    flipped: tuple[str, ...] = ()
    flip_rate_pct: float | None = None


class KeptState(Content):
    """What the pack reads of a state."""

    KIND: ClassVar[str] = STATE

    workflow_mode: str
    phase: str
    book: str
    as_of: date
    decisions: tuple[KeptDecision, ...] = ()
    sell_analysis: KeptAnalysis | None = None
    buy_analysis: KeptAnalysis | None = None
    spent_tokens: int = 0
    spent_usd: float = 0.0


class RefusedRule(Content):
    """A rule that forbade something, with what it said."""

    rule: str
    message: str = ""


class Refusal(Content):
    """Something that was asked for and not done: which rules forbade it, and what it was."""

    KIND: ClassVar[str] = REFUSAL

    rules: tuple[RefusedRule | str, ...] = ()
    rule: str = ""
    message: str = ""
    what: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The rules, each once, however the writer named them."""
        named = (each if isinstance(each, str) else each.rule for each in (*self.rules, self.rule))
        return tuple(dict.fromkeys(name for name in named if name))

    @property
    def messages(self) -> tuple[str, ...]:
        """What was said of it, each once."""
        said = (each.message for each in self.rules if isinstance(each, RefusedRule))
        return tuple(dict.fromkeys(text for text in (self.message, *said) if text))


class Execution(Content):
    """That the orders of a plan were recorded."""

    KIND: ClassVar[str] = EXECUTION

    plan_hash: str
    orders: int | tuple[str, ...] = 0
    approved_by: str | tuple[str, ...] = ()

    @property
    def order_count(self) -> int:
        """How many orders."""
        return self.orders if isinstance(self.orders, int) else len(self.orders)

    @property
    def approvers(self) -> tuple[str, ...]:
        """Who approved."""
        named = (self.approved_by,) if isinstance(self.approved_by, str) else self.approved_by
        return tuple(name for name in named if name)


class Cancellation(Content):
    """That somebody had orders cancelled, and why.

    Of `orders` that were meant, `cancelled` had not left, and `asked` are to be cancelled at the order system.
    """

    KIND: ClassVar[str] = CANCELLATION

    reason: str
    orders: int = 0
    cancelled: int = 0
    asked: int = 0


class Delivery(Content):
    """Something about the way of orders to their order system and back; what else it holds is told as it is."""

    model_config = ConfigDict(extra="allow")

    KIND: ClassVar[str] = DELIVERY

    order_system: str = ""
    message: str = ""
