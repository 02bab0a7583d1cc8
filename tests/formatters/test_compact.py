import re
from collections import defaultdict
from dataclasses import dataclass

import pytest
from hypothesis import example, given

from tests.formatters.fields import split_raw, unquote
from tests.formatters.portfolio_samples import batches, cleaned
from trimtab.domain.trading.overview import Batch, HoldingRow, PortfolioBlock
from trimtab.formatters.compact import LEGEND, format_compact, has_news

SAMPLE = f"""\
=== BATCH 1 OF 3, COMPACT ===
{LEGEND}
M1 Balanced Income tol=10: BHP 40 tol=5,CBA 60,WBC 30
M2 Growth Leaders tol=20
div1=div:8d/$2.40

--- ACC100001 (John Smith) M1 +1
BHP,12,-2500,sec:Materials
CBA,25,-4147,div1,cgt:12d
OLD,4,0,dip:-9%

--- ACC100002 ("Lee, Ann") M1
BHP,-15,0,tgt=55,tol=10
CBA,-22,8000,tol=25,div1
WBC,5,0,cash

--- ACC100003 (Li Wei) M2

--- ACC100004 (Ada Ng) M1 tol=0 +1
CBA,20,-9000,tgt=0"""

BATCH = Batch(
    1,
    3,
    (
        PortfolioBlock(
            "ACC100001",
            "John Smith",
            "Balanced Income",
            1.0,
            (
                HoldingRow("BHP", 5.2, 4.0, 1.2, -2500, ("sec:Materials",), 0.5),
                HoldingRow("CBA", 8.5, 6.0, 2.5, -4147.3, ("div:8d/$2.40", "cgt:12d")),
                HoldingRow("OLD", 0.4, 0.0, 0.4, 0.0, ("dip:-9%",)),
                HoldingRow("WBC", 4.0, 3.0, 1.0, 0.0),
            ),
        ),
        PortfolioBlock(
            "ACC100002",
            "Lee,\nAnn",
            "Balanced Income",
            1.0,
            (
                HoldingRow("BHP", 4.0, 5.5, -1.5, 0.0),
                HoldingRow("CBA", 3.8, 6.0, -2.2, 8000, ("div:8d/$2.40",), 2.5),
                HoldingRow("WBC", 3.5, 3.0, 0.5, 0.0, ("cash",)),
            ),
        ),
        PortfolioBlock("ACC100003", "Li Wei", "Growth Leaders", 2.0, ()),
        PortfolioBlock(
            "ACC100004",
            "Ada Ng",
            "Balanced Income",
            0.0,
            (
                HoldingRow("CBA", 2.0, 0.0, 2.0, -9000),
                HoldingRow("WBC", 0.0, 0.0, 0.0, 0.0),
            ),
        ),
    ),
)


def test_the_view_says_once_what_is_shared_and_counts_lines_without_news():
    assert format_compact(BATCH) == SAMPLE


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (HoldingRow("A", 7.0, 6.0, 1.0, 0), False),
        (HoldingRow("A", 7.0, 6.0, 1.0 + 1e-10, 0), False),
        (HoldingRow("A", 7.0, 6.0, 1.0 + 1e-8, 0), True),
        (HoldingRow("A", 5.0, 6.0, -1.1, 0), True),
        (HoldingRow("A", 5.0, 6.0, -1.1, 0, (), 2.0), False),
        (HoldingRow("A", 6.0, 6.0, 0.0, -1), True),
        (HoldingRow("A", 6.0, 6.0, 0.0, 0, ("cash",)), True),
    ],
)
def test_news_is_a_trade_a_breach_or_a_flag(row, expected):
    assert has_news(row, PortfolioBlock("A", "B", "M", 1.0, (row,))) is expected


@dataclass(frozen=True)
class Line:
    """What a reader knows of a line: percentages in tenths."""

    symbol: str
    target: int
    tolerance: int
    difference: int
    trade: int
    flags: tuple[str, ...]


Read = list[tuple[str, str, str, int, list[Line], int]]


@given(batches)
@example(BATCH)
def test_whatever_the_names_what_is_shown_reads_back_as_it_was_meant(batch):
    assert read(format_compact(batch)) == expected_of(cleaned(batch))


def expected_of(batch: Batch) -> Read:
    """Account, client, model, default tolerance, lines with news, number of the others."""
    result: Read = []
    for portfolio in batch.portfolios:
        lines = [
            Line(
                row.symbol,
                round(row.target_pct * 10),
                round(row.effective_tolerance_pct(portfolio.tolerance_pct) * 10),
                round(row.variance_pct * 10),
                round(row.trade_amount),
                row.flags,
            )
            for row in portfolio.rows
            if has_news(row, portfolio)
        ]
        others = len(portfolio.rows) - len(lines)
        tolerance = round(portfolio.tolerance_pct * 10)
        names = (portfolio.account_number, portfolio.client_name, portfolio.model)
        result.append((*names, tolerance, lines, others))
    return result


@dataclass
class Model:
    """A model line as read: symbols that aren't listed have target 0 and the portfolio's tolerance."""

    name: str
    tolerance: int
    bands: dict[str, tuple[int, int | None]]


def read(text: str) -> Read:
    """Reads the view line by line, and knows nothing but its promises."""
    head, *blocks = text.split("\n\n")
    title, legend, *terms = head.split("\n")
    assert re.fullmatch(r"=== BATCH \d+ OF \d+, COMPACT ===", title)
    assert legend == LEGEND
    models: dict[str, Model] = {}
    flags: dict[str, str] = {}
    for line in terms:
        match = re.match(r"(M\d+) ", line)
        if match:
            models[match[1]] = _model(line[match.end() :])
        else:
            key, _, flag = line.partition("=")
            flags[key] = flag
    return [_portfolio(block.split("\n"), models, flags) for block in blocks]


def _model(text: str) -> Model:
    name_and_tolerance, *listed = split_raw(text, ": ")
    name, tolerance = split_raw(name_and_tolerance, " tol=")
    bands = {}
    for entry in split_raw(listed[0]) if listed else ():
        match = re.fullmatch(r"(.+) (-?\d+)(?: tol=(\d+))?", entry)
        assert match is not None
        bands[unquote(match[1])] = (int(match[2]), int(match[3]) if match[3] else None)
    return Model(unquote(name), int(tolerance), bands)


def _portfolio(
    lines: list[str], models: dict[str, Model], flags: dict[str, str]
) -> tuple[str, str, str, int, list[Line], int]:
    account, rest = split_raw(lines[0].removeprefix("--- "), " (")
    client, rest = split_raw(rest, ") ")
    match = re.fullmatch(r"(M\d+)(?: tol=(\d+))?(?: \+(\d+))?", rest)
    assert match is not None
    model = models[match[1]]
    tolerance = int(match[2]) if match[2] else model.tolerance
    read_lines = [_line(line, model, tolerance, flags) for line in lines[1:]]
    return unquote(account), unquote(client), model.name, tolerance, read_lines, int(match[3] or 0)


def _line(text: str, model: Model, default: int, flags: dict[str, str]) -> Line:
    name, difference, trade, *cells = split_raw(text)
    symbol = unquote(name)
    target, own = model.bands.get(symbol, (0, None))
    tolerance = default if own is None else own
    marks: dict[str, int] = defaultdict(int)
    while cells and re.fullmatch(r"t(gt|ol)=-?\d+", cells[0]):
        mark, _, value = cells.pop(0).partition("=")
        marks[mark] = int(value)
    found = tuple(unquote(flags.get(cell, cell)) for cell in cells)
    target, tolerance = marks.get("tgt", target), marks.get("tol", tolerance)
    return Line(symbol, target, tolerance, int(difference), int(trade), found)
