"""A page's EventSource hears an analysis through a connection that breaks: each step once, the result once, the end."""

import re
from pathlib import Path
from urllib.parse import urlencode

import anyio
import pytest

from tests.house.tree import read
from tests.server.rest.browser import CHROMIUM, BreakingLine, saw
from tests.server.rest.guided_desk import STEPS, GuidedDesk
from tests.server.rest.rest_serving import ADVANCE, ANALYSIS, SESSIONS, Json, desk_of, serving
from tests.tools.demo_desk import open_demo_desk

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")

PAGE = """<!doctype html><meta charset="utf-8"><title>listens</title><script>
const heard = [], source = new EventSource("URL");
let opened = 0;
source.onopen = () => { opened += 1; };
source.onmessage = (event) => { heard.push({id: event.lastEventId, data: JSON.parse(event.data)}); };
source.onerror = () => {
  if (source.readyState === EventSource.CLOSED) {
    fetch("/saw", {method: "POST", body: JSON.stringify({opened, heard})});
  }
};
</script>"""

GUIDE = """<!doctype html><meta charset="utf-8"><title>the guide</title><script>
const sessionId = "SESSION", steps = [];
const show = (message, share) => { steps.push(share); };
const finish = (result) => { fetch("/saw", {method: "POST", body: JSON.stringify({steps, result})}); };
const fail = (what, next) => { finish({what, next}); };
"""


async def listened(line: BreakingLine, path: str, **query: str) -> Json:
    """What the page heard until its EventSource gave up for good."""
    async with line.listening() as at:
        return await saw(PAGE.replace("URL", f"{at}{path}?{urlencode(query)}"))


def last_event_ids(line: BreakingLine) -> list[str | None]:
    """What each of the browser's requests said that it heard last."""
    heads = [dict(each.lower().split(": ", 1) for each in head.splitlines()[1:] if ": " in each) for head in line.asked]
    assert all(head["origin"].startswith("http://127.0.0.1:") for head in heads)
    return [head.get("last-event-id") for head in heads]


async def test_an_analysis_of_the_demo_book_is_heard_whole_though_the_connection_breaks(tmp_path: Path) -> None:
    async with serving(lambda: open_demo_desk(tmp_path)) as client:
        session_id = (await client.post(SESSIONS)).json()["sessionId"]
        line = BreakingLine(client.base_url.port or 0, cut_after=b'"currentStep":3,"totalSteps":6,')
        seen = await listened(line, ANALYSIS, sessionId=session_id)
        standing = (await client.get(f"{SESSIONS}/{session_id}")).json()
    run_id = seen["heard"][0]["id"].rpartition("-")[0]
    assert [each["id"] for each in seen["heard"]] == [f"{run_id}-{number}" for number in range(1, 8)]
    *steps, result = [each["data"] for each in seen["heard"]]
    assert [step["currentStep"] for step in steps] == [1, 2, 3, 4, 5, 6]
    assert (result["type"], result["data"]["success"]) == ("result", True)
    assert result["data"]["version"] == standing["version"] == 2
    assert last_event_ids(line) == [None, f"{run_id}-2", f"{run_id}-7"]
    assert seen["opened"] == 2


async def test_work_goes_on_while_the_connection_is_broken_and_is_done_once() -> None:
    desk = GuidedDesk()
    desk.go_on()
    async with serving(desk_of(desk)) as client, anyio.create_task_group() as beside:
        line = BreakingLine(client.base_url.port or 0, cut_after=b'"batchNumber":1,"totalBatches":3}\n\n')

        async def go_on_without_it() -> None:
            await line.broken.wait()
            desk.go_to_the_end()

        beside.start_soon(go_on_without_it)
        seen = await listened(line, ADVANCE, sessionId="s", to="Buys")
    assert [each["data"].get("currentStep") for each in seen["heard"]] == [*range(1, STEPS + 1), None]
    assert seen["heard"][-1]["data"]["data"]["currentPhase"] == "Buys"
    assert (desk.begun, desk.finished, seen["opened"]) == (1, 1, 2)
    assert len(last_event_ids(line)) == 3


async def test_the_page_of_the_guide_works_as_it_is_written(tmp_path: Path) -> None:
    [script] = re.findall(r"```js\n(.*?)```", read("docs/rest.md"), re.DOTALL)
    async with serving(lambda: open_demo_desk(tmp_path)) as client:
        session_id = (await client.post(SESSIONS)).json()["sessionId"]
        here = GUIDE.replace("SESSION", session_id) + script.replace("`/api", f"`{client.base_url}/api")
        seen = await saw(f"{here}</script>")
    assert seen["steps"] == [number / 6 for number in range(1, 7)]
    assert (seen["result"]["success"], seen["result"]["phase"]) == (True, "Sells")
