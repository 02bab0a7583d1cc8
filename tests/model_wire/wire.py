"""A provider of models that is none: speaks the three dialects as the providers do, answers from what it is asked, and
fails in every way that a test wants.

    wire = Wire()
    wire.modes = {1: "rate_limited", 3: "cut_off"}
    client = AsyncAnthropic(api_key="test-key", http_client=httpx2.AsyncClient(transport=wire.transport()))
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import anyio
import httpx2

from tests.model_wire.anthropic_messages import ANTHROPIC
from tests.model_wire.calls import Answered, Asked, CallInfo, Json, Question
from tests.model_wire.dialects import Dialect, Errors, Fault, Refused
from tests.model_wire.distortions import DISTORTIONS
from tests.model_wire.openai_chat import CHAT
from tests.model_wire.openai_errors import OPENAI_ERRORS
from tests.model_wire.openai_responses import RESPONSES
from tests.model_wire.sending import as_body, as_stream, dropped, in_process
from tests.model_wire.turns import Answer, Turns, input_tokens

FAILURES: Final[dict[str, Fault]] = {"rate_limited": "rate_limited", "overloaded": "overloaded"}
MODES: Final = ("normal", "slow", *FAILURES, "cut_off", "dropped", "refusal", *DISTORTIONS)
"""Each but the two failures is streamed where the request asks for a stream."""

MODELS: Final = ("claude-sonnet-4-6", "claude-haiku-4-5", "gpt-5.2", "gpt-5-mini", "local-model")
COUNT_TOKENS: Final = "/messages/count_tokens"
DIALECTS: Final = {"/messages": ANTHROPIC, "/responses": RESPONSES, "/chat/completions": CHAT, COUNT_TOKENS: ANTHROPIC}
GATHERS_WITHIN_SECONDS: Final = 10.0
_LOOKS: Final = re.compile(r"/models(?:/(?P<identity>.+))?$")

Modes = Callable[[CallInfo], str | None] | Mapping[int, str] | Sequence[str]


class Wire:
    """The provider. What may be set at any time:

    - `mode`: how calls go. `modes`: how some go instead, by number (from 1), in their order, or as a callable says.
    - `answer`: a callable that sees a call and the sensible answer, and returns another, or any text.
    - `delay_seconds`: how long each answer takes; a slow one takes `slow_seconds` more.
    - `together`: no answer goes out before this many calls have been in flight at once.
    - `key`: what callers have to know (None: nothing). `models`: those that there are. `retry_after_ms`: how long
      callers are told to wait who came too often.

    What is told: `requests` (everything that came), `calls` (of a model), `in_flight_most` (most calls at once).
    """

    def __init__(
        self,
        mode: str = "normal",
        *,
        delay_seconds: float = 0.0,
        key: str | None = "test-key",
        models: Sequence[str] = MODELS,
    ) -> None:
        self.mode = _known(mode)
        self.modes: Modes = {}
        self.answer: Answer | None = None
        self.delay_seconds, self.slow_seconds = delay_seconds, 1.0
        self.together = 1
        self.key, self.models, self.retry_after_ms = key, tuple(models), 1
        self.requests: list[Asked] = []
        self.calls: list[CallInfo] = []
        self.in_flight = self.in_flight_most = 0
        self._attempts: Counter[str] = Counter()
        self._turns = Turns()

    def handle(self, method: str, path: str, *, headers: Mapping[str, str], body: bytes = b"") -> Answered:
        """What is answered to a request, whatever stands in its path before the part that every provider has."""
        asked = Asked(method, path, {name.lower(): value for name, value in headers.items()}, _json(body))
        self.requests.append(asked)
        try:
            return self._served(asked, body)
        except Refused as refused:
            return self._fault(_errors(asked), refused.fault, refused.said)

    async def answered(self, method: str, path: str, *, headers: Mapping[str, str], body: bytes) -> Answered:
        """What `handle` answers, when its time has come; a call is in flight until then."""
        answer = self.handle(method, path, headers=headers, body=body)
        if not answer.number:
            return answer
        self.in_flight += 1
        self.in_flight_most = max(self.in_flight_most, self.in_flight)
        try:
            await anyio.sleep(answer.delay_seconds)
            await self._gathered()
        finally:
            self.in_flight -= 1
        return answer

    def transport(self) -> httpx2.MockTransport:
        """For an asynchronous client in the same process; its read timeout counts as it would on a socket."""
        return httpx2.MockTransport(self._carry)

    async def _carry(self, request: httpx2.Request) -> httpx2.Response:
        try:
            with anyio.fail_after(request.extensions.get("timeout", {}).get("read")):
                answer = await self.answered(
                    request.method, request.url.path, headers=request.headers, body=request.content
                )
        except TimeoutError as error:
            raise httpx2.ReadTimeout("the answer didn't come in time", request=request) from error
        return in_process(answer, request)

    async def _gathered(self) -> None:
        with anyio.move_on_after(GATHERS_WITHIN_SECONDS):
            while self.in_flight_most < self.together:
                await anyio.sleep(0.005)
        assert self.in_flight_most >= self.together, f"no {self.together} calls were in flight at once"

    def _served(self, asked: Asked, body: bytes) -> Answered:
        if self.key is not None and self.key not in _keys(asked):
            raise Refused("bad_key", "The API key is wrong.")
        look = _LOOKS.search(asked.path)
        if asked.method == "GET" and look:
            return self._look(look["identity"], _errors(asked))
        end = next((end for end in DIALECTS if asked.path.endswith(end)), None)
        if asked.method != "POST" or end is None:
            raise Refused("no_path", "There is nothing at this address.")
        question = _question(asked, end)
        self._check_model(question.model)
        if end == COUNT_TOKENS:
            return self._told(_errors(asked), {"input_tokens": input_tokens(question)})
        return self._call(DIALECTS[end], question, digest=hashlib.sha256(body).hexdigest())

    def _call(self, dialect: Dialect, question: Question, *, digest: str) -> Answered:
        self._attempts[digest] += 1
        number, attempt = len(self.calls) + 1, self._attempts[digest]
        call = CallInfo(**vars(question), dialect=dialect.name, number=number, attempt=attempt)
        self.calls.append(call)
        mode = self._mode_of(call)
        delay_seconds = self.delay_seconds + (self.slow_seconds if mode == "slow" else 0.0)
        return replace(self._answer(mode, call, dialect=dialect), number=number, delay_seconds=delay_seconds)

    def _answer(self, mode: str, call: CallInfo, *, dialect: Dialect) -> Answered:
        if mode in FAILURES:
            return self._fault(dialect.errors, FAILURES[mode], "There is too much to do: try again later.")
        whole = dialect.message(call, self._turns.take(mode, call, answer=self.answer))
        if call.stream:
            answer = as_stream(dialect.events(call, whole), headers=self._named(dialect.errors))
        else:
            answer = self._told(dialect.errors, whole)
        return dropped(answer) if mode == "dropped" else answer

    def _mode_of(self, call: CallInfo) -> str:
        if callable(self.modes):
            chosen = self.modes(call)
        elif isinstance(self.modes, Mapping):
            chosen = self.modes.get(call.number)
        else:
            chosen = self.modes[call.number - 1] if call.number <= len(self.modes) else None
        return _known(chosen or self.mode)

    def _look(self, identity: str | None, errors: Errors) -> Answered:
        if identity is None:
            return self._told(errors, errors.models([errors.model(each) for each in self.models]))
        self._check_model(identity)
        return self._told(errors, errors.model(identity))

    def _check_model(self, identity: str) -> None:
        if identity not in self.models:
            raise Refused("no_model", f"model: {identity}")

    def _told(self, errors: Errors, body: Json) -> Answered:
        return as_body(200, body, headers=self._named(errors))

    def _fault(self, errors: Errors, fault: Fault, said: str) -> Answered:
        headers = self._named(errors)
        if fault == "rate_limited":
            headers["retry-after"] = str(-(-self.retry_after_ms // 1000))
            headers["retry-after-ms"] = str(self.retry_after_ms)
        return as_body(errors.statuses[fault], errors.body(fault, said), headers=headers)

    def _named(self, errors: Errors) -> dict[str, str]:
        return {errors.request_id_header: f"req_{len(self.requests):06}"}


def _question(asked: Asked, end: str) -> Question:
    """What is asked.

    Raises:
        Refused: The provider wouldn't take it.
    """
    if DIALECTS[end] is ANTHROPIC and "anthropic-version" not in asked.headers:
        raise Refused("bad_request", "anthropic-version: header is required")
    question = DIALECTS[end].read({"max_tokens": 1, **asked.body} if end == COUNT_TOKENS else asked.body)
    if not question.prompt:
        raise Refused("bad_request", "messages: at least one message is required")
    return question


def _errors(asked: Asked) -> Errors:
    """Which provider's errors the caller understands."""
    anthropic = "/messages" in asked.path or asked.headers.keys() & {"anthropic-version", "x-api-key"}
    return ANTHROPIC.errors if anthropic else OPENAI_ERRORS


def _keys(asked: Asked) -> tuple[str, str]:
    return asked.headers.get("x-api-key", ""), asked.headers.get("authorization", "").removeprefix("Bearer ")


def _json(body: bytes) -> Json:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _known(mode: str) -> str:
    if mode not in MODES:
        raise ValueError(f"{mode} is no mode; there are {', '.join(MODES)}")
    return mode
