"""Writers as processes of their own: `python -m tests.workflow.ports.writer`.

For each job on stdin (a JSON list) a process is forked that does it and says what was acknowledged, a line each;
`over` when it has ended or was killed.
"""

import asyncio
import json
import os
import sys

from tests.adapters.sessions.stores import entry, store_at
from tests.clock import FixedClock
from trimtab.domain.errors import Conflict


async def write(place: str, session_id: str, *, name: str, attempts: int) -> None:
    """Add the name to a session's list, time after time; each attempt reads and tries once."""
    store = store_at(place, clock=FixedClock())
    for _ in range(attempts):
        seen = await store.read(session_id, "jane")
        state = json.loads(seen.state)
        state["names"].append(name)
        try:
            changed = await store.replace(
                session_id,
                "jane",
                expected_version=seen.version,
                state=json.dumps(state),
                log=[entry(seen.log_head, name)],
            )
        except Conflict:
            say("conflict")
        else:
            say(f"version {changed.version}")
    await store.close()


def say(line: str) -> None:
    """Write a line in one piece, past every buffer that a kill would lose."""
    os.write(1, f"{line}\n".encode())


def main() -> None:
    for job in sys.stdin:
        place, session_id, name, attempts = json.loads(job)
        child = os.fork()
        if child == 0:
            say(f"started {os.getpid()}")
            asyncio.run(write(place, session_id, name=name, attempts=attempts))
            os._exit(0)
        os.waitpid(child, 0)
        say("over")


if __name__ == "__main__":
    main()
