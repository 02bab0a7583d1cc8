"""Answers with what a model answered before: the client of a replay, which reaches no network."""

from collections import defaultdict, deque
from collections.abc import Iterable

from trimtab.adapters.analysts.clients import ModelFailure, Reply
from trimtab.domain.errors import Unavailable
from trimtab.workflow.ports.model_calls import ModelCall, Prompt


class RecordedClient:
    """Knows the calls of one deed, by their prompts; the same prompt asked again gets the next answer to it.

    `unknown` counts prompts that weren't asked then: the replay doesn't repeat what happened.
    """

    def __init__(self, calls: Iterable[ModelCall], *, provider: str) -> None:
        self._calls: dict[str, deque[ModelCall]] = defaultdict(deque)
        self.provider = provider
        self.model = ""
        self.unknown = 0
        for call in calls:
            self._calls[call.prompt_hash].append(call)
            self.model = call.model

    async def check(self) -> None:
        """Without a call left nobody was asked from here on: the address didn't answer then.

        Raises:
            Unavailable: That is so.
        """
        if not self.unused:
            raise Unavailable("The record has no call from here on.")

    async def ask(self, prompt: Prompt, *, max_output_tokens: int) -> Reply:  # noqa: ARG002 - it was given before
        """The recorded answer, or the recorded failure."""
        left = self._calls[prompt.hash]
        if not left:
            self.unknown += 1
            raise ModelFailure("unreachable", "The record has no such call.")
        call = left.popleft()
        if call.answer is None or call.outcome not in ("answered", "bad_json", "wrong_schema"):
            kind = "bad_json" if call.outcome == "answered" else call.outcome
            raise ModelFailure(kind, call.failure, usage=call.usage, attempts=call.attempts, text=call.answer)
        return Reply(call.answer, call.usage, call.attempts)

    @property
    def unused(self) -> int:
        """Recorded calls that weren't asked for."""
        return sum(map(len, self._calls.values()))

    async def close(self) -> None:
        """It holds nothing."""
