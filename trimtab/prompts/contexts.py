"""What each prompt is filled with: one frozen class per template, which it names."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Data:
    """Facts that a formatter made text of. They stand in the prompt between fences, as data and not as instructions."""

    text: str


@dataclass(frozen=True, slots=True)
class PromptContext:
    """Base of what a template is filled with: text is cleaned to one line, and several lines are `Data`."""

    template: ClassVar[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSession(PromptContext):
    """A session to look over."""

    template: ClassVar[str] = "review_session.j2"

    session_id: str
    workflow_mode: str
    phase: str
    version: int
    execution_mode: str
    analyzed: bool
    hard_failures: int
    soft_warnings: int
    under_review: int
    unable_to_check: int
    held_back: int
    held_back_shown: int
    facts: Data


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainDeferral(PromptContext):
    """An instrument of which something is held back."""

    template: ClassVar[str] = "explain_deferral.j2"

    session_id: str
    symbol: str
    phase: str
    version: int
    execution_mode: str
    lines: int
    lines_shown: int
    outside: int
    facts: Data
