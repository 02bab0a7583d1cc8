"""Calls of a language model as they are kept: what was asked and answered, what it took, and how it failed."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue

from trimtab.workflow.ports.requests import AnalystQuestion

FailureKind = Literal[
    "truncated",
    "refused",
    "rate_limited",
    "overloaded",
    "timeout",
    "bad_json",
    "wrong_schema",
    "unreachable",
    "rejected",
    "over_budget",
    "cancelled",
]
"""`truncated` the answer's length limit ended it; `refused` the model won't; `rejected` the provider says that the
request, key or model is wrong; `over_budget` nothing was sent, because a limit of ours would have been passed;
`cancelled` nobody wanted the answer any more."""
Outcome = Literal["answered"] | FailureKind
ModelQuestion = AnalystQuestion | Literal["framework"]
"""What a model may be asked: of a session, or for a framework."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Usage(_Record):
    """Tokens as the provider counted them (our own count where it said nothing), and their price in US dollars.

    `input_tokens` are all that were read; `cached_input_tokens` and `cache_write_tokens` are parts of them. `cost_usd`
    is None where the model has no price.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cached_input_tokens: int = 0
    cache_write_tokens: int = 0
    cost_usd: float | None = None

    @property
    def tokens(self) -> int:
        """Everything read and written."""
        return self.input_tokens + self.output_tokens


class Prompt(_Record):
    """What a model is asked: the part that never changes, the part that does, and the shape of the answer.

    `vote` isn't sent: it tells the same words apart that are asked several times at once.
    """

    system: str
    user: str
    answer_schema: dict[str, JsonValue]
    vote: int = 0

    @property
    def hash(self) -> str:
        """SHA-256 of its canonical JSON."""
        told = self.model_dump(mode="json", exclude_defaults=True)
        text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()


class ModelCall(_Record):
    """One call: `label` says of what (`batch 2 of 3`), `attempts` how often it was sent, `answer` the raw text.

    `failure` says in our words what was wrong, where something was.
    """

    question: ModelQuestion
    label: str
    provider: str
    model: str
    prompt_hash: str
    prompt: Prompt
    outcome: Outcome
    failure: str = ""
    answer: str | None
    usage: Usage
    attempts: int
    latency_ms: int


class UsageSum(_Record):
    """What the calls of an analysis took together; `cost_usd` is None where the model has no price."""

    provider: str
    model: str
    calls: int
    failed_calls: int
    input_tokens: int
    cached_input_tokens: int
    output_tokens: int
    cost_usd: float | None


def add_up(calls: Sequence[ModelCall]) -> UsageSum | None:
    """The sum of calls of one model; None without any."""
    if not calls:
        return None
    usages = [call.usage for call in calls]
    costs = [usage.cost_usd for usage in usages if usage.cost_usd is not None]
    return UsageSum(
        provider=calls[0].provider,
        model=calls[0].model,
        calls=len(calls),
        failed_calls=sum(call.outcome != "answered" for call in calls),
        input_tokens=sum(usage.input_tokens for usage in usages),
        cached_input_tokens=sum(usage.cached_input_tokens for usage in usages),
        output_tokens=sum(usage.output_tokens for usage in usages),
        cost_usd=round(sum(costs), 6) if costs else None,
    )


@dataclass(slots=True)
class Ledger:
    """The calls of one analysis, in the order in which they ended, after those that the session paid for before."""

    spent_tokens: int = 0
    spent_usd: float = 0.0
    calls: list[ModelCall] = field(default_factory=list)

    def add(self, call: ModelCall) -> None:
        """Keeps a call that has ended, however it ended."""
        self.calls.append(call)

    @property
    def tokens(self) -> int:
        """Tokens of the session, this analysis included."""
        return self.spent_tokens + sum(call.usage.tokens for call in self.calls)

    @property
    def cost_usd(self) -> float:
        """Dollars of the session, this analysis included; calls without a price count nothing."""
        return self.spent_usd + sum(call.usage.cost_usd or 0.0 for call in self.calls)
