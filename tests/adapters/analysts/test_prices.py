"""What calls cost: by the day, the model and its snapshots, and never by guessing."""

import re
from datetime import date

import pytest

from trimtab.adapters.analysts import anthropic, openai
from trimtab.adapters.analysts.prices import cost_usd, load_prices
from trimtab.workflow.ports.model_calls import Usage

DAY = date(2026, 12, 1)
MILLION = 1_000_000


def price(provider: str, model: str, on: date = DAY):
    return load_prices().price_of(provider, model, on=on)


@pytest.mark.parametrize(
    ("provider", "model", "prices"),
    [
        ("anthropic", "claude-sonnet-4-6", (3, 0.30, 3.75, 15)),
        ("anthropic", "claude-haiku-4-5", (1, 0.10, 1.25, 5)),
        ("anthropic", "claude-opus-5", (5, 0.50, 6.25, 25)),
        ("openai", "gpt-5.2", (1.75, 0.175, None, 14)),
        ("openai", "gpt-6-luna", (0.10, 0.01, 0.125, 0.50)),
    ],
)
def test_prices_are_those_that_the_sources_say(provider, model, prices):
    found = price(provider, model)
    assert prices == (
        found.input_usd_per_mtok,
        found.cached_input_usd_per_mtok,
        found.cache_write_usd_per_mtok,
        found.output_usd_per_mtok,
    )


def test_the_models_that_are_used_by_default_have_a_price():
    assert price("anthropic", anthropic.DEFAULT_MODEL)
    assert price("openai", openai.DEFAULT_MODEL)


def test_a_price_holds_from_its_day_until_the_next():
    name = "claude-sonnet-5-5"
    assert price("anthropic", name, on=date(2026, 9, 27)) is None
    assert price("anthropic", name, on=date(2026, 9, 28)).cached_input_usd_per_mtok == 0.20
    assert price("anthropic", name, on=date(2026, 10, 6)).cached_input_usd_per_mtok == 0.20
    assert price("anthropic", name, on=date(2026, 10, 7)).cached_input_usd_per_mtok == 0.10


@pytest.mark.parametrize(
    ("provider", "snapshot", "model"),
    [
        ("anthropic", "claude-sonnet-4-5-20250929", "claude-sonnet-4-5"),
        ("openai", "gpt-5.2-2025-12-11", "gpt-5.2"),
    ],
)
def test_a_snapshot_has_its_model_s_price(provider, snapshot, model):
    assert price(provider, snapshot) == price(provider, model) is not None


@pytest.mark.parametrize(
    ("provider", "model"),
    [
        ("anthropic", "claude-sonnet-9"),
        ("anthropic", "claude-sonnet-4-6-fast"),
        ("anthropic", "claude-sonnet-4-6-2025"),
        ("anthropic", "gpt-5.2"),
        ("openai", "gpt-5.2-pro"),
        ("openai", "local-model"),
        ("openai", ""),
    ],
)
def test_a_model_without_a_line_has_no_price(provider, model):
    assert price(provider, model) is None
    assert cost_usd(price(provider, model), Usage(input_tokens=5)) is None


def test_a_cost_counts_each_token_once_and_at_its_own_price():
    usage = Usage(
        input_tokens=4 * MILLION, cached_input_tokens=MILLION, cache_write_tokens=2 * MILLION, output_tokens=MILLION
    )
    assert cost_usd(price("anthropic", "claude-sonnet-4-6"), usage) == pytest.approx(3 + 0.30 + 2 * 3.75 + 15)
    assert cost_usd(price("openai", "gpt-5.2"), usage) == pytest.approx(3 * 1.75 + 0.175 + 14)


def test_a_cost_is_never_less_than_nothing_whatever_a_provider_says():
    odd = Usage(input_tokens=10, cached_input_tokens=MILLION)
    assert cost_usd(price("anthropic", "claude-sonnet-4-6"), odd) == pytest.approx(0.30)
    assert cost_usd(price("openai", "gpt-5.2"), Usage(cache_write_tokens=MILLION)) == pytest.approx(1.75)


def test_nothing_used_costs_nothing():
    assert cost_usd(price("openai", "gpt-5.2"), Usage()) == 0


def test_a_price_goes_no_further_than_the_prompts_that_it_is_for():
    luna = price("openai", "gpt-6-luna")
    assert cost_usd(luna, Usage(input_tokens=272_000)) == pytest.approx(0.0272)
    assert cost_usd(luna, Usage(input_tokens=272_001)) is None


def test_every_line_names_its_source_and_when_it_was_read():
    prices = load_prices().prices
    assert len(prices) > 15
    for line in prices:
        assert line.source.startswith({"anthropic": "Anthropic, ", "openai": "OpenAI, "}[line.provider])
        read = re.search(r"; read (\d{4}-\d{2}-\d{2})$", line.source)
        assert read
        assert line.from_date <= date.fromisoformat(read[1])


def test_no_line_stands_twice_and_what_the_cache_holds_is_never_dearer():
    prices = load_prices().prices
    keys = [(line.provider, line.model, line.from_date) for line in prices]
    assert len(keys) == len(set(keys))
    assert all(line.cached_input_usd_per_mtok < line.input_usd_per_mtok < line.output_usd_per_mtok for line in prices)
