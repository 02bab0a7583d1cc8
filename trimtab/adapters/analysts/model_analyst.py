"""A language model as the analyst: five questions, each one call, and every call kept."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Final, Literal, NoReturn, TypeVar

from trimtab.adapters.analysts.answer_reading import (
    parsed,
    read_buys,
    read_momentum,
    read_portfolios,
    read_synthesis,
)
from trimtab.adapters.analysts.budget import Budget
from trimtab.adapters.analysts.clients import ModelClient, ModelFailure, Reply
from trimtab.adapters.analysts.framework_answers import read_framework
from trimtab.adapters.analysts.questions import Questions
from trimtab.domain.errors import Problem, SettingsError
from trimtab.domain.trading.model_answer import NotAnAnswer
from trimtab.domain.trading.overview import ExchangeMomentum
from trimtab.workflow.ports.analysts import (
    AnalystFailed,
    BuyAnswer,
    BuyQuestion,
    FrameworkAnswer,
    FrameworkQuestion,
    MomentumAnswer,
    PortfolioAnswer,
    PortfolioQuestion,
    SynthesisAnswer,
    SynthesisQuestion,
)
from trimtab.workflow.ports.model_calls import FailureKind, Ledger, ModelCall, ModelQuestion, Outcome, Prompt, Usage

INPUT_SETTING: Final = "TRIMTAB_MODEL_INPUT_TOKENS"
SAID: Final[dict[FailureKind, str]] = {
    "truncated": "was cut off at the answer's limit",
    "refused": "refused to answer",
    "rate_limited": "was rate limited",
    "overloaded": "was overloaded",
    "timeout": "took too long",
    "bad_json": "answered with something that isn't JSON",
    "wrong_schema": "answered in another shape than was asked for",
    "unreachable": "couldn't be reached",
    "rejected": "rejected the request",
    "over_budget": "wasn't asked, because a limit on what it may take would have been passed",
    "cancelled": "was stopped",
}
"""Each failure in words that go on after the analyst's name."""
_PERHAPS_PAID: Final[frozenset[FailureKind]] = frozenset({"timeout", "unreachable", "bad_json"})
"""Failures that may have cost something though nobody says what: every sending counts with the input that was sent."""

T = TypeVar("T")
Price = Callable[[Usage], float | None]
CountTokens = Callable[[Prompt], int]


@dataclass(frozen=True, slots=True)
class Means:
    """What a model analyst works with: `price` gives dollars, `count` tokens of a prompt, `seats` bounds the calls."""

    client: ModelClient
    questions: Questions
    count: CountTokens
    price: Price
    seats: asyncio.Semaphore


class ModelAnalyst:
    """Answers with what a model says; whether that may stand is checked by whoever asks."""

    source: Literal["model"] = "model"

    def __init__(self, means: Means, budget: Budget) -> None:
        self._means = means
        self._budget = budget
        self._made: dict[int, tuple[PortfolioQuestion, Prompt]] = {}
        """Prompts made to look at them, by the question's identity; each is used once."""

    @property
    def name(self) -> str:
        """The provider's."""
        return self._means.client.provider

    @property
    def model(self) -> str:
        """The model's."""
        return self._means.client.model

    def seated(self, ledger: Ledger) -> "ModelAnalyst":
        """The same analyst, paying from this ledger."""
        return ModelAnalyst(self._means, Budget(self._budget.limits, ledger))

    async def prepare(
        self, questions: Sequence[PortfolioQuestion | BuyQuestion], markets: tuple[ExchangeMomentum, ...] = ()
    ) -> None:
        """Finds a prompt that is too long, a wrong key, a model that isn't there, before anything is paid for."""
        for question in questions:
            self._require_short(self._made_of(question), what=_named(question))
        if markets:
            self._require_short(self._means.questions.momentum(markets), what="The question about the markets")
        await self._means.client.check()

    def _require_short(self, prompt: Prompt, *, what: str, lever: str = "batch_size of the policy") -> None:
        limit = self._budget.limits.input_tokens
        tokens = 0 if _surely_short(prompt, limit) else self._means.count(prompt)
        if tokens > limit:
            message = f"{what} takes about {tokens:,} tokens, and a call may have {limit:,}."
            raise SettingsError(
                message,
                problems=[Problem(INPUT_SETTING, message)],
                next_action=f"Correct {INPUT_SETTING}, or {lever}, and start again.",
            )

    def _made_of(self, question: PortfolioQuestion | BuyQuestion) -> Prompt:
        """The question's prompt; of sells, which take most, it is kept for when it is asked."""
        if isinstance(question, BuyQuestion):
            return self._means.questions.buys(question)
        prompt = self._means.questions.portfolios(question)
        self._made[id(question)] = (question, prompt)
        return prompt

    async def portfolios(self, question: PortfolioQuestion) -> PortfolioAnswer:
        """See `Analyst`, for this and what follows. Every failure is an `AnalystFailed`."""
        label = f"batch {question.batch.number} of {question.batch.total}"
        _, prompt = self._made.pop(id(question), (question, None))
        prompt = prompt or self._means.questions.portfolios(question)
        return await self._ask(_Call("portfolios", label, prompt), read=read_portfolios)

    async def momentum(self, markets: tuple[ExchangeMomentum, ...]) -> MomentumAnswer:
        """Words on the markets."""
        return await self._ask(_Call("momentum", "", self._means.questions.momentum(markets)), read=read_momentum)

    async def synthesis(self, question: SynthesisQuestion) -> SynthesisAnswer:
        """Words on everything."""
        return await self._ask(_Call("synthesis", "", self._means.questions.synthesis(question)), read=read_synthesis)

    async def buys(self, question: BuyQuestion) -> BuyAnswer:
        """Verdicts on buys."""
        label = f"batch {question.number} of {question.total}"
        return await self._ask(_Call("buys", label, self._means.questions.buys(question)), read=read_buys)

    async def framework(self, question: FrameworkQuestion) -> FrameworkAnswer:
        """A proposal of a framework; one that is asked for again, with complaints, is only kept to the budget."""
        prompt = self._means.questions.framework(question)
        if not question.complaints:
            self._require_short(prompt, what="The question about a framework", lever="shorten the requirements")
        return await self._ask(_Call("framework", "", prompt), read=read_framework)

    async def _ask(self, call: "_Call", *, read: Callable[[object], T]) -> T:
        """One call: sent, kept, and its answer read."""
        async with self._means.seats:
            call = replace(call, began=perf_counter())
            reply = await self._reply(call)
            try:
                answer = read(parsed(reply.text))
            except (ValueError, RecursionError) as error:
                self._fail(call, "wrong_schema" if isinstance(error, NotAnAnswer) else "bad_json", reply=reply)
            self._keep(call, "answered", reply=reply)
            return answer

    async def _reply(self, call: "_Call") -> Reply:
        client, limits = self._means.client, self._budget.limits
        sent = Usage(input_tokens=self._means.count(call.prompt))
        most = self._priced(_most(sent, limits.output_tokens))
        try:
            self._budget.reserve(most)
        except ModelFailure as failure:
            self._fail(call, failure.kind, reply=Reply("", Usage(), attempts=0), message=failure.message)
        try:
            reply = await client.ask(call.prompt, max_output_tokens=limits.output_tokens)
            return reply if reply.usage.tokens else replace(reply, usage=self._counted(sent, reply.text))
        except ModelFailure as failure:
            paid = Reply(failure.text or "", _paid(failure, sent), failure.attempts)
            self._fail(call, failure.kind, reply=paid, message=failure.message)
        except asyncio.CancelledError:
            self._keep(call, "cancelled", reply=Reply("", sent))
            raise
        finally:
            self._budget.release(most)

    def _fail(self, call: "_Call", kind: FailureKind, *, reply: Reply, message: str = "") -> NoReturn:
        self._keep(call, kind, reply=reply, message=message)
        raise AnalystFailed(kind, f"{SAID[kind]}: {message.rstrip('.')}" if message else SAID[kind]) from None

    def _keep(self, call: "_Call", outcome: Outcome, *, reply: Reply, message: str = "") -> None:
        self._budget.ledger.add(
            ModelCall(
                question=call.question,
                label=call.label,
                provider=self._means.client.provider,
                model=self._means.client.model,
                prompt_hash=call.prompt.hash,
                prompt=call.prompt,
                outcome=outcome,
                failure=message,
                answer=reply.text or None,
                usage=self._priced(reply.usage),
                attempts=reply.attempts,
                latency_ms=round((perf_counter() - call.began) * 1e3),
            )
        )

    def _counted(self, sent: Usage, text: str) -> Usage:
        """Our own count, where the provider says nothing."""
        written = self._means.count(Prompt(system="", user=text, answer_schema={}))
        return Usage(input_tokens=sent.input_tokens, output_tokens=written)

    def _priced(self, usage: Usage) -> Usage:
        return usage.model_copy(update={"cost_usd": self._means.price(usage)})


@dataclass(frozen=True, slots=True)
class _Call:
    """A call on its way."""

    question: ModelQuestion
    label: str
    prompt: Prompt
    began: float = 0.0


def _named(question: PortfolioQuestion | BuyQuestion) -> str:
    if isinstance(question, BuyQuestion):
        return f"Batch {question.number} of {question.total} of the buys"
    return f"Batch {question.batch.number} of {question.batch.total}"


def _surely_short(prompt: Prompt, limit: int) -> bool:
    """A token is at least a byte, whoever counts; so most prompts need no closer look."""
    size = len(prompt.system.encode()) + len(prompt.user.encode()) + len(json.dumps(prompt.answer_schema))
    return 2 * size <= limit


def _most(sent: Usage, output_tokens: int) -> Usage:
    """The most that a call could take: all of its prompt kept for the next one, which may cost more than reading it."""
    return Usage(input_tokens=sent.input_tokens, cache_write_tokens=sent.input_tokens, output_tokens=output_tokens)


def _paid(failure: ModelFailure, sent: Usage) -> Usage:
    """What a call without an answer took: as the provider says, else at least what may have been read."""
    if failure.usage.tokens or failure.kind not in _PERHAPS_PAID:
        return failure.usage
    return Usage(input_tokens=sent.input_tokens * failure.attempts)
