"""What goes to the Responses API and to Chat Completions, and how their answers are read."""

import pytest

from tests.adapters.analysts.model_clients import LOCAL, PROMPT, answering, client_of, failure
from tests.model_wire.wire import Wire
from trimtab.workflow.ports.model_calls import Usage

FORMAT = {"name": "answer", "schema": PROMPT.answer_schema, "strict": True}


def response(*content: dict[str, str], **fields: object) -> dict[str, object]:
    """A response with this content, and these fields otherwise."""
    output = [
        {"type": "reasoning", "id": "rs_1", "summary": []},
        {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": list(content)},
    ]
    usage = {"input_tokens": 10, "output_tokens": 3, "total_tokens": 13}
    return {"id": "resp_1", "object": "response", "status": "completed", "output": output, "usage": usage, **fields}


def chat(finish_reason: str = "stop", **said: object) -> dict[str, object]:
    """A chat completion whose message says this."""
    usage = {"prompt_tokens": 10, "completion_tokens": 3, "total_tokens": 13}
    choice = {"index": 0, "finish_reason": finish_reason, "message": {"role": "assistant", "content": None, **said}}
    return {"id": "chat_1", "object": "chat.completion", "choices": [choice], "usage": usage}


def text(said: str) -> dict[str, str]:
    return {"type": "output_text", "text": said}


async def test_a_response_isn_t_stored_and_holds_the_prompt_the_limit_and_the_shape():
    wire = Wire()
    async with client_of("responses", wire.transport()) as client:
        await client.ask(PROMPT, max_output_tokens=16_000)
    request = wire.requests[0]
    name = request.body.pop("prompt_cache_key")
    assert request.path == "/v1/responses"
    assert name.startswith("trimtab-")
    assert len(name) <= 64
    assert request.body == {
        "model": "gpt-5.2",
        "instructions": PROMPT.system,
        "input": PROMPT.user,
        "max_output_tokens": 16_000,
        "text": {"format": {"type": "json_schema", **FORMAT}},
        "store": False,
    }


async def test_a_chat_at_openai_isn_t_stored_and_limits_what_is_completed():
    wire = Wire()
    async with client_of("chat", wire.transport()) as client:
        await client.ask(PROMPT, max_output_tokens=16_000)
    request = wire.requests[0]
    assert request.path == "/v1/chat/completions"
    assert request.body.pop("prompt_cache_key").startswith("trimtab-")
    assert request.body == {
        "model": "gpt-5.2",
        "messages": [{"role": "system", "content": PROMPT.system}, {"role": "user", "content": PROMPT.user}],
        "max_completion_tokens": 16_000,
        "response_format": {"type": "json_schema", "json_schema": FORMAT},
        "store": False,
    }


async def test_a_compatible_server_gets_only_what_they_all_know():
    wire = Wire()
    async with client_of("chat", wire.transport(), base_url=LOCAL, model="local-model") as client:
        await client.ask(PROMPT, max_output_tokens=500)
    assert set(wire.requests[0].body) == {"model", "messages", "max_tokens", "response_format"}
    assert wire.requests[0].body["max_tokens"] == 500


async def test_openai_s_reasoning_models_get_the_only_limit_that_they_take_behind_a_gateway_too():
    wire = Wire(models=("openai/gpt-5.2",))
    async with client_of("chat", wire.transport(), base_url=LOCAL, model="openai/gpt-5.2") as client:
        await client.ask(PROMPT, max_output_tokens=500)
    assert set(wire.requests[0].body) == {"model", "messages", "max_completion_tokens", "response_format"}


@pytest.mark.parametrize(
    ("base_url", "own"),
    [
        ("https://eu.api.openai.com/v1", True),
        ("https://notapi.openai.com/v1", False),
        ("https://api.openai.com.example/v1", False),
    ],
)
async def test_only_openai_and_its_regions_are_openai(base_url, own):
    wire = Wire()
    async with client_of("chat", wire.transport(), base_url=base_url, model="local-model") as client:
        await client.ask(PROMPT, max_output_tokens=500)
    assert ("max_completion_tokens" in wire.requests[0].body) is own


async def test_prompts_that_begin_alike_have_one_name_for_the_cache():
    wire = Wire()
    async with client_of("responses", wire.transport()) as client:
        for change in ({}, {"user": "BHP"}, {"system": "Other."}):
            await client.ask(PROMPT.model_copy(update=change), max_output_tokens=100)
    names = [request.body["prompt_cache_key"] for request in wire.requests]
    assert names[0] == names[1] != names[2]


@pytest.mark.parametrize(
    ("dialect", "body"),
    [
        (
            "responses",
            response(
                text("{}"),
                usage={
                    "input_tokens": 240,
                    "output_tokens": 3,
                    "input_tokens_details": {"cached_tokens": 200, "cache_write_tokens": 30},
                    "output_tokens_details": {"reasoning_tokens": 1},
                },
            ),
        ),
        (
            "chat",
            chat(content="{}")
            | {
                "usage": {
                    "prompt_tokens": 240,
                    "completion_tokens": 3,
                    "prompt_tokens_details": {"cached_tokens": 200, "cache_write_tokens": 30},
                }
            },
        ),
    ],
)
async def test_input_tokens_already_include_what_the_cache_gave_and_took(dialect, body):
    async with client_of(dialect, answering(200, body=body)) as client:
        reply = await client.ask(PROMPT, max_output_tokens=100)
    assert reply.usage == Usage(input_tokens=240, output_tokens=3, cached_input_tokens=200, cache_write_tokens=30)


@pytest.mark.parametrize(
    ("dialect", "body"),
    [("responses", response(text("{}"), usage=None)), ("chat", chat(content="{}") | {"usage": None})],
)
async def test_a_server_that_says_no_usage_leaves_it_empty(dialect, body):
    async with client_of(dialect, answering(200, body=body)) as client:
        assert (await client.ask(PROMPT, max_output_tokens=100)).usage == Usage()


async def test_the_answer_of_a_response_is_without_remarks_on_the_way():
    remark = {"type": "message", "phase": "commentary", "content": [text("Let me see.")]}
    answer = {"type": "message", "phase": "final_answer", "content": [text('{"word": '), text('"yes"}')]}
    async with client_of("responses", answering(200, body=response(output=[remark, answer]))) as client:
        reply = await client.ask(PROMPT, max_output_tokens=100)
    assert reply.text == '{"word": "yes"}'


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (response(text("{"), status="incomplete", incomplete_details={"reason": "max_output_tokens"}), "truncated"),
        (response(text("{"), status="incomplete", incomplete_details=None), "truncated"),
        (response(text("{"), status="incomplete", incomplete_details={"reason": "content_filter"}), "refused"),
        (response({"type": "refusal", "refusal": "No."}), "refused"),
        (response(status="failed", error={"code": "server_error", "message": "x"}), "overloaded"),
        (response(status="failed", error={"code": "rate_limit_exceeded", "message": "x"}), "rate_limited"),
        (response(status="failed", error={"code": "invalid_prompt", "message": "x"}), "rejected"),
        (response(status="in_progress", error=None), "overloaded"),
        (response(text(" ")), "bad_json"),
        (response(), "bad_json"),
    ],
)
async def test_a_response_that_is_no_answer_says_why_and_what_it_took(body, kind):
    async with client_of("responses", answering(200, body=body)) as client:
        failed = await failure(client)
    assert (failed.kind, failed.attempts, failed.usage.tokens) == (kind, 1, 13)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (chat("length", content="{"), "truncated"),
        (chat("content_filter", content="{"), "refused"),
        (chat(refusal="No."), "refused"),
        (chat(content=""), "bad_json"),
        (chat(), "bad_json"),
    ],
)
async def test_a_chat_that_is_no_answer_says_why_and_what_it_took(body, kind):
    async with client_of("chat", answering(200, body=body)) as client:
        failed = await failure(client)
    assert (failed.kind, failed.attempts, failed.usage.tokens) == (kind, 1, 13)
