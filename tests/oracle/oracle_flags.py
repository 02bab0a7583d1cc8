"""Section 6: facts about a line, computed and never guessed."""

from collections.abc import Mapping, Sequence
from datetime import date

from tests.oracle.oracle_compare import more_pct
from tests.oracle.oracle_lots import days_to_discount
from tests.oracle.oracle_rows import InstrumentRow, PortfolioRow
from tests.oracle.oracle_types import Flag, Line, Plan, TaxRule
from tests.oracle.oracle_valuation import rate
from trimtab.domain.trading.book import Book
from trimtab.domain.trading.policy import Policy


def set_flags(
    plan: Plan,
    portfolio: PortfolioRow,
    *,
    instruments: Mapping[str, InstrumentRow],
    book: Book,
    policy: Policy,
    tax_rules: Sequence[TaxRule],
) -> None:
    """The flags of every line, in the order of the page's table."""
    heavy = heavy_sectors(plan, portfolio, instruments=instruments)
    own_rules = [
        rule for rule in tax_rules if rule.country == portfolio.tax_country and rule.entity == portfolio.entity
    ]
    for line in plan.lines:
        instrument = instruments[line.code]
        dividend_rate = rate(book.fx, instrument.currency, portfolio.base_currency) or 0.0
        found = [
            dividend_flag(line, instrument, dividend_rate=dividend_rate, policy=policy, as_of=book.as_of),
            dip_flag(instrument, policy),
            cgt_flag(line, own_rules, policy=policy, as_of=book.as_of),
            Flag("sec", sector=instrument.sector) if line.units > 0 and instrument.sector in heavy else None,
        ]
        line.flags = tuple(flag for flag in found if flag is not None)


def dividend_flag(
    line: Line, instrument: InstrumentRow, *, dividend_rate: float, policy: Policy, as_of: date
) -> Flag | None:
    if instrument.ex_date is None or not instrument.dividend_per_share:
        return None
    days = (instrument.ex_date - as_of).days
    under_target = more_pct(-line.variance_pct, 0.0)
    window = policy.dividend_window_buy_days if under_target else policy.dividend_window_sell_days
    if not 1 <= days <= window:
        return None
    return Flag("div", days=days, amount=instrument.dividend_per_share * dividend_rate)


def dip_flag(instrument: InstrumentRow, policy: Policy) -> Flag | None:
    if instrument.return_1m_pct is None or more_pct(instrument.return_1m_pct, policy.dip_pct):
        return None
    return Flag("dip", pct=instrument.return_1m_pct)


def cgt_flag(line: Line, rules: Sequence[TaxRule], *, policy: Policy, as_of: date) -> Flag | None:
    if line.planned_units >= 0:
        return None
    days = days_to_discount(line, rules, method=policy.lot_method, as_of=as_of)
    near = [n for n in days if 1 <= n <= policy.cgt_window_days]
    return Flag("cgt", days=min(near)) if near else None


def heavy_sectors(plan: Plan, portfolio: PortfolioRow, *, instruments: Mapping[str, InstrumentRow]) -> set[str]:
    """Sectors whose weight is more than the model's by over the model's tolerance.

    The model stays the model: neither a full liquidation nor a substitution changes what it says.
    """
    assert portfolio.model is not None
    targets = portfolio.model.targets
    over_pct: dict[str, float] = {}
    for line in plan.lines:
        sector = instruments[line.code].sector
        over_pct[sector] = over_pct.get(sector, 0.0) + line.actual_pct - targets.get(line.code, 0.0)
    return {sector for sector, over in over_pct.items() if more_pct(over, portfolio.model.tolerance_pct)}
