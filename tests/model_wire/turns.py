"""The model behind the wire: what it says to a question, right or wrong, and what that takes."""

import json
from collections.abc import Callable
from typing import Final

from tests.model_wire.answers import normal_answer
from tests.model_wire.calls import CHARACTERS_PER_TOKEN, CallInfo, Json, Question, Turn, Usage, tokens
from tests.model_wire.distortions import DISTORTIONS

LEAST_KEPT_TOKENS: Final = 1_024
"""Shorter prefixes are not kept for the next call."""

REFUSAL: Final = "I can't help with that."

Answer = Callable[[CallInfo, Json], Json | str]


class Turns:
    """Takes turns, and remembers which prefixes it has read before."""

    def __init__(self) -> None:
        self._kept: set[tuple[str, str, str]] = set()

    def take(self, mode: str, call: CallInfo, *, answer: Answer | None) -> Turn:
        """The model's turn; one that needs more tokens than it may write is cut off."""
        if mode == "refusal":
            return Turn(call.number, REFUSAL, "refused", self._usage(call, REFUSAL))
        text = _text(mode, call, answer=answer)
        most = len(text) if call.max_tokens is None else call.max_tokens * CHARACTERS_PER_TOKEN
        if mode == "cut_off":
            most = min(most, len(text) // 2)
        said = text[:most]
        return Turn(call.number, said, "done" if said == text else "cut_off", self._usage(call, said))

    def _usage(self, call: CallInfo, said: str) -> Usage:
        read, told = input_tokens(call), max(tokens(said), 1)
        kept = tokens(call.prefix or "")
        if call.prefix is None or kept < LEAST_KEPT_TOKENS:
            return Usage(read, told)
        key = (call.dialect, call.model, call.prefix)
        known = key in self._kept
        self._kept.add(key)
        return Usage(read, told, cached_tokens=kept if known else 0, cache_write_tokens=0 if known else kept)


def input_tokens(question: Question) -> int:
    """All that is read: both parts of the prompt, and the schema."""
    schema = json.dumps(question.schema) if question.schema else ""
    return tokens(question.system) + tokens(question.prompt) + tokens(schema)


def _text(mode: str, call: CallInfo, *, answer: Answer | None) -> str:
    if call.schema is None:
        return f"That were {len(call.prompt)} characters."
    said: Json | str = normal_answer(call)
    if answer is not None and not isinstance(said, str):
        said = answer(call, said)
    if mode in DISTORTIONS and not isinstance(said, str):
        said = DISTORTIONS[mode](call, said)
    return said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
