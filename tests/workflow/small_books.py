"""Small books for sessions, with the numbers in the head of each; every unit costs $1."""

from collections.abc import Sequence
from datetime import timedelta

from tests.oracle.book_rows import AS_OF, UNKNOWN, NewInstrument, NewLot, NewModel, NewPortfolio, make_book
from trimtab.domain.trading.book import Book, Restriction

EX_DATE = AS_OF + timedelta(days=8)
CBA = NewInstrument("CBA", ex_date=EX_DATE, dividend_per_share=0.02)
CORE = NewModel(target_cash_pct=5, lines=(("BHP", 10.0), ("CBA", 10.0), ("NAB", 25.0), ("REST", 25.0), ("WBC", 25.0)))
SECTORS = {"BHP": "Materials", "REST": "Diversified"}


def instruments(*codes: str) -> list[NewInstrument]:
    """CBA goes ex in 8 days for 2 cents; the others have no flag."""
    return [CBA if code == "CBA" else NewInstrument(code, sector=SECTORS.get(code, "Financials")) for code in codes]


def portfolio_lots(account: str, **units: float) -> list[NewLot]:
    return [NewLot(account, code, amount, cost_base=amount) for code, amount in units.items()]


def two_portfolios(*restrictions: Restriction) -> Book:
    """Two portfolios of 100,000 on one model (tolerance 2), with 6,000 cash each.

    P1: BHP 15 of 10 (sell 5,000), CBA 14 of 10 (sell 4,000; half ends the breach), WBC and NAB 20 of 25
    (buy 5,000 each). P2: CBA 16 of 10 (sell 6,000), NAB 18 of 25 (buy 7,000).
    """
    return make_book(
        instruments=instruments("BHP", "CBA", "NAB", "REST", "WBC"),
        models=[CORE],
        portfolios=[NewPortfolio("P1", cash=6_000), NewPortfolio("P2", cash=6_000)],
        lots=[
            *portfolio_lots("P1", BHP=15_000, CBA=14_000, NAB=20_000, REST=25_000, WBC=20_000),
            *portfolio_lots("P2", BHP=10_000, CBA=16_000, NAB=18_000, REST=25_000, WBC=25_000),
        ],
        restrictions=restrictions,
    )


def short_of_cash(*restrictions: Restriction, accounts: Sequence[str] = ("P1",)) -> Book:
    """P1 has 1,000 and sells BHP 15 of 10 for 5,000; it wants WBC 18 of 25 and NAB 18 of 25: 14,000 for 6,000.

    What it has over in OLD may not be sold. Other accounts are like it.
    """
    units = {"BHP": 15_000, "CBA": 10_000, "NAB": 18_000, "OLD": 13_000, "REST": 25_000, "WBC": 18_000}
    return make_book(
        instruments=instruments("BHP", "CBA", "NAB", "OLD", "REST", "WBC"),
        models=[CORE],
        portfolios=[NewPortfolio(account, cash=1_000) for account in accounts],
        lots=[lot for account in accounts for lot in portfolio_lots(account, **units)],
        restrictions=(Restriction("OLD", "do_not_sell", "The family keeps it"), *restrictions),
    )


def withdrawing(*restrictions: Restriction) -> Book:
    """P1 pays out 10,000 and has no cash; 90,000 stay. CBA 20,000 is 22.2 of 10 (sell 11,000), WBC 80,000 is 88.9
    of 90, inside its band.
    """
    return make_book(
        instruments=instruments("CBA", "WBC"),
        models=[NewModel(lines=(("CBA", 10.0), ("WBC", 90.0)))],
        portfolios=[NewPortfolio("P1", pending_withdrawal=10_000)],
        lots=portfolio_lots("P1", CBA=20_000, WBC=80_000),
        restrictions=restrictions,
    )


def both_wait(*restrictions: Restriction) -> Book:
    """P1 pays out 10,000 and has no cash. CBA and CBB, both near an ex-date, sell 6,000 each; OLD may not be sold.

    With the other's 6,000 each has to pay 4,000 (70 %), so both could wait with 30 %: but then 1,600 are missing.
    """
    return make_book(
        instruments=[
            CBA,
            NewInstrument("CBB", ex_date=EX_DATE, dividend_per_share=0.02),
            NewInstrument("OLD"),
        ],
        models=[NewModel(tolerance_pct=5.0, lines=(("CBA", 40.0), ("CBB", 40.0), ("OLD", 20.0)))],
        portfolios=[NewPortfolio("P1", pending_withdrawal=10_000)],
        lots=portfolio_lots("P1", CBA=46_000, CBB=46_000, OLD=18_000),
        restrictions=(Restriction("OLD", "do_not_sell", "The family keeps it"), *restrictions),
    )


def with_an_unknown_model() -> Book:
    """P1 as in `two_portfolios`, and P9 that can't be checked."""
    return make_book(
        instruments=instruments("BHP", "CBA", "NAB", "REST", "WBC"),
        models=[CORE],
        portfolios=[NewPortfolio("P1", cash=6_000), NewPortfolio("P9", model="Gone")],
        lots=portfolio_lots("P1", BHP=15_000, CBA=14_000, NAB=20_000, REST=25_000, WBC=20_000),
    )


def many_portfolios(count: int) -> Book:
    """Portfolios A001, A002, ... all with CBA 14 of 10 and 6,000 cash; A001 has BHP 15 of 10 too."""
    accounts = [f"A{number:03d}" for number in range(1, count + 1)]
    lots = [lot for account in accounts for lot in portfolio_lots(account, CBA=14_000, NAB=25_000, REST=25_000)]
    lots += [lot for account in accounts for lot in portfolio_lots(account, WBC=20_000)]
    lots += [NewLot(account, "BHP", 15_000 if account == "A001" else 10_000) for account in accounts]
    return make_book(
        instruments=instruments("BHP", "CBA", "NAB", "REST", "WBC"),
        models=[CORE],
        portfolios=[NewPortfolio(account, cash=6_000) for account in accounts],
        lots=lots,
    )


SEED_MARKET = {"CBA": (8, -3.0, 8.0), "BHP": (None, -5.0, 12.0), "WBC": (15, -1.0, 6.0), "RIO": (None, 2.0, 5.0)}


def seed_buys(**amounts: float) -> Book:
    """A portfolio of 500,000 with 25,000 to spend: one share of $1 short of each target by the amount named.

    CBA goes ex in 8 days (-3 % / +8 %), WBC in 15 (-1 % / +6 %), BHP (-5 % / +12 %) and RIO (+2 % / +5 %) don't.
    """
    codes = {
        code: NewInstrument(
            code,
            ex_date=None if days is None else AS_OF + timedelta(days=days),
            dividend_per_share=UNKNOWN if days is None else 1.0,
            return_1m_pct=month,
            return_6m_pct=half_year,
        )
        for code, (days, month, half_year) in SEED_MARKET.items()
        if code in amounts
    }
    targets = dict.fromkeys(amounts, 10.0)
    rest = 500_000 - 25_000 - sum(50_000 - amount for amount in amounts.values())
    return make_book(
        instruments=[*codes.values(), NewInstrument("REST")],
        models=[
            NewModel(
                tolerance_pct=0.5,
                lines=(*targets.items(), ("REST", 100.0 - sum(targets.values()))),
            )
        ],
        portfolios=[NewPortfolio("P1", cash=25_000)],
        lots=[
            *portfolio_lots("P1", **{code: 50_000 - amount for code, amount in amounts.items()}),
            NewLot("P1", "REST", rest),
        ],
        restrictions=(Restriction("REST", "hold", "Kept as it is"),),
    )


def three_currencies() -> Book:
    """Of P1 and P2 in AUD, P3 in USD (2 AUD each) and P4 in JPY, each sells 5,000 of its own currency and buys nothing.

    FUND in JPY has no rate to AUD, so P4 can be planned, but not added to the others.
    """
    own = {"P1": ("AUD", "BHP"), "P2": ("AUD", "BHP"), "P3": ("USD", "KO"), "P4": ("JPY", "FUND")}
    models = [
        NewModel(name=f"Of {account}", target_cash_pct=90, lines=((code, 10.0),)) for account, (_, code) in own.items()
    ]
    return make_book(
        instruments=[NewInstrument("BHP"), NewInstrument("KO", currency="USD"), NewInstrument("FUND", currency="JPY")],
        models=models,
        portfolios=[
            NewPortfolio(account, model=f"Of {account}", cash=85_000, base_currency=currency)
            for account, (currency, _) in own.items()
        ],
        lots=[NewLot(account, code, 15_000) for account, (_, code) in own.items()],
        fx={("USD", "AUD"): 2.0},
    )
