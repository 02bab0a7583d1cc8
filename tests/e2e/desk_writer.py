"""Desks as processes of their own, forked from one that has everything loaded: `python -m tests.e2e.desk_writer PLACE`.

For each job on stdin (a JSON list: session, number of the first change) a process is forked that makes one change after
the other, each with its number as reason and as idempotency key, and says which were answered.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.adapters.sessions.stores import store_at
from tests.workflow.ports.writer import say
from trimtab.adapters.analysts.rules import RulesAnalyst
from trimtab.adapters.clock import SystemClock
from trimtab.adapters.policy.tax_rules import load_tax_rules
from trimtab.adapters.policy.thresholds import load_policy
from trimtab.fixtures import DEMO_BOOK
from trimtab.server.compose import BookAtPath
from trimtab.workflow.analysis import Panel
from trimtab.workflow.books import BookShelf
from trimtab.workflow.desk import Desk, DeskFacts
from trimtab.workflow.ports.desk import Caller
from trimtab.workflow.ports.requests import InstrumentRule, UpdateSession

CALLER = Caller(owner="local", actor="assistant")
SHELF = BookShelf(BookAtPath(DEMO_BOOK), policy=load_policy(), tax_rules=load_tax_rules())
CODE = SHELF.book.instruments.code[0]


@asynccontextmanager
async def desk_at(place: str) -> AsyncIterator[Desk]:
    """A desk over the demo book whose sessions are kept there."""
    clock, rules = SystemClock(), RulesAnalyst()
    store = store_at(place, clock=clock)
    facts = DeskFacts(server_version="0.0.0")
    try:
        yield Desk(store=store, shelf=SHELF, panel=Panel(rules, rules), clock=clock, facts=facts)
    finally:
        await store.close()


def change(session_id: str, number: int) -> UpdateSession:
    """The change of this number."""
    rule = InstrumentRule(code=CODE, rule="hold", reason=f"change {number}")
    return UpdateSession(session_id=session_id, instrument_rules=(rule,), idempotency_key=f"change-{number}")


async def write(place: str, session_id: str, number: int) -> None:
    """Makes changes until somebody ends it."""
    async with desk_at(place) as desk:
        while True:
            await desk.update(CALLER, change(session_id, number))
            say(f"answered {number}")
            number += 1


def main() -> None:
    place = sys.argv[1]
    for job in sys.stdin:
        session_id, number = json.loads(job)
        child = os.fork()
        if child == 0:
            say(f"started {os.getpid()}")
            asyncio.run(write(place, session_id, number))
            os._exit(0)
        os.waitpid(child, 0)
        say("over")


if __name__ == "__main__":
    main()
