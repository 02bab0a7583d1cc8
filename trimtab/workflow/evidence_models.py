"""The evidence pack: what is read years later about one trading session, made of its records alone.

Money is in the currency that stands beside it; `reported_` money in the reporting currency of the totals.
"""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue

from trimtab.workflow.evidence_contents import (
    Inputs,
    KeptAnalysis,
    KeptFinding,
    KeptTotals,
)
from trimtab.workflow.ports.records import Approval, Fill, OrderRow, Parked, Question

Said = tuple[str, tuple[str, ...]]
"""Something in words: a headline, and the lines below it."""


class Part(BaseModel):
    """Base of everything in a pack."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Identity(Part):
    """Which session this is; `execution_mode` is of its orders, empty where none were recorded.

    What isn't known, because the session itself was never kept, is empty or None. `plan_note` says where the plan
    isn't the one of the session as it ended.
    """

    session_id: str
    owner: str = ""
    version: int | None = None
    workflow_mode: str = ""
    phase: str = ""
    execution_mode: str = ""
    book: str = ""
    as_of: date | None = None
    plan_digest: str = ""
    plan_note: str = ""
    opened_at: datetime | None = None
    opened_by: str = ""
    changed_at: datetime | None = None
    changed_by: str = ""


class Story(Part):
    """The whole in plain sentences, one answer to each question that is asked first."""

    what: str
    opened: str
    decided: str
    facts: str
    rejected: str
    approved: str
    sent: str


class InputsAt(Part):
    """What the session was computed from, from `at` on."""

    seq: int
    at: datetime
    inputs: Inputs


class Happening(Part):
    """Something that happened; `content` is of kinds that aren't understood, as it is.

    `seq` is its entry's number. Where orders moved at once it is the first entry's, as `kind` is, and `last_seq` the
    last one's.
    """

    seq: int
    last_seq: int
    at: datetime
    kind: str
    actor: str
    source: str
    headline: str
    details: tuple[str, ...] = ()
    request: dict[str, JsonValue] = {}
    content: str = ""


class LineDecision(Part):
    """What was planned for a line of a portfolio, on which facts, and what became of it.

    `facts` are the line's computed flags, `cited` those the decision rests on; weights are percents of the portfolio.
    """

    account_number: str
    client_name: str
    currency: str
    planned_amount: float
    amount: float
    quantity: str
    status: str
    action: str
    percent: float
    source: str
    reason: str
    note: str
    facts: tuple[str, ...]
    cited: tuple[str, ...]
    concerns: tuple[str, ...]
    weight_before_pct: float
    target_pct: float
    weight_after_pct: float
    reported_planned_value: float | None
    reported_value: float | None

    @property
    def held(self) -> bool:
        """Whether less is traded than was planned."""
        return abs(self.planned_amount) - abs(self.amount) > 0.005


class InstrumentDecisions(Part):
    """An instrument's decisions on one side, with the largest lines first; `sources` counts lines."""

    code: str
    name: str
    exchange: str
    side: str
    reported_planned_value: float
    reported_value: float
    sources: dict[str, int]
    lines: tuple[LineDecision, ...]


class Removed(Part):
    """What was taken out of answers or recommendations, or corrected in them, before they counted."""

    seq: int
    at: datetime
    actor: str
    about: str
    rule: str
    words: str
    count: int


class Refused(Part):
    """Something that was asked for and not done."""

    seq: int
    at: datetime
    actor: str
    source: str
    what: str
    rules: tuple[str, ...]
    messages: tuple[str, ...]


class NotTraded(Part):
    """A line outside its band, or that looks as if it should trade, without a trade."""

    account_number: str
    client_name: str
    code: str
    reason: str
    words: str
    amount: float
    currency: str
    detail: str


class Rejected(Part):
    """Everything that was said no to, by whom or what; lines held back are in the decisions (`LineDecision.held`)."""

    removed: tuple[Removed, ...]
    refusals: tuple[Refused, ...]
    hard_failures: tuple[KeptFinding, ...]
    declined: tuple[Question, ...]
    not_traded: tuple[NotTraded, ...]


class OverrideMade(Part):
    """A decision of a person against a proposal or a soft rule."""

    seq: int
    at: datetime
    actor: str
    source: str
    code: str
    account_number: str
    action: str
    percent: float | None
    amount: float | None
    reason: str


class AnalysisMade(Part):
    """An analysis that stands at the end; `prompt_hashes` are of the calls that its side took."""

    analysis: KeptAnalysis
    prompt_hashes: tuple[str, ...]


class ModelCallMade(Part):
    """A call of a language model, with the whole prompt and the whole answer."""

    seq: int
    at: datetime
    provider: str
    model: str
    purpose: str
    outcome: str
    failure: str
    input_tokens: int
    output_tokens: int
    cost_usd: float | None
    attempts: int
    latency_ms: int
    prompt_hash: str
    prompt: dict[str, JsonValue]
    answer: str | None


class StateAt(Part):
    """A state that an order came to; `cancel` says that it was to be cancelled at the order system from there on."""

    seq: int
    at: datetime
    actor: str
    state: str
    filled_quantity: str
    cancel: bool
    why: str


class OrderStory(Part):
    """An order as it stands, and the states it went through."""

    order: OrderRow
    history: tuple[StateAt, ...]


class Entry(Part):
    """An entry of the evidence in full: `content` is the canonical JSON that its hash covers."""

    seq: int
    at: str
    session_id: str
    kind: str
    actor: str
    source: str
    content: str
    previous_hash: str
    hash: str


class Head(Part):
    """The end of the chain of all records when the pack was made."""

    seq: int
    hash: str
    at: datetime | None


class LogEnd(Part):
    """The end of the session's own log, as the records say it."""

    version: int
    seq: int
    hash: str


class EvidencePack(Part):
    """One session's evidence, read. Everything but `made_at` and `head` follows from `entries`."""

    form: Literal[1] = 1
    made_at: datetime
    head: Head
    identity: Identity
    story: Story
    inputs: tuple[InputsAt, ...]
    totals: KeptTotals | None
    timeline: tuple[Happening, ...]
    decisions: tuple[InstrumentDecisions, ...]
    rejected: Rejected
    soft_warnings: tuple[KeptFinding, ...]
    overrides: tuple[OverrideMade, ...]
    analyses: tuple[AnalysisMade, ...]
    model_calls: tuple[ModelCallMade, ...]
    questions: tuple[Question, ...]
    approvals: tuple[Approval, ...]
    orders: tuple[OrderStory, ...]
    fills: tuple[Fill, ...]
    parked: tuple[Parked, ...]
    log_end: LogEnd | None
    entries: tuple[Entry, ...]
