"""The records: what has to be shown later about a session, kept apart from the session and never changed.

One chain of evidence, append-only: each entry holds the hash of the one before, so that a change anywhere is found. The
tables beside it (approvers, questions, approvals, orders, fills, the kill switch, what was kept of a session) only say
where things stand now: every row of theirs is the content of the entry that wrote it last, and is checked against it.

A store knows no rules. `RecordStore.write` shows a pure function where things stand, under a lock that one writer at a
time has, and stores what that function wants, all of it or nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, ClassVar, Final, Literal, NamedTuple, Protocol, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, PlainSerializer

from trimtab.domain.trading.order_states import ENDED, OrderState
from trimtab.workflow.ports.results import ExecutionMode

Means = Literal["client", "secret"]
"""How a person approved: asked by the client (elicitation), or by a secret of their own at the command line."""
OrderSide = Literal["sell", "buy"]
DESK: str = ""
"""The session id of evidence that belongs to no session."""


def moment(at: datetime) -> str:
    """A time in the one spelling that records have: ISO 8601 in UTC, with microseconds.

    Raises:
        ValueError: the time names no zone.
    """
    if at.tzinfo is None:
        raise ValueError("A time of the records names no zone.")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


Moment = Annotated[AwareDatetime, PlainSerializer(moment, return_type=str, when_used="json")]
"""A time with a zone; as JSON it is spelled as entries spell it, so that a row's columns are its content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Something to be kept: `content` is JSON. `kind`, `actor` and `source` have no line breaks."""

    kind: str
    actor: str
    source: str
    session_id: str = DESK
    content: dict[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceEntry:
    """Evidence in its place in the chain; `seq` counts from 1, `at` is ISO 8601 in UTC, `content` canonical JSON."""

    seq: int
    at: str
    session_id: str
    kind: str
    actor: str
    source: str
    content: str
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class EvidenceHead:
    """The end of the chain; `at` is the latest time that any entry carries, None while there is none."""

    seq: int
    hash: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class EvidenceBreak:
    """A place where the records aren't what was written.

    `table` is `evidence`, `evidence_head`, or one of the tables beside them; `key` is the entry's number, or the row's
    key. Where the fault is in no one table, `table` is `database`.
    """

    table: str
    key: str
    message: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check of all records found: sound if there are no breaks. `head` can be noted elsewhere and compared."""

    entries: int
    rows: int
    head: EvidenceHead
    breaks: tuple[EvidenceBreak, ...]


class Row(BaseModel):
    """A row of a table that says where something stands; storing one is evidence of kind `KIND` with it as content."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    KIND: ClassVar[str]

    session_id: str = DESK


class Approver(Row):
    """A person who may approve; `secret_hash` is salted and slow to make. One who was removed can't approve."""

    KIND: ClassVar[str] = "approver"

    name: str
    secret_hash: str
    added_by: str
    removed: bool = False
    failures: int = 0
    locked_until: Moment | None = None


class Question(Row):
    """An approval that a person was asked for through a client; it can be answered once."""

    KIND: ClassVar[str] = "question"

    question_id: str
    plan_hash: str
    asked_at: Moment
    expires_at: Moment
    answer: Literal["approved", "declined"] | None = None


class Approval(Row):
    """A person's approval of exactly one plan; `used` once its orders were recorded."""

    KIND: ClassVar[str] = "approval"

    approval_id: str
    plan_hash: str
    approver: str
    means: Means
    approved_at: Moment
    expires_at: Moment
    used: bool = False


class OrderRow(Row):
    """An order as it stands. Money is of the order's currency (`price`, `limit_price`, `average_price`), of the
    portfolio's base currency (`value`, `cash_value`), and of the book's reporting currency (`reported_value`).

    `cash_value` is what the account can spend before any order of the session, and `progress_pct` how near to its
    target a buy's line is: they say which buys wait, and which goes first. The rest is about the order system:
    `order_system` its name, `sent_at` when a request with the order may have left it last (a `Moment`, empty: never),
    `order_key` and `trade_key` what it calls the order, `cancel` whether it is to be cancelled there.
    """

    KIND: ClassVar[str] = "order"

    client_order_id: str
    plan_hash: str
    execution_mode: ExecutionMode
    book_digest: str
    day: date
    state: OrderState
    account_number: str
    code: str
    exchange: str
    side: OrderSide
    quantity: Decimal
    filled_quantity: Decimal = Decimal(0)
    price: Decimal
    limit_price: Decimal
    currency: str
    value: Decimal
    base_currency: str
    reported_value: Decimal
    reporting_currency: str
    valid_until: Moment
    why: str = ""
    instrument_key: str = ""
    cash_value: Decimal = Decimal(0)
    progress_pct: Decimal = Decimal(0)
    order_system: str = ""
    sent_at: Annotated[str, Field(pattern=r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00)?$")] = ""
    order_key: str = ""
    trade_key: str = ""
    average_price: Decimal = Decimal(0)
    cancel: Literal["", "asked"] = ""

    @property
    def portfolio(self) -> tuple[str, str]:
        """Whose cash it is about: a session's account."""
        return self.session_id, self.account_number

    @property
    def counts(self) -> bool:
        """Whether it takes part in limits: it may still trade, or has traded."""
        return self.state not in ENDED or self.filled_quantity > 0


class Fill(Row):
    """A part of an order that was traded."""

    KIND: ClassVar[str] = "fill"

    fill_id: str
    client_order_id: str
    quantity: Decimal
    price: Decimal
    filled_at: Moment


class Parked(Row):
    """Something of the order system that can't be right: it changed nothing, and waits for a person to look at it.

    `rule` is the rule's name; `parked_id` the same for the same thing, so that it is kept once however often it comes.
    """

    KIND: ClassVar[str] = "parked"

    parked_id: str
    rule: str
    message: str
    client_order_id: str = ""
    order_key: str = ""
    seen_at: Moment


class KillSwitch(Row):
    """While it is on no order is recorded or sent. One row."""

    KIND: ClassVar[str] = "kill_switch"

    name: Literal["kill"] = "kill"
    on: bool
    reason: str
    changed_by: str
    changed_at: Moment


class Undone(Row):
    """A session that was closed for its orders, and opened again because they weren't recorded.

    `closing` is `SESSION:VERSION`, the version that closing it made. Whoever closed it and is late finds this under the
    lock, and records nothing.
    """

    KIND: ClassVar[str] = "undone"

    closing: str
    plan_hash: str


class KeptSession(Row):
    """How much of a session is in the records: its version, and the end of its own log."""

    KIND: ClassVar[str] = "kept_session"

    owner: str
    version: int
    log_seq: int
    log_hash: str


class OrderLine(NamedTuple):
    """What of an order is told of its progress; see `OrderRow`."""

    client_order_id: str
    account_number: str
    code: str
    side: OrderSide
    quantity: Decimal
    filled_quantity: Decimal
    average_price: Decimal
    price: Decimal
    currency: str
    reported_value: Decimal
    reporting_currency: str
    state: OrderState
    cancel: str
    order_key: str
    why: str
    execution_mode: ExecutionMode


ORDER_DECIMALS: Final = tuple(name for name, kind in OrderLine.__annotations__.items() if kind is Decimal)


@dataclass(frozen=True, slots=True)
class OrderColumns:
    """Orders as far as their progress goes, by field of `OrderLine`: of thousands few are looked at one by one.

    `texts` is every field as it is kept. `numbers` is those of `ORDER_DECIMALS` as floats, all finite: near what the
    texts say exactly.
    """

    texts: Mapping[str, Sequence[str]]
    numbers: Mapping[str, Sequence[float]]

    def __len__(self) -> int:
        """How many orders there are."""
        return len(self.texts["client_order_id"])

    def line(self, place: int) -> OrderLine:
        """The order at this place, from 0, with exact decimals."""
        texts = ((name, self.texts[name][place]) for name in OrderLine._fields)
        return OrderLine._make(Decimal(text) if name in ORDER_DECIMALS else text for name, text in texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which part of the records a decision needs to see.

    `session_id` for its questions, approvals, orders and what was kept; with `day` and `execution_mode` also what the
    orders of that day, and those over the book `book_digest`, come to; with `waiting` the orders of all sessions that
    haven't ended. Orders of `accounts` name their account whatever book they were over: cash that no book has yet is
    there once. `known` is the number and hash of an entry that has to be there. With `client_order_ids` the orders are
    these, of whatever session, and no others; nothing but the kill switch and what is parked comes with them.
    """

    session_id: str = DESK
    day: date | None = None
    execution_mode: ExecutionMode = "simulated"
    book_digest: str = ""
    accounts: tuple[str, ...] = ()
    waiting: bool = False
    known: tuple[int, str] | None = None
    client_order_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exposure:
    """What orders that count come to, in money of each reporting currency; `accounts` have some, by session.

    Of several sessions with orders of an account the first is named that isn't the scope's own.
    """

    value: dict[str, Decimal] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where things stand, as far as the scope asks. `orders` are the session's, in the order they were recorded.

    `of_day` are orders of the scope's day, `of_book` those over its book, of any day; both of the scope's mode only.
    The accounts of `of_book` are also those with orders over another book that haven't ended. `has_known` says whether
    the entry that the scope knows is there; it is where it names none.
    Approvers, questions and approvals too are in the order in which they were first recorded. `parked` is what was
    parked of the scope's orders.
    """

    head: EvidenceHead
    kill: KillSwitch | None
    approvers: tuple[Approver, ...]
    questions: tuple[Question, ...]
    approvals: tuple[Approval, ...]
    orders: tuple[OrderRow, ...]
    undone: tuple[Undone, ...]
    kept: KeptSession | None
    of_day: Exposure
    of_book: Exposure
    waiting: tuple[OrderRow, ...]
    has_known: bool
    parked: tuple[Parked, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """What is to be stored: evidence first, then rows, each in order, all of the time `at`.

    `actor` and `source` are of the rows' evidence.
    """

    at: datetime
    actor: str
    source: str
    evidence: Sequence[Evidence] = ()
    rows: Sequence[Row] = ()


Decide = Callable[[Standing], Effects]
R = TypeVar("R", bound=Row)


class RecordStore(Protocol):
    """Keeps the records in a SQL database. Every operation may raise:

    Unavailable: the database can't be reached now.
    OlderVersion, NewerVersion: its schema isn't this release's.
    BrokenRecord: what is read isn't what was written.
    """

    async def standing(self, scope: Scope) -> Standing:
        """Where things stand, read at one moment."""

    async def write(self, scope: Scope, decide: Decide) -> EvidenceHead:
        """Shows `decide` where things stand and stores what it answers, while no other writer can; all or nothing.

        `decide` may run again when a transaction has to be repeated, so it may only compute. What it raises is raised
        here, and nothing is stored.

        Raises:
            ValueError: what it answers can't be stored: evidence of a row's kind, text that no database holds.
        """

    async def unsettled(self, since: date, *, execution_mode: ExecutionMode) -> tuple[OrderRow, ...]:
        """The orders of all sessions in this mode about which the order system may have news.

        Those that haven't ended, and those of this day or later that were sent and ended without being filled: a fill
        may still be on its way.
        """

    async def order_columns(self, session_id: str) -> OrderColumns:
        """A session's orders as far as their progress goes, in the order in which they were recorded.

        They are not checked like rows: what is shown often has to be quick.
        """

    async def order_lines(self, session_id: str, *, plan_hash: str = "") -> tuple[OrderLine, ...]:
        """The same one by one; with `plan_hash` only those of that plan."""

    async def parked(self, session_id: str) -> tuple[Parked, ...]:
        """What waits for a person to look at it: of this session, and of no session at all."""

    async def fills(self, session_id: str) -> tuple[Fill, ...]:
        """What was traded for a session, in the order it was recorded."""

    async def entries(self, session_id: str, *, after_seq: int = 0, limit: int = 500) -> tuple[EvidenceEntry, ...]:
        """A session's evidence in order, from the one behind `after_seq`."""

    async def sessions(self, *, limit: int = 1000) -> tuple[KeptSession, ...]:
        """What is kept of which session, the last kept first."""

    async def verify(self) -> Verification:
        """Goes through everything that is kept."""

    async def check(self) -> None:
        """Comes back where records can be read and written now; raises like an operation where not."""

    async def close(self) -> None:
        """Lets go of connections; calls after it are Unavailable. Closing twice is fine."""
