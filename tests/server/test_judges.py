"""Who judges under which settings, and what a status tells of a language model."""

import pytest

from tests.adapters.analysts.model_clients import client_of
from tests.model_wire.wire import Wire
from trimtab.adapters.analysts.model_analyst import ModelAnalyst
from trimtab.adapters.analysts.prices import load_prices
from trimtab.adapters.analysts.rules import RulesAnalyst
from trimtab.adapters.clock import SystemClock
from trimtab.server.judges import analyst_facts, panel_of
from trimtab.settings import Settings

SETTINGS = Settings.model_validate(
    {
        "model_input_tokens": 9_000,
        "model_output_tokens": 700,
        "model_session_tokens": 50_000,
        "model_session_usd": 0.5,
        "model_concurrency": 2,
        "model_votes": 3,
    }
)


def test_without_a_client_the_rules_judge_and_each_question_is_asked_once() -> None:
    panel = panel_of(SETTINGS, None)
    assert isinstance(panel.analyst, RulesAnalyst)
    assert panel.analyst is panel.fallback
    assert panel.votes == 1
    assert analyst_facts(SETTINGS, None) is None


async def test_with_a_client_a_model_judges_within_the_limits_of_the_settings() -> None:
    async with client_of("messages", Wire().transport()) as client:
        panel = panel_of(SETTINGS, client)
    assert isinstance(panel.analyst, ModelAnalyst)
    assert isinstance(panel.fallback, RulesAnalyst)
    assert (panel.analyst.name, panel.votes) == ("anthropic", 3)
    limits = panel.analyst._budget.limits
    assert (limits.input_tokens, limits.output_tokens) == (9_000, 700)
    assert (limits.session_tokens, limits.session_usd) == (50_000, 0.5)


@pytest.mark.parametrize(
    ("model", "asked", "given"),
    [
        ("gpt-6-luna", 400_000, 272_000),
        ("gpt-6-luna", 9_000, 9_000),
        ("gpt-5.2", 400_000, 400_000),
        ("local-model", 400_000, 400_000),
    ],
)
async def test_a_prompt_may_be_no_longer_than_the_price_of_the_model_goes(model: str, asked: int, given: int) -> None:
    settings = Settings.model_validate({"model_input_tokens": asked})
    async with client_of("responses", Wire().transport(), model=model) as client:
        analyst = panel_of(settings, client).analyst
    assert isinstance(analyst, ModelAnalyst)
    assert analyst._budget.limits.input_tokens == given


async def test_a_status_tells_the_model_and_what_it_may_take() -> None:
    async with client_of("messages", Wire().transport()) as client:
        status = analyst_facts(SETTINGS, client)
    assert status is not None
    price = load_prices().price_of("anthropic", "claude-sonnet-4-6", on=SystemClock().now().date())
    assert price is not None
    assert status.model_dump() == {
        "provider": "anthropic",
        "model": "claude-sonnet-4-6",
        "session_tokens": 50_000,
        "session_usd": 0.5,
        "priced_from": price.from_date.isoformat(),
        "votes": 3,
        "note": None,
    }


@pytest.mark.parametrize("dialect", ["messages", "chat"])
async def test_a_model_without_a_price_has_no_limit_in_dollars_and_the_status_says_so(dialect: str) -> None:
    async with client_of(dialect, Wire().transport(), model="local-model") as client:
        status = analyst_facts(SETTINGS, client)
    assert status is not None
    assert (status.session_usd, status.priced_from, status.session_tokens) == (None, None, 50_000)
    assert status.note == "No price is known for local-model: its tokens are limited, its cost isn't."


async def test_no_key_and_no_address_is_told() -> None:
    async with client_of("messages", Wire().transport(), base_url="http://model.example:8080") as client:
        told = repr(analyst_facts(SETTINGS, client))
    assert "claude-sonnet-4-6" in told
    assert "test-key" not in told
    assert "model.example" not in told
