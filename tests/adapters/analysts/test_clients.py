"""What every client keeps to, whichever dialect it speaks: failures are told apart, and nothing outside is repeated."""

import asyncio
import json
import traceback
from contextlib import suppress
from dataclasses import replace

import httpx2
import pytest

from tests.adapters.analysts.model_clients import (
    DIALECTS,
    KEY,
    LIMITS,
    LOCAL,
    PROMPT,
    answering,
    client_of,
    failing,
    failure,
    routed,
)
from tests.model_wire.server import serving_wire
from tests.model_wire.wire import Wire
from trimtab.adapters.analysts.clients import ModelFailure
from trimtab.domain.errors import SettingsError, Unavailable
from trimtab.workflow.ports.model_calls import Usage

pytestmark = pytest.mark.parametrize("dialect", DIALECTS)
ONCE = replace(LIMITS, attempts=1)
ENVIRONMENT = {
    "ANTHROPIC_API_KEY": "env-key",
    "ANTHROPIC_AUTH_TOKEN": "env-token",
    "ANTHROPIC_BASE_URL": "http://elsewhere.example",
    "ANTHROPIC_CUSTOM_HEADERS": "x-leak: env",
    "OPENAI_API_KEY": "env-key",
    "OPENAI_ADMIN_KEY": "env-admin",
    "OPENAI_BASE_URL": "http://elsewhere.example",
    "OPENAI_ORG_ID": "env-organization",
    "OPENAI_PROJECT_ID": "env-project",
    "OPENAI_CUSTOM_HEADERS": "x-leak: env\nAuthorization: Bearer env-key",
}


async def test_an_answer_comes_with_what_it_took(dialect):
    async with client_of(dialect, Wire().transport()) as client:
        reply = await client.ask(PROMPT, max_output_tokens=16_000)
    assert json.loads(reply.text) == {"word": ""}
    assert reply.attempts == 1
    assert reply.usage.input_tokens > len(PROMPT.system) // 5
    assert reply.usage.output_tokens > 0
    assert reply.usage.cost_usd is None


async def test_a_system_part_that_comes_again_is_read_from_the_cache(dialect):
    async with client_of(dialect, Wire().transport()) as client:
        first = await client.ask(PROMPT, max_output_tokens=100)
        second = await client.ask(PROMPT.model_copy(update={"user": "BHP"}), max_output_tokens=100)
    assert first.usage.cache_write_tokens > 1_024
    assert second.usage.cached_input_tokens == first.usage.cache_write_tokens
    assert first.usage.cached_input_tokens == second.usage.cache_write_tokens == 0
    assert 0 < second.usage.input_tokens - second.usage.cached_input_tokens < 100


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("cut_off", "truncated"), ("refusal", "refused")],
)
async def test_what_is_cut_off_or_refused_is_paid_for_and_never_asked_again(dialect, mode, kind):
    wire = Wire(mode)
    async with client_of(dialect, wire.transport()) as client:
        failed = await failure(client)
    assert (failed.kind, failed.attempts, len(wire.calls)) == (kind, 1, 1)
    assert failed.usage.input_tokens > 0
    assert failed.usage.output_tokens > 0


async def test_what_there_is_of_a_cut_answer_is_kept(dialect):
    async with client_of(dialect, Wire("cut_off").transport()) as client:
        failed = await failure(client)
    assert failed.text
    assert '{"word": ""}'.startswith(failed.text)


@pytest.mark.parametrize(
    ("mode", "kind"), [("rate_limited", "rate_limited"), ("overloaded", "overloaded"), ("dropped", "unreachable")]
)
async def test_what_passes_is_asked_again_until_it_is_answered(dialect, mode, kind):
    wire = Wire()
    wire.modes = {1: mode}
    async with client_of(dialect, wire.transport()) as client:
        reply = await client.ask(PROMPT, max_output_tokens=100)
        wire.modes, wire.mode = {}, mode
        failed = await failure(client)
    assert reply.attempts == 2
    assert (failed.kind, failed.attempts) == (kind, LIMITS.attempts)
    assert len(wire.calls) == 2 + LIMITS.attempts
    assert failed.usage == Usage()


async def test_one_sending_takes_no_longer_than_it_may(dialect):
    wire = Wire("slow")
    async with client_of(dialect, wire.transport(), limits=replace(ONCE, timeout_seconds=0.05)) as client:
        failed = await failure(client)
    assert (failed.kind, failed.attempts) == ("timeout", 1)


async def test_an_answer_that_drips_in_doesn_t_get_more_time_than_one_that_waits(dialect):
    class Dripping(httpx2.AsyncByteStream):
        async def __aiter__(self):
            while True:
                yield b" "
                await asyncio.sleep(0.01)

    dripping = httpx2.MockTransport(lambda _: httpx2.Response(200, stream=Dripping()))
    async with client_of(dialect, dripping, limits=replace(ONCE, timeout_seconds=0.1)) as client:
        failed = await failure(client)
    assert failed.kind == "timeout"


async def test_a_wait_that_would_pass_the_deadline_is_not_begun(dialect):
    busy = answering(429, headers={"retry-after": "60"})
    async with client_of(dialect, busy) as client, asyncio.timeout(5):
        failed = await failure(client)
    assert (failed.kind, failed.attempts) == ("rate_limited", 1)


@pytest.mark.parametrize(
    ("status", "kind", "said"),
    [
        (307, "rejected", "leads to another"),
        (400, "rejected", "invalid"),
        (401, "rejected", "the key"),
        (402, "rejected", "credit"),
        (403, "rejected", "allow this key"),
        (404, "rejected", "know the model"),
        (408, "timeout", "gave up"),
        (409, "overloaded", "overloaded"),
        (413, "rejected", "longer than"),
        (418, "rejected", "invalid"),
        (422, "rejected", "invalid"),
        (429, "rate_limited", "rate limit"),
        (500, "overloaded", "failed"),
        (503, "overloaded", "overloaded"),
        (529, "overloaded", "overloaded"),
    ],
)
async def test_every_status_is_a_kind_of_failure(dialect, status, kind, said):
    headers = {"location": "http://elsewhere.example/"} if status == 307 else {}
    async with client_of(dialect, answering(status, headers=headers), limits=ONCE) as client:
        failed = await failure(client)
    assert failed.kind == kind
    assert said in failed.message


@pytest.mark.parametrize(
    ("status", "body", "kind", "said"),
    [
        (400, {"error": {"message": "prompt is too long: 9 tokens"}}, "rejected", "longer than"),
        (400, {"error": {"message": "no", "code": "context_length_exceeded"}}, "rejected", "longer than"),
        (422, {"error": {"message": "This model's maximum context length is 8"}}, "rejected", "longer than"),
        (400, {"error": {"message": "Your credit balance is too low"}}, "rejected", "credit"),
        (429, {"error": {"message": "no", "code": "insufficient_quota"}}, "rate_limited", "credit"),
    ],
)
async def test_what_time_does_not_lift_is_told_apart_and_not_asked_again(dialect, status, body, kind, said):
    async with client_of(dialect, answering(status, body=body)) as client:
        failed = await failure(client)
    assert (failed.kind, failed.attempts) == (kind, 1)
    assert said in failed.message


async def test_a_provider_that_says_not_to_ask_again_is_not_asked_again(dialect):
    async with client_of(dialect, answering(503, headers={"x-should-retry": "false"})) as client:
        failed = await failure(client)
    assert (failed.kind, failed.attempts) == ("overloaded", 1)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx2.ConnectError, "unreachable"),
        (httpx2.ConnectTimeout, "unreachable"),
        (httpx2.ReadError, "unreachable"),
        (httpx2.ReadTimeout, "timeout"),
        (httpx2.WriteTimeout, "timeout"),
    ],
)
async def test_a_connection_that_fails_is_told_apart_from_a_model_that_is_slow(dialect, error, kind):
    async with client_of(dialect, failing(error), limits=ONCE) as client:
        failed = await failure(client)
    assert failed.kind == kind


@pytest.mark.parametrize("text", ["<html>Welcome</html>", "[]", "{}", '{"choices": [], "status": 5}', ""])
async def test_an_answer_of_another_api_is_no_answer(dialect, text):
    strange = answering(200, text=text or " ", headers={"content-type": "application/json"})
    async with client_of(dialect, strange) as client:
        failed = await failure(client)
    assert (failed.kind, failed.attempts) == ("bad_json", 1)


async def test_nothing_that_a_provider_writes_is_repeated(dialect):
    body = {"error": {"message": f"Wrong key {KEY} at {LOCAL} for: {PROMPT.user}", "type": "x", "code": "y"}}
    for transport in (answering(400, body=body), answering(500, text=str(body)), failing(httpx2.ReadError)):
        async with client_of(dialect, transport, base_url=LOCAL, limits=ONCE) as client:
            failed = await failure(client)
        shown = "".join(traceback.format_exception(failed)) + str(vars(failed))
        assert all(secret not in shown for secret in (KEY, "model.example", PROMPT.user))


async def test_a_redirect_takes_the_prompt_nowhere_else(dialect):
    asked = []

    def redirect(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.host)
        return httpx2.Response(308, headers={"location": "http://elsewhere.example/"})

    async with client_of(dialect, httpx2.MockTransport(redirect), base_url=LOCAL) as client:
        await failure(client)
    assert asked == ["model.example"]


async def test_nothing_of_the_sdks_comes_from_the_environment(dialect, monkeypatch):
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    wire = Wire()
    async with client_of(dialect, wire.transport()) as client:
        await client.check()
        await client.ask(PROMPT, max_output_tokens=100)
    for request in wire.requests:
        assert "env" not in " ".join(request.headers.values())
        assert "elsewhere" not in request.headers["host"]
        assert "x-leak" not in request.headers


@pytest.mark.parametrize("key", ["", "  ", "two\nlines", "schlüssel"])
async def test_a_key_that_can_not_be_sent_is_a_wrong_setting(dialect, key):
    with pytest.raises(SettingsError) as caught:
        async with client_of(dialect, Wire().transport(), key=key):
            raise AssertionError("the client was made")
    assert [problem.field for problem in caught.value.problems] == ["TRIMTAB_MODEL_KEY"]
    assert not key.strip() or key not in str(vars(caught.value))


async def test_blanks_around_a_key_are_not_sent(dialect):
    async with client_of(dialect, Wire().transport(), key=f" {KEY}\n") as client:
        await client.check()


async def test_a_check_that_went_well_asks_nothing_more(dialect):
    wire = Wire()
    async with client_of(dialect, wire.transport()) as client:
        await client.check()
        await client.check()
    assert len(wire.requests) == 1
    assert not wire.calls


@pytest.mark.parametrize(
    ("mode", "looks"),
    [("normal", 1), ("overloaded", 1), ("rate_limited", 1), ("refusal", 1), ("garbage", 1), ("dropped", 2)],
)
async def test_a_check_looks_again_after_a_call_that_found_nobody(dialect, mode, looks):
    wire = Wire(mode)
    async with client_of(dialect, wire.transport(), limits=ONCE) as client:
        await client.check()
        with suppress(ModelFailure):
            await client.ask(PROMPT, max_output_tokens=100)
        await client.check()
        await client.check()
    assert [request.method for request in wire.requests].count("GET") == looks


async def test_a_check_looks_again_after_a_call_that_was_rejected(dialect):
    wire = Wire()
    async with client_of(dialect, wire.transport(), limits=ONCE) as client:
        await client.check()
        wire.key = "another"
        await client.check()
        assert (await failure(client)).kind == "rejected"
        for _ in range(2):
            with pytest.raises(SettingsError):
                await client.check()
        wire.key = KEY
        await client.check()
        await client.check()
    assert [request.method for request in wire.requests].count("GET") == 4


@pytest.mark.parametrize(
    ("key", "model", "setting"), [("wrong", None, "TRIMTAB_MODEL_KEY"), (KEY, "gpt-2", "TRIMTAB_MODEL")]
)
async def test_a_check_names_the_setting_that_is_wrong(dialect, key, model, setting):
    async with client_of(dialect, Wire().transport(), key=key, model=model) as client:
        with pytest.raises(SettingsError) as caught:
            await client.check()
    assert [problem.field for problem in caught.value.problems] == [setting]
    assert setting in caught.value.next_action


@pytest.mark.parametrize("transport", [failing(httpx2.ConnectError), answering(503), answering(429)])
async def test_an_address_that_does_not_answer_now_is_unavailable(dialect, transport):
    async with client_of(dialect, transport, limits=ONCE) as client:
        with pytest.raises(Unavailable) as caught:
            await client.check()
    assert [problem.field for problem in caught.value.problems] == ["TRIMTAB_MODEL_URL"]


@pytest.mark.parametrize("transport", [answering(200, text="<html>Hi</html>"), answering(400), answering(301)])
async def test_an_address_of_something_else_is_a_wrong_setting(dialect, transport):
    async with client_of(dialect, transport, base_url=LOCAL) as client:
        with pytest.raises(SettingsError) as caught:
            await client.check()
    assert [problem.field for problem in caught.value.problems] == ["TRIMTAB_MODEL_URL"]


async def test_a_compatible_server_may_know_its_models_only_as_a_list(dialect):
    server = routed({"/models": lambda: httpx2.Response(200, json={"data": [{"id": "local/model:7b"}]})})
    async with client_of(dialect, server, base_url=LOCAL, model="local/model:7b") as client:
        await client.check()
    async with client_of(dialect, server, base_url=LOCAL, model="local/other") as client:
        with pytest.raises(SettingsError) as caught:
            await client.check()
    assert caught.value.field == "TRIMTAB_MODEL"


async def test_a_compatible_server_without_any_list_is_taken_at_its_word(dialect):
    async with client_of(dialect, answering(405), base_url=LOCAL) as client:
        await client.check()


async def test_a_list_that_the_key_may_not_see_is_told_as_that(dialect):
    server = routed({"/models": lambda: httpx2.Response(403, json={})})
    async with client_of(dialect, server, base_url=LOCAL) as client:
        with pytest.raises(SettingsError) as caught:
            await client.check()
    assert caught.value.field == "TRIMTAB_MODEL_KEY"


async def test_the_provider_s_own_word_on_a_model_is_enough(dialect):
    server = routed({"/models": lambda: httpx2.Response(200, json={"data": [{"id": "gpt-5.2"}]})})
    async with client_of(dialect, server) as client:
        with pytest.raises(SettingsError) as caught:
            await client.check()
    assert caught.value.field == "TRIMTAB_MODEL"


async def test_a_real_socket_answers_refuses_and_drops_the_same(dialect, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    wire = Wire()
    with serving_wire(wire) as address:
        base_url = address if dialect == "messages" else f"{address}/v1"
        async with client_of(dialect, None, base_url=base_url, limits=ONCE) as client:
            await client.check()
            reply = await client.ask(PROMPT, max_output_tokens=100)
            wire.mode = "dropped"
            dropped = await failure(client)
    async with client_of(dialect, None, base_url=base_url, limits=ONCE) as client:
        gone = await failure(client)
    assert json.loads(reply.text) == {"word": ""}
    assert dropped.kind == gone.kind == "unreachable"
    assert "can't be reached" in gone.message
