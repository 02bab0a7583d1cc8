"""What the server answers to requests that are wrong: the protocol's own words, and nothing of the inside."""

import json

import anyio
import httpx2
import pytest
from mcp_types import HEADER_MISMATCH

from tests.server.http_serving import (
    asking_http,
    legacy,
    legacy_headers,
    modern,
    modern_headers,
    serving_http,
)
from tests.server.noticing_store import NoticingStore, over
from trimtab.server.http_app import LARGEST_BODY_BYTES
from trimtab.settings import Settings

SETTINGS = Settings(toolsets=("trading",))
LIST = "tools/list"
ERAS = pytest.mark.parametrize(
    ("body", "headers"),
    [(modern(LIST), modern_headers(LIST)), (legacy(LIST), legacy_headers())],
    ids=["2026-07-28", "2025-11-25"],
)
PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS = -32700, -32600, -32601, -32602
UNSUPPORTED_VERSION = -32022

Json = dict[str, object]
Headers = dict[str, str]


@ERAS
async def test_a_request_that_was_not_meant_for_this_server_is_turned_away(body: Json, headers: Headers) -> None:
    wrong = [
        ({"host": "evil.example"}, 421),
        ({"host": "127.0.0.1.evil.example:8765"}, 421),
        ({"host": ""}, 421),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"content-type": "text/plain"}, 400),
        ({"content-type": "application/x-www-form-urlencoded"}, 400),
        ({"accept": "application/json"}, 406),
        ({"accept": "text/html"}, 406),
        ({"accept": ""}, 406),
    ]
    async with asking_http(SETTINGS) as client:
        for change, status in wrong:
            answer = await client.post("/mcp", content=json.dumps(body), headers={**headers, **change})
            assert (change, answer.status_code) == (change, status)


@ERAS
async def test_a_body_that_is_no_single_request_is_named_as_such(body: Json, headers: Headers) -> None:
    wrong: list[tuple[bytes, set[int]]] = [
        (b"", {PARSE_ERROR}),
        (b"{", {PARSE_ERROR}),
        (b"\xff\xfe\x00", {PARSE_ERROR}),
        (b"[" * 100_000, {PARSE_ERROR}),
        (b"1", {INVALID_REQUEST, INVALID_PARAMS}),
        (json.dumps([body, body]).encode(), {INVALID_REQUEST, INVALID_PARAMS}),
    ]
    async with asking_http(SETTINGS) as client:
        for content, codes in wrong:
            answer = await client.post("/mcp", content=content, headers=headers)
            assert answer.status_code == 400
            assert answer.json()["error"]["code"] in codes


@ERAS
async def test_a_body_that_is_too_large_is_turned_away_unread(body: Json, headers: Headers) -> None:
    async with asking_http(SETTINGS) as client:
        fits = await client.post("/mcp", content=json.dumps(body).ljust(LARGEST_BODY_BYTES), headers=headers)
        too_large = await client.post("/mcp", content=json.dumps(body).ljust(LARGEST_BODY_BYTES + 1), headers=headers)
        only_said = await client.post("/mcp", content=b"{}", headers={**headers, "content-length": str(10**12)})
    assert [fits.status_code, too_large.status_code, only_said.status_code] == [200, 413, 413]


async def test_a_version_that_nobody_speaks_is_answered_with_those_the_server_does() -> None:
    body = modern(LIST)
    body["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"] = "2099-01-01"  # type: ignore[index]  # JSON as it comes
    async with asking_http(SETTINGS) as client:
        answer = await client.post(
            "/mcp", json=body, headers={**modern_headers(LIST), "mcp-protocol-version": "2099-01-01"}
        )
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == UNSUPPORTED_VERSION
    assert "2026-07-28" in answer.json()["error"]["data"]["supported"]


async def test_headers_that_contradict_the_body_are_refused() -> None:
    call = modern("tools/call", name="get_server_status", arguments={})
    right = modern_headers(LIST)
    wrong = [
        (modern(LIST), {**right, "mcp-protocol-version": "2099-01-01"}),
        (modern(LIST), {**right, "mcp-protocol-version": "<b>\x1b[31m"}),
        (modern(LIST), {**right, "mcp-method": "tools/call"}),
        (modern(LIST), {name: value for name, value in right.items() if name != "mcp-method"}),
        (call, modern_headers("tools/call", "open_session")),
        (call, modern_headers("tools/call")),
    ]
    async with asking_http(SETTINGS) as client:
        for body, headers in wrong:
            answer = await client.post("/mcp", json=body, headers=headers)
            assert (answer.status_code, answer.json()["error"]["code"]) == (400, HEADER_MISMATCH)
            assert "<b>" not in answer.text


@pytest.mark.parametrize("name", ["mcp-method", "mcp-protocol-version"])
async def test_a_header_that_is_there_twice_is_refused(name: str) -> None:
    headers = modern_headers(LIST)
    async with asking_http(SETTINGS) as client:
        answer = await client.post("/mcp", json=modern(LIST), headers=[*headers.items(), (name, headers[name])])
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, HEADER_MISMATCH)


async def test_a_request_of_the_newer_era_says_in_its_body_which_it_is() -> None:
    async with asking_http(SETTINGS) as client:
        answer = await client.post("/mcp", json=legacy(LIST), headers=modern_headers(LIST))
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, INVALID_PARAMS)


async def test_a_method_that_is_not_there_is_named_as_such() -> None:
    async with asking_http(SETTINGS) as client:
        answer = await client.post("/mcp", json=modern("tools/buy"), headers=modern_headers("tools/buy"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, METHOD_NOT_FOUND)


RAW = {
    "a bare line end in a header": b"X-Note: one\rX-Evil: two\r\n",
    "a null in a header": b"X-Note: one\x00two\r\n",
    "a second host": b"Host: evil.example\r\n",
    "a header without a name": b": nothing\r\n",
    "a space before the colon": b"Origin : https://evil.example\r\n",
    "two lengths": b"Content-Length: 2\r\nContent-Length: 3\r\n",
    "a length that is no number": b"Content-Length: many\r\n",
}


async def raw(at: str, request: bytes) -> bytes:
    """What the server writes until it closes, or until it has nothing more to say."""
    host, _, port = at.removeprefix("http://").rpartition(":")
    async with await anyio.connect_tcp(host, int(port)) as stream:
        await stream.send(request)
        answer = b""
        with anyio.move_on_after(5):
            while b"\r\n\r\n" not in answer:
                answer += await stream.receive()
        return answer


async def test_a_request_that_is_no_http_is_turned_away_before_anything_reads_it() -> None:
    async with serving_http(SETTINGS, make_desk=lambda: over(NoticingStore())) as at:
        for what, header in RAW.items():
            start = b"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            answer = await raw(at, start + header + b"\r\n{}")
            assert (what, answer.partition(b"\r\n")[0]) == (what, b"HTTP/1.1 400 Bad Request")
        async with httpx2.AsyncClient() as client:
            assert (await client.get(f"{at}/healthz")).status_code == 200
