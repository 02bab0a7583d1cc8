"""A trading session's state: what was decided, never what can be computed from the book again."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from trimtab.domain.trading.recommendation import Action
from trimtab.domain.trading.repair import Side, Source
from trimtab.workflow.ports.framework_parts import FrameworkPart
from trimtab.workflow.ports.model_calls import UsageSum
from trimtab.workflow.ports.requests import (
    GradualExit,
    InstrumentRule,
    Override,
    Phase,
    Substitution,
    WorkflowMode,
)

SCHEMA_VERSION = 1
MOST_REMEMBERED_ANSWERS = 16
MOST_REMEMBERED_KEYS = 500


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Decision(_Record):
    """What was decided for a line.

    `reason` is prose for people, `flags` the facts it rests on, `note` marks a repair.
    """

    account_number: str
    symbol: str
    side: Side
    action: Action
    proceed_pct: float
    source: Source
    reason: str = ""
    flags: tuple[str, ...] = ()
    note: str = ""

    @property
    def key(self) -> tuple[str, str, Side]:
        """Which line this is about."""
        return (self.account_number, self.symbol, self.side)


class Remark(_Record):
    """Market context about an exchange, or about a sector of it."""

    exchange: str
    comment: str
    sector: str | None = None
    within: str | None = None
    across: str | None = None


class AnalysisRecord(_Record):
    """What an analysis said. `inputs` is the digest of what it saw, so a later change shows that it is out of date.

    `votes` is how often each batch was asked; with more than one, `flipped` are instruments with different verdicts.
    """

    analyst: str
    model: str = ""
    side: Side
    inputs: str
    summary: str
    notes: tuple[tuple[str, str], ...] = ()
    market: str = ""
    remarks: tuple[Remark, ...] = ()
    degraded: tuple[str, ...] = ()
    removed: dict[str, int] = {}
    votes: int = 1
    flipped: tuple[str, ...] = ()
    flip_rate_pct: float | None = None
    usage: UsageSum | None = None


class RememberedAnswer(_Record):
    """The first answer to an idempotency key; None where only the key is still known."""

    key: str
    fingerprint: str
    answer: str | None


class SessionState(_Record):
    """Everything a session stores. Replaced as a whole; two writers are told apart by the store's version."""

    schema_version: Literal[1] = 1
    workflow_mode: WorkflowMode
    phase: Phase = "Sells"
    book: str
    book_digest: str
    policy_digest: str
    as_of: date
    portfolios: tuple[str, ...] | None = None
    framework: FrameworkPart | None = None
    instrument_rules: tuple[InstrumentRule, ...] = ()
    substitutions: tuple[Substitution, ...] = ()
    gradual_exits: tuple[GradualExit, ...] = ()
    overrides: tuple[Override, ...] = ()
    proposals: tuple[Decision, ...] = ()
    decisions: tuple[Decision, ...] = ()
    sell_analysis: AnalysisRecord | None = None
    buy_analysis: AnalysisRecord | None = None
    spent_tokens: int = 0
    spent_usd: float = 0.0
    """What language models took for this session; a model without a price adds no dollars."""
    executing: str = ""
    """Hash of the plan whose orders are, or are just being, recorded."""
    records_end: tuple[int, str] | None = None
    """Number and hash of the entry that the records ended with when the session was closed for its orders."""
    remembered: tuple[RememberedAnswer, ...] = ()
    opened_by: str = ""
    """Fingerprint of the call that opened the session with an idempotency key."""

    def changed(self, **fields: object) -> "SessionState":
        """A validated copy with some fields replaced."""
        return SessionState.model_validate({**dict(self), **fields})
