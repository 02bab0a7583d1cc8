"""`trimtab paper-oms`."""

import inspect
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from trimtab.adapters.books.load import load_book
from trimtab.adapters.clock import SystemClock
from trimtab.fixtures import DEMO_BOOK
from trimtab.server.goods import traded_universe
from trimtab.server.listening import DEFAULT_HOST, Listening
from trimtab.server.paper_oms.faults import parse_fault
from trimtab.server.paper_oms.listing import Listing, listed_instruments, listed_products
from trimtab.server.paper_oms.serving import DEFAULT_PORT, serve_paper_oms
from trimtab.server.paper_oms.settings import DEFAULT_FILE, DEFAULT_SEED, DEFAULT_TICK_SECONDS, PaperOmsSettings
from trimtab.settings import Settings, load_settings


@dataclass(frozen=True, slots=True)
class PaperOmsOptions:
    """The options of the command: more than a function may have parameters."""

    host: Annotated[str, typer.Option(help="The address to listen at.")] = DEFAULT_HOST
    port: Annotated[int, typer.Option(min=0, max=65_535, help="The port; 0 lets the system choose.")] = DEFAULT_PORT
    db: Annotated[
        Path | None, typer.Option(help=f"The file that keeps everything.  [default: {DEFAULT_FILE} in TRIMTAB_HOME]")
    ] = None
    book: Annotated[
        Path | None,
        typer.Option(help="Folder or file of the book whose instruments are traded.  [default: TRIMTAB_BOOK]"),
    ] = None
    tick_seconds: Annotated[
        float, typer.Option(min=0.0, max=86_400.0, help="The market's pace; with 0 each look at orders is a tick.")
    ] = DEFAULT_TICK_SECONDS
    seed: Annotated[int, typer.Option(help="The seed of all chance, for a file that is made anew.")] = DEFAULT_SEED
    fault: Annotated[
        list[str] | None,
        typer.Option(help="A fault to switch on: KIND, KIND:SHARE, KIND@CODE or KIND:SHARE@CODE; may be repeated."),
    ] = None
    drill: Annotated[
        bool, typer.Option("--drill", help="Don't say that it is paper, to rehearse with live settings.")
    ] = False
    plain: Annotated[
        bool, typer.Option("--plain", help="Lack our extensions of the messages: client order ids, limits, cancelling.")
    ] = False


def paper_oms(**given: Any) -> None:
    """Serve a paper order system: the wire of a real one over a market that is made up, with faults to switch on."""
    options, settings = PaperOmsOptions(**given), load_settings(analyst="rules")
    serve_paper_oms(_paper(options, settings), settings, where=Listening(options.host, options.port))


paper_oms.__signature__ = inspect.signature(PaperOmsOptions)  # type: ignore[attr-defined]  # `inspect` documents it


def _listed(options: PaperOmsOptions, settings: Settings) -> Listing:
    """The book's instruments, and the products of frameworks beside them."""
    book = load_book(options.book or settings.book or DEMO_BOOK)
    return listed_products(traded_universe(settings, book)) | listed_instruments(book)


def _paper(options: PaperOmsOptions, settings: Settings) -> PaperOmsSettings:
    faults = tuple(map(parse_fault, options.fault or ()))
    return PaperOmsSettings(
        db=options.db or settings.home / DEFAULT_FILE,
        listed=_listed(options, settings),
        clock=SystemClock(),
        seed=options.seed,
        tick_seconds=options.tick_seconds,
        client_ids=not options.plain,
        says_paper=not options.drill,
        faults=faults,
    )
