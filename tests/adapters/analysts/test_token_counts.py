"""Tokens counted before sending: exact where the encoding is known, and otherwise not too few."""

import json
import subprocess
import sys
import time

import pytest
from pydantic import JsonValue

from trimtab.adapters.analysts.token_counts import MOST_REMEMBERED, TokenCounter
from trimtab.workflow.ports.model_calls import Prompt

FACTS = (
    "You judge trades.\n\nHoldings[2]{sym,curr%,tgt%,diff%,trade$,flags}:\n"
    "  CBA,8.5,6.0,2.5,-4147,div:8d/$2.40\n  BHP,3.1,4.0,-0.9,12000\n"
)
SCHEMA: dict[str, JsonValue] = {"type": "object", "properties": {"word": {"type": "string"}}}


@pytest.fixture(scope="module")
def counter() -> TokenCounter:
    return TokenCounter()


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("CBA,8.5,6.0,1.5,-4147", 17),
        (FACTS, 70),
        ("Zürich — 東京 🙂", 6),
        ("<|endoftext|>", 7),
    ],
)
@pytest.mark.parametrize("model", ["gpt-5.2", "gpt-5-mini-2025-08-07", "gpt-4.1", "gpt-4o-mini", "o3", "gpt-oss-120b"])
def test_openai_s_models_are_counted_as_tiktoken_counts_them(counter, model, text, tokens):
    assert counter.count(text, provider="openai", model=model) == tokens


@pytest.mark.parametrize(
    ("provider", "model", "tokens"),
    [
        ("anthropic", "claude-sonnet-4-6", 91),
        ("anthropic", "claude-haiku-4-5-20251001", 91),
        ("anthropic", "claude-opus-4-20250514", 91),
        ("anthropic", "claude-opus-4-8", 105),
        ("anthropic", "claude-sonnet-5-5", 105),
        ("anthropic", "gpt-5.2", 105),
        ("openai", "local-model", 91),
        ("openai", "gpt-6-luna", 91),
        ("openai", "claude-sonnet-4-6", 91),
    ],
)
def test_other_models_are_counted_with_some_to_spare(counter, provider, model, tokens):
    assert counter.count(FACTS, provider=provider, model=model) == tokens


def test_what_is_spared_is_rounded_up(counter):
    assert counter.count("a", provider="openai", model="local-model") == 2


@pytest.mark.parametrize(("model", "measured"), [("claude-sonnet-4-6", 81), ("claude-sonnet-5-5", 97)])
def test_claude_s_count_of_toon_is_not_below_what_its_tokenizer_makes_of_it(counter, model, measured):
    assert counter.count(FACTS, provider="anthropic", model=model) >= measured


def test_a_prompt_is_all_that_it_sends(counter):
    prompt = Prompt(system="You judge.", user=FACTS, answer_schema=SCHEMA)
    texts = ("You judge.", FACTS, json.dumps(SCHEMA))
    alone = sum(counter.count(text, provider="openai", model="gpt-5.2") for text in texts)
    for _ in range(2):
        assert counter.count_prompt(prompt, provider="openai", model="gpt-5.2") == alone


def test_counts_are_right_after_more_texts_than_are_remembered(counter):
    for number in range(MOST_REMEMBERED + 3):
        prompt = Prompt(system=f"{number} " * 5, user="", answer_schema={})
        assert counter.count_prompt(prompt, provider="openai", model="gpt-5.2") == counter.count(
            prompt.system, provider="openai", model="gpt-5.2"
        ) + counter.count("{}", provider="openai", model="gpt-5.2")


def test_a_prompt_of_25_kb_is_counted_in_no_time(counter):
    prompt = Prompt(system=FACTS * 40, user=FACTS * 150, answer_schema=SCHEMA)
    counter.count_prompt(prompt, provider="openai", model="gpt-5.2")
    started = time.perf_counter()
    counter.count_prompt(prompt, provider="openai", model="gpt-5.2")
    assert time.perf_counter() - started < 0.2


def test_neither_counting_nor_prices_load_what_sends():
    code = (
        "import sys, trimtab.adapters.analysts.token_counts, trimtab.adapters.analysts.prices;"
        "sys.exit(bool({'anthropic', 'openai', 'httpx2'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
