"""How answers are withheld, and what becomes of clients that leave."""

from collections.abc import Iterator
from pathlib import Path

from starlette.types import Message

from tests.server.paper_oms.paper import BASE, settings_in
from trimtab.server.paper_oms.app import paper_oms_app
from trimtab.server.paper_oms.sending import Sender


async def test_waiting_ends_when_the_client_leaves_and_not_before() -> None:
    heard: Iterator[str] = iter(("http.request", "http.request", "http.disconnect"))

    async def receive() -> Message:
        return {"type": next(heard)}

    await Sender(hang_seconds=3_600).wait(receive)
    assert list(heard) == []


async def test_a_client_that_leaves_while_it_sends_is_no_failure(tmp_path: Path) -> None:
    messages: list[Message] = [
        {"type": "http.request", "body": b'{"portfolio', "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[Message] = []

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": f"{BASE}/orders/batch", "headers": [], "query_string": b""}
    app = paper_oms_app(settings_in(tmp_path))
    async with app.router.lifespan_context(app):
        await app(scope, receive, send)
    assert [sent[0]["status"], messages] == [400, []]
