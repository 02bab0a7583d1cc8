"""The page of operations: it shows them in a browser, and needs nothing but this server."""

import re

import anyio.to_thread
import pytest

from tests.server.rest.browser import CHROMIUM, dumped
from tests.server.rest.rest_serving import asking, desk_of, serving
from tests.tools.scripted_desk import ScriptedDesk


async def test_the_page_and_its_files_come_from_this_server_alone() -> None:
    async with asking(desk_of(ScriptedDesk())) as client:
        page = await client.get("/api/docs")
        addresses = re.findall(r"""(?:src|href)="([^"]+)"|url: '([^']+)'""", page.text)
        files = {one or other: await client.get(one or other) for one, other in addresses}
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "//" not in re.sub(r"<!--.*?-->", "", page.text)
    assert {name.rpartition("/")[2]: answer.status_code for name, answer in files.items()} == {
        "swagger-ui.css": 200,
        "favicon.png": 200,
        "swagger-ui-bundle.js": 200,
        "openapi.json": 200,
    }


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")
async def test_a_browser_shows_every_operation() -> None:
    async with serving(desk_of(ScriptedDesk())) as client:
        document = (await client.get("/api/openapi.json")).json()
        shown = await anyio.to_thread.run_sync(dumped, f"{client.base_url}/api/docs")
    operations = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    assert len(operations) == 17
    assert [each for each in operations if f'id="operations-trading-copilot-{each}"' not in shown] == []
    assert "Unable to render" not in shown
