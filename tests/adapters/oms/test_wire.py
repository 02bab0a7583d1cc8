"""What never left is told apart from what nobody knows; nothing is sent twice, or waited for without end."""

import asyncio
import logging
import socket

import anyio
import httpx2
import pytest

from tests.adapters.oms.wire_server import HANG, RESET, Step, WireServer, said, serving
from trimtab.adapters.oms import wire as wire_module
from trimtab.adapters.oms.address import address_of
from trimtab.adapters.oms.wire import MOST_CONNECTIONS, Wire
from trimtab.workflow.ports.order_system import NoAnswer, NotSent

HEAD = b"HTTP/1.1 200 X\r\ncontent-length: 100\r\n\r\n"


def wire_of(address: str, *, timeout_seconds: float = 5.0, connect_seconds: float = 3.0) -> Wire:
    return Wire(
        address_of(address),
        name="the OMS",
        transport=None,
        timeout_seconds=timeout_seconds,
        connect_seconds=connect_seconds,
    )


async def failure(address: str, **limits: float) -> NotSent | NoAnswer:
    wire = wire_of(address, **limits)
    with pytest.raises((NotSent, NoAnswer)) as failed:
        await wire.post("/orders", what="new orders", content=b"{}")
    await wire.close()
    assert "the OMS" in failed.value.message
    assert "new orders" in failed.value.message
    assert isinstance(failed.value, NotSent | NoAnswer)
    return failed.value


async def failure_after(*steps: Step, **limits: float) -> tuple[NotSent | NoAnswer, WireServer]:
    async with serving({"POST /orders": steps}) as server:
        return await failure(server.address, **limits), server


async def test_a_refused_connection_sent_nothing_and_says_what_to_look_at():
    async with serving({}) as server:
        pass
    failed = await failure(server.address)
    assert isinstance(failed, NotSent)
    assert failed.retryable
    assert "TRIMTAB_OMS" in failed.next_action


async def test_a_name_that_nobody_knows_sent_nothing():
    assert isinstance(await failure("http://oms.invalid"), NotSent)


async def test_a_server_that_takes_no_connection_is_given_up_soon_and_was_sent_nothing():
    with socket.create_server(("127.0.0.1", 0), backlog=0) as busy:
        address = busy.getsockname()
        waiting = [socket.socket() for _ in range(2)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(address)
        failed = await failure(f"http://127.0.0.1:{address[1]}", connect_seconds=0.1)
        for each in waiting:
            each.close()
    assert isinstance(failed, NotSent)
    assert "0.1 seconds" in failed.message


async def test_a_server_that_speaks_no_tls_was_sent_nothing():
    async def plain(reader, writer):
        heard.append(await reader.read(1))
        writer.write(b"HTTP/1.1 400 X\r\n\r\n")
        writer.close()

    heard: list[bytes] = []
    listening = await asyncio.start_server(plain, "127.0.0.1", 0)
    failed = await failure(f"https://127.0.0.1:{listening.sockets[0].getsockname()[1]}")
    listening.close()
    assert isinstance(failed, NotSent)
    assert "SSL" in failed.message
    assert heard == [bytes([22])]  # a handshake, and no word of the request


async def test_a_request_that_finds_all_connections_taken_was_not_sent():
    async with serving({"POST /orders": [HANG]}) as server:
        wire = wire_of(server.address, connect_seconds=0.2)
        async with anyio.create_task_group() as tasks:
            for _ in range(MOST_CONNECTIONS):
                tasks.start_soon(_hanging, wire)
            while len(server.asked) < MOST_CONNECTIONS:
                await anyio.sleep(0.005)
            with pytest.raises(NotSent):
                await wire.post("/orders", what="new orders")
            tasks.cancel_scope.cancel()
        await wire.close()
    assert len(server.asked) == MOST_CONNECTIONS


async def _hanging(wire: Wire) -> None:
    await wire.post("/orders", what="new orders")


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param([RESET], id="reset before the answer"),
        pytest.param([b"", HEAD, RESET], id="reset after the head"),
        pytest.param([HEAD + b"{", RESET], id="reset in the body"),
        pytest.param([b"HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhel", RESET], id="half a chunk"),
        pytest.param([b"HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"], id="no chunk at all"),
        pytest.param([b"SMTP ready\r\n\r\n"], id="another protocol"),
        pytest.param(
            [b"HTTP/1.1 200 X\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\n{}"], id="not what it says"
        ),
        pytest.param([b"HTTP/1.1 200 X\r\n" + b"x: y\r\n" * 40_000], id="a head without end"),
    ],
)
async def test_an_answer_that_breaks_off_leaves_open_what_became_of_the_request(steps):
    failed, server = await failure_after(*steps)
    assert isinstance(failed, NoAnswer)
    assert "broke off" in failed.message
    assert len(server.asked) == 1


async def test_an_answer_that_ends_before_its_length_is_no_answer():
    failed, _ = await failure_after(HEAD + b"{}", *said({}), timeout_seconds=0.2)
    assert isinstance(failed, NoAnswer)


async def test_a_request_without_an_answer_in_time_is_given_up_and_the_connection_with_it():
    async with serving({"POST /orders": [HANG]}) as server:
        failed = await failure(server.address, timeout_seconds=0.1)
        with anyio.fail_after(5):
            await server.hung_up.wait()
    assert isinstance(failed, NoAnswer)
    assert "0.1 seconds" in failed.message


async def test_a_slow_drip_is_waited_for_no_longer_than_a_request_may_take():
    drip = [step for byte in HEAD + b"{" * 100 for step in (bytes([byte]), 0.03)]
    failed, _ = await failure_after(*drip, timeout_seconds=0.25)
    assert isinstance(failed, NoAnswer)
    assert "0.25 seconds" in failed.message


async def test_an_answer_that_is_too_long_is_not_kept(monkeypatch):
    monkeypatch.setattr(wire_module, "MOST_BYTES", 1024**2)
    failed, _ = await failure_after(*said(b" " * (1024**2 + 1)))
    assert isinstance(failed, NoAnswer)
    assert "1 MB" in failed.message


async def test_a_cancelled_caller_ends_the_request():
    async with serving({"POST /orders": [HANG]}) as server:
        wire = wire_of(server.address)
        with anyio.move_on_after(0.05) as given_up:
            await wire.post("/orders", what="new orders")
        with anyio.fail_after(5):
            await server.hung_up.wait()
        await wire.close()
    assert given_up.cancelled_caught


async def test_a_redirect_is_not_followed():
    async with serving({"POST /orders": said({}, status=307, headers="location: /elsewhere\r\n")}) as server:
        wire = wire_of(server.address)
        answer = await wire.post("/orders", what="new orders", content=b"{}")
        await wire.close()
    assert (answer.status, answer.ok, server.places()) == (307, False, ["POST /orders"])


async def test_proxies_of_the_environment_are_left_alone(monkeypatch):
    async with serving({}) as nobody:
        pass
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, nobody.address)
    async with serving({"GET /x": said({})}) as server:
        wire = wire_of(server.address)
        assert (await wire.get("/x", what="a question")).ok
        await wire.close()


async def test_one_connection_serves_one_request_after_another():
    connections = 0

    async def counted(reader, writer):
        nonlocal connections
        connections += 1
        await server.serve(reader, writer)

    server = WireServer({"GET /x": said({})})
    listening = await asyncio.start_server(counted, "127.0.0.1", 0)
    wire = wire_of(f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}")
    for _ in range(3):
        await wire.get("/x", what="a question")
    await wire.close()
    listening.close()
    await server.stop()
    assert (connections, len(server.asked)) == (1, 3)


async def test_what_an_application_in_our_own_process_fails_with_is_no_answer():
    async def app(scope, receive, send):
        raise ZeroDivisionError("half way")

    wire = Wire(
        address_of("http://own"),
        name="the OMS",
        transport=httpx2.ASGITransport(app),
        timeout_seconds=1,
        connect_seconds=1,
    )
    with pytest.raises(NoAnswer, match="ZeroDivisionError"):
        await wire.get("/x", what="a question")
    await wire.close()


async def test_nothing_that_is_logged_holds_a_password(caplog):
    caplog.set_level(logging.INFO)
    async with serving({"GET /x": said({})}) as server:
        wire = wire_of(server.address.replace("//", "//anne:s3cret@"))
        await wire.get("/x", what="a question")
        await wire.close()
    assert "/x" in caplog.text
    assert "s3cret" not in caplog.text
