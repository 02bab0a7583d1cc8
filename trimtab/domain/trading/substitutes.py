"""Substitutes: what else could be sold where a deferral leaves a breach."""

import numpy as np

from trimtab.domain.columns import BoolColumn
from trimtab.domain.trading.segments import grouped_sum
from trimtab.domain.trading.sell_plan import Offers, Proposal, TradingFacts

MOST_SUBSTITUTES = 3


def find_substitutes(
    facts: TradingFacts, proposal: Proposal, *, offers: Offers, breached: BoolColumn
) -> dict[str, tuple[str, ...]]:
    """For each instrument with a breached offer.

    Codes over target in the same portfolios, same sector first, then by money.

    `breached` (r,) marks the offers left outside their band. Lines that may not be sold don't count.
    """
    positions, book = facts.positions, facts.book
    drift, instrument = proposal.drift, positions.instrument
    portfolio_of_line = positions.portfolio
    over_value = drift.variance_pct / 100 * drift.investable[portfolio_of_line]
    over = (drift.variance_pct > 0) & (proposal.sell_limit_units > 0)
    found: dict[str, tuple[str, ...]] = {}
    for row in np.unique(instrument[offers.line[breached]]):
        portfolios = offers.portfolio[breached & (instrument[offers.line] == row)]
        lines = np.flatnonzero(over & np.isin(portfolio_of_line, portfolios) & (instrument != row))
        money = grouped_sum(instrument[lines], over_value[lines], count=len(book.instruments.code))
        sector = book.instruments.sector[row]
        ranked = sorted(
            (int(other) for other in np.unique(instrument[lines])),
            key=lambda other: (book.instruments.sector[other] != sector, -money[other], other),
        )
        found[book.instruments.code[row]] = tuple(book.instruments.code[other] for other in ranked[:MOST_SUBSTITUTES])
    return found
