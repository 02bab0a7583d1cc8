"""A desk that is killed at any moment: what it answered is there, and what is tried again is there once."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.adapters.sessions.stores import BOTH_WAYS, place_of
from tests.e2e.desk_writer import CALLER, desk_at
from trimtab.workflow.ports.requests import GetSession, OpenSession
from trimtab.workflow.ports.results import SessionPage

KILLS = 20

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the desks are forked")


async def changes_in_the_log(place: str, session_id: str) -> list[str]:
    async with desk_at(place) as desk:
        page = await desk.get_session(CALLER, GetSession(session_id=session_id, view="log", limit=1000))
    assert isinstance(page, SessionPage)
    assert page.next_cursor is None
    details = [dict(zip(page.items.columns, row, strict=True))["detail"] for row in page.items.rows[1:]]
    return [json.loads(str(detail))["instrument_rules"][0]["reason"] for detail in details]


@pytest.mark.parametrize("kind", BOTH_WAYS)
async def test_a_killed_desk_loses_and_doubles_nothing(kind: str, tmp_path: Path) -> None:
    place, chance, answered = place_of(kind, tmp_path), random.Random(7), 0
    async with desk_at(place) as desk:
        session_id = (await desk.open_session(CALLER, OpenSession())).session_id
    command = [sys.executable, "-m", "tests.e2e.desk_writer", place]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for _ in range(KILLS):
            process.stdin.write(json.dumps([session_id, answered + 1]) + "\n")
            child = int(process.stdout.readline().removeprefix("started "))
            for _ in range(chance.randrange(3)):
                process.stdout.readline()
                answered += 1
            time.sleep(chance.random() * 0.02)
            os.kill(child, signal.SIGKILL)
            answered += len(list(iter(process.stdout.readline, "over\n")))
        process.stdin.close()
    made = await changes_in_the_log(place, session_id)
    # The last one may be stored, and its desk killed before it could say so.
    assert made[:answered] == [f"change {number}" for number in range(1, answered + 1)]
    assert len(made) - answered in {0, 1}
    assert answered >= KILLS / 2
