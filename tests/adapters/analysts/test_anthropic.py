"""What goes to the Messages API, and how its answers are read."""

from tests.adapters.analysts.model_clients import PROMPT, answering, client_of, failure
from tests.model_wire.wire import Wire
from trimtab.adapters.analysts.anthropic import DEFAULT_MODEL
from trimtab.workflow.ports.model_calls import Usage


def message(**fields: object) -> dict[str, object]:
    """A message as the API answers, with these fields otherwise."""
    usual = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": DEFAULT_MODEL,
        "content": [{"type": "text", "text": "{}"}],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 10, "output_tokens": 3},
    }
    return {**usual, **fields}


async def test_the_request_holds_the_prompt_the_limit_and_the_shape_and_asks_for_the_cache():
    wire = Wire()
    async with client_of("messages", wire.transport()) as client:
        await client.ask(PROMPT, max_output_tokens=16_000)
    request = wire.requests[0]
    assert request.path == "/v1/messages"
    assert request.body == {
        "model": "claude-sonnet-4-6",
        "max_tokens": 16_000,
        "system": [{"type": "text", "text": PROMPT.system, "cache_control": {"type": "ephemeral"}}],
        "messages": [{"role": "user", "content": PROMPT.user}],
        "output_config": {"format": {"type": "json_schema", "schema": PROMPT.answer_schema}},
    }


async def test_input_tokens_include_what_the_cache_gave_and_took():
    usage = {
        "input_tokens": 10,
        "cache_read_input_tokens": 200,
        "cache_creation_input_tokens": 30,
        "output_tokens": 3,
        "output_tokens_details": {"thinking_tokens": 1},
    }
    async with client_of("messages", answering(200, body=message(usage=usage))) as client:
        reply = await client.ask(PROMPT, max_output_tokens=100)
    assert reply.usage == Usage(input_tokens=240, output_tokens=3, cached_input_tokens=200, cache_write_tokens=30)


async def test_the_answer_is_what_is_text_and_not_what_was_thought():
    blocks = [
        {"type": "thinking", "thinking": "Hm.", "signature": "x"},
        {"type": "text", "text": '{"word": '},
        {"type": "text", "text": '"yes"}'},
    ]
    async with client_of("messages", answering(200, body=message(content=blocks))) as client:
        reply = await client.ask(PROMPT, max_output_tokens=100)
    assert reply.text == '{"word": "yes"}'


async def test_an_answer_that_the_context_window_ends_is_cut_off():
    body = message(stop_reason="model_context_window_exceeded")
    async with client_of("messages", answering(200, body=body)) as client:
        failed = await failure(client)
    assert (failed.kind, failed.text) == ("truncated", "{}")


async def test_an_empty_answer_is_no_json_and_is_paid_for():
    async with client_of("messages", answering(200, body=message(content=[]))) as client:
        failed = await failure(client)
    assert (failed.kind, failed.usage.tokens) == ("bad_json", 13)
