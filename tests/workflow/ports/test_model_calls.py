"""Calls of a language model as they are kept, and what they take together."""

import hashlib
import json

import pytest
from pydantic import ValidationError

from trimtab.workflow.ports.model_calls import Ledger, ModelCall, Outcome, Prompt, Usage, UsageSum, add_up

PROMPT = Prompt(
    system="Judge.", user="\u00a38.5 of CBA", answer_schema={"type": "object", "additionalProperties": False}
)


def call(outcome: Outcome = "answered", *, usage: Usage | None = None, model: str = "some-model") -> ModelCall:
    return ModelCall(
        question="portfolios",
        label="batch 1 of 2",
        provider="anthropic",
        model=model,
        prompt_hash=PROMPT.hash,
        prompt=PROMPT,
        outcome=outcome,
        answer="{}" if outcome == "answered" else None,
        usage=usage or Usage(),
        attempts=1,
        latency_ms=12,
    )


def test_the_hash_of_a_prompt_is_the_same_wherever_it_is_made() -> None:
    canonical = (
        '{"answer_schema":{"additionalProperties":false,"type":"object"},"system":"Judge.","user":"\\u00a38.5 of CBA"}'
    )
    assert PROMPT.hash == hashlib.sha256(canonical.encode()).hexdigest()
    schema = '{"additionalProperties": false, "type": "object"}'
    again = f'{{"user": "\\u00a38.5 of CBA", "answer_schema": {schema}, "system": "Judge."}}'
    assert Prompt.model_validate_json(again).hash == PROMPT.hash


@pytest.mark.parametrize(
    "changed", [{"system": "Judge!"}, {"user": "\u00a38.6 of CBA"}, {"answer_schema": {}}, {"vote": 1}]
)
def test_whatever_is_asked_otherwise_has_another_hash(changed: dict[str, object]) -> None:
    assert PROMPT.model_copy(update=changed).hash != PROMPT.hash


def test_a_call_is_the_same_after_it_was_kept_as_json() -> None:
    kept = json.loads(json.dumps(call(usage=Usage(input_tokens=7, cost_usd=0.000123)).model_dump(mode="json")))
    assert ModelCall.model_validate(kept) == call(usage=Usage(input_tokens=7, cost_usd=0.000123))


def test_nothing_else_is_a_call() -> None:
    with pytest.raises(ValidationError):
        ModelCall.model_validate({**call().model_dump(), "outcome": "fine"})
    with pytest.raises(ValidationError):
        Usage.model_validate({"cost_usd": float("nan")})


def test_calls_are_added_up() -> None:
    paid = Usage(
        input_tokens=1_000, output_tokens=50, cached_input_tokens=700, cache_write_tokens=200, cost_usd=0.0012345
    )
    failed = Usage(input_tokens=10, cost_usd=0.0000004)
    assert add_up((call(usage=paid), call("timeout", usage=failed), call("bad_json", usage=paid))) == UsageSum(
        provider="anthropic",
        model="some-model",
        calls=3,
        failed_calls=2,
        input_tokens=2_010,
        cached_input_tokens=1_400,
        output_tokens=100,
        cost_usd=0.002469,
    )


def test_without_a_price_there_is_no_cost_and_without_calls_no_sum() -> None:
    found = add_up((call(usage=Usage(input_tokens=5)), call()))
    assert found is not None
    assert (found.calls, found.cost_usd) == (2, None)
    assert add_up(()) is None


def test_of_several_prices_only_the_known_are_added() -> None:
    found = add_up((call(usage=Usage(cost_usd=0.5)), call(usage=Usage(input_tokens=5))))
    assert found is not None
    assert found.cost_usd == 0.5


def test_a_ledger_counts_on_from_what_the_session_took_before() -> None:
    ledger = Ledger(spent_tokens=100, spent_usd=0.5)
    assert (ledger.tokens, ledger.cost_usd) == (100, 0.5)
    ledger.add(call(usage=Usage(input_tokens=20, output_tokens=3, cached_input_tokens=10, cost_usd=0.25)))
    ledger.add(call("rate_limited", usage=Usage(input_tokens=7)))
    assert (ledger.tokens, ledger.cost_usd) == (130, 0.75)
    assert [each.outcome for each in ledger.calls] == ["answered", "rate_limited"]
