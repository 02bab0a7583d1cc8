"""Makes the analyst that the settings ask for, and says of a language model what it may take."""

import asyncio
from functools import partial

from trimtab.adapters.analysts.budget import Budget, ModelLimits
from trimtab.adapters.analysts.clients import ModelClient
from trimtab.adapters.analysts.model_analyst import Means, ModelAnalyst
from trimtab.adapters.analysts.prices import Price, cost_usd, load_prices
from trimtab.adapters.analysts.questions import Questions
from trimtab.adapters.analysts.rules import RulesAnalyst
from trimtab.adapters.analysts.token_counts import TokenCounter
from trimtab.adapters.clock import SystemClock
from trimtab.settings import Settings
from trimtab.workflow.analysis import Panel
from trimtab.workflow.ports.results import AnalystStatus


def panel_of(settings: Settings, client: ModelClient | None) -> Panel:
    """Who judges: the rules, or a language model by this client with the rules behind it."""
    rules = RulesAnalyst()
    return Panel(rules, rules) if client is None else Panel(_analyst(settings, client), rules, settings.model_votes)


def _analyst(settings: Settings, client: ModelClient) -> ModelAnalyst:
    counter = TokenCounter()
    means = Means(
        client=client,
        questions=Questions(),
        count=partial(counter.count_prompt, provider=client.provider, model=client.model),
        price=partial(cost_usd, _price(client)),
        seats=asyncio.Semaphore(settings.model_concurrency),
    )
    return ModelAnalyst(means, Budget(_limits(settings, _price(client))))


def analyst_facts(settings: Settings, client: ModelClient | None) -> AnalystStatus | None:
    """What a status tells of a language model: which, what it may take, and whether its price is known."""
    if client is None:
        return None
    price = _price(client)
    unpriced = f"No price is known for {client.model}: its tokens are limited, its cost isn't."
    return AnalystStatus(
        provider=client.provider,
        model=client.model,
        session_tokens=settings.model_session_tokens,
        session_usd=None if price is None else settings.model_session_usd,
        priced_from=None if price is None else price.from_date.isoformat(),
        votes=settings.model_votes,
        note=unpriced if price is None else None,
    )


def _price(client: ModelClient) -> Price | None:
    return load_prices().price_of(client.provider, client.model, on=SystemClock().now().date())


def _limits(settings: Settings, price: Price | None) -> ModelLimits:
    """The settings' limits; a prompt that is longer than the model's price goes couldn't be paid within them."""
    reach = None if price is None else price.up_to_input_tokens
    return ModelLimits(
        input_tokens=min(settings.model_input_tokens, reach or settings.model_input_tokens),
        output_tokens=settings.model_output_tokens,
        session_tokens=settings.model_session_tokens,
        session_usd=settings.model_session_usd,
    )
