"""What a session may spend: checked before a call is sent, at the most that it could take."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.adapters.analysts.budget import Budget, ModelLimits
from trimtab.adapters.analysts.clients import ModelFailure
from trimtab.workflow.ports.model_calls import Ledger, ModelCall, Prompt, Usage

LIMITS = ModelLimits(input_tokens=100, output_tokens=50, session_tokens=1_000, session_usd=1.0)
PROMPT = Prompt(system="", user="", answer_schema={})


def call_of(usage: Usage) -> ModelCall:
    return ModelCall(
        question="portfolios",
        label="",
        provider="anthropic",
        model="m",
        prompt_hash=PROMPT.hash,
        prompt=PROMPT,
        outcome="answered",
        answer="{}",
        usage=usage,
        attempts=1,
        latency_ms=1,
    )


def refused(budget: Budget, most: Usage) -> str:
    with pytest.raises(ModelFailure) as caught:
        budget.reserve(most)
    assert caught.value.kind == "over_budget"
    return caught.value.message


def test_a_call_may_have_as_many_input_tokens_as_the_limit_says() -> None:
    Budget(LIMITS).reserve(Usage(input_tokens=100, output_tokens=50))
    said = refused(Budget(LIMITS), Usage(input_tokens=101, output_tokens=50))
    assert said == "The call has 101 input tokens, and a call may have 100."


def test_a_session_may_have_as_many_tokens_as_the_limit_says() -> None:
    most = Usage(input_tokens=60, output_tokens=40)
    budget = Budget(LIMITS, Ledger(spent_tokens=900))
    budget.reserve(most)
    assert refused(budget, Usage(output_tokens=1)) == "The session may take 1,000 tokens."
    assert refused(Budget(LIMITS, Ledger(spent_tokens=901)), most) == "The session may take 1,000 tokens."


def test_a_session_may_cost_as_much_as_the_limit_says() -> None:
    budget = Budget(LIMITS, Ledger(spent_usd=0.5))
    budget.reserve(Usage(cost_usd=0.25))
    budget.reserve(Usage(cost_usd=0.25))
    assert refused(budget, Usage(cost_usd=0.25)) == "The session may cost 1.00 US dollars."


def test_a_model_without_a_price_passes_no_limit_in_dollars() -> None:
    budget = Budget(ModelLimits(session_usd=1e-9))
    budget.reserve(Usage(input_tokens=10, cost_usd=None))
    refused(budget, Usage(cost_usd=1e-6))


def test_a_call_that_was_refused_reserves_nothing() -> None:
    budget = Budget(LIMITS)
    refused(budget, Usage(input_tokens=101))
    refused(budget, Usage(input_tokens=1, cost_usd=2.0))
    assert (budget.reserved_tokens, budget.reserved_usd) == (0, 0.0)


def test_what_was_released_may_be_reserved_again_but_for_what_was_paid() -> None:
    budget = Budget(LIMITS)
    most = Usage(input_tokens=100, output_tokens=900, cost_usd=1.0)
    budget.reserve(most)
    refused(budget, most)
    budget.ledger.add(call_of(Usage(input_tokens=100, output_tokens=5, cost_usd=0.1)))
    budget.release(most)
    assert (budget.reserved_tokens, budget.reserved_usd) == (0, 0.0)
    refused(budget, most)
    budget.reserve(Usage(input_tokens=100, output_tokens=795, cost_usd=0.9))


USAGES = st.builds(
    Usage,
    input_tokens=st.integers(0, 120),
    output_tokens=st.integers(0, 400),
    cost_usd=st.none() | st.integers(0, 64).map(lambda sixteenths: sixteenths / 64),
)


@given(calls=st.lists(st.tuples(USAGES, st.integers(0, 3), st.floats(0, 1)), max_size=40))
def test_whatever_is_under_way_the_limits_are_never_passed(calls: list[tuple[Usage, int, float]]) -> None:
    """Each call ends after some later ones have begun, and takes a part of its most."""
    budget = Budget(LIMITS)
    under_way: list[tuple[Usage, float]] = []

    def end(most: Usage, part: float) -> None:
        took = {"input_tokens": most.input_tokens, "output_tokens": int(most.output_tokens * part)}
        cost_usd = None if most.cost_usd is None else most.cost_usd * part
        budget.ledger.add(call_of(Usage(**took, cost_usd=cost_usd)))
        budget.release(most)

    for most, ending, part in calls:
        try:
            budget.reserve(most)
        except ModelFailure:
            could_take = budget.ledger.tokens + sum(each.tokens for each, _ in under_way) + most.tokens
            could_cost = budget.ledger.cost_usd + sum(each.cost_usd or 0.0 for each, _ in under_way)
            assert most.input_tokens > 100 or could_take > 1_000 or could_cost + (most.cost_usd or 0.0) > 1.0 - 1e-9
        else:
            under_way.append((most, part))
        for _ in range(min(ending, len(under_way))):
            end(*under_way.pop(0))
        assert budget.ledger.tokens <= 1_000
        assert budget.ledger.cost_usd <= 1.0 + 1e-9
    while under_way:
        end(*under_way.pop())
    assert budget.reserved_tokens == 0
    assert budget.reserved_usd == pytest.approx(0.0, abs=1e-12)
