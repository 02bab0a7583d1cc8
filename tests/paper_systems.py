"""Paper order systems inside the test's process, whose market moves when somebody looks."""

from pathlib import Path
from typing import Any

from starlette.applications import Starlette

from tests.clock import FixedClock
from trimtab.adapters.oms.client import HttpOrderSystem
from trimtab.domain.trading.book import Book
from trimtab.server.order_systems import InProcess
from trimtab.server.paper_oms.app import paper_oms_app
from trimtab.server.paper_oms.faults import parse_fault
from trimtab.server.paper_oms.listing import listed_instruments
from trimtab.server.paper_oms.settings import PaperOmsSettings
from trimtab.workflow.ports.clock import Clock

NAME = "the paper OMS"


def paper_app(
    db: Path,
    book: Book,
    *,
    clock: Clock | None = None,
    faults: tuple[str, ...] = (),
    **settings: Any,
) -> Starlette:
    """An application over this file, with faults as the command line spells them, and what else it is set to."""
    return paper_oms_app(
        PaperOmsSettings(
            db=db,
            listed=listed_instruments(book),
            clock=clock or FixedClock(),
            faults=tuple(map(parse_fault, faults)),
            **{"tick_seconds": 0, **settings},
        )
    )


def paper_system(db: Path, book: Book, *, timeout_seconds: float = 10.0, **named: Any) -> HttpOrderSystem:
    """The client of an application of its own, made as `paper_app` makes it."""
    transport = InProcess(lambda: paper_app(db, book, **named))
    return HttpOrderSystem(name=NAME, transport=transport, timeout_seconds=timeout_seconds)
