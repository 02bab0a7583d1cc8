"""Made-up folders of market data: one with every trouble the maths speaks of, and some with gaps anywhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from tests.oracle.oracle_factor_data import Member

ADJUSTED, DIVIDENDS, CLOSE = "adj_close", "dividends", "close"


@dataclass(frozen=True)
class Fund:
    """How the prices of a ticker are made: loads on the factors, deviation of its own, what it pays, when it trades.

    `factors` are world, rates, real assets and coins. `twin` follows another ticker nearly. `first` and `last` are
    shares of all days; `quiet` are months (by number, the first is 0) without a price.
    """

    member: Member
    factors: tuple[float, float, float, float] = (1.0, 0.0, 0.0, 0.0)
    own: float = 0.004
    payout: float = 0.0
    kind: str = ADJUSTED
    twin: str = ""
    first: float = 0.0
    last: float = 1.0
    quiet: tuple[int, ...] = ()
    also: tuple[str, ...] = ()
    still: bool = False
    fault: str = ""
    traded: bool = True


def member(category: str, ticker: str, asset_class: str = "equity", **more: str) -> Member:
    return Member(category, ticker, asset_class, **more)  # type: ignore[arg-type]  # texts only, by name


WORLD, RATES, REAL, COINS = (1.0, 0.0, 0.0, 0.0), (0.0, -1.0, 0.0, 0.0), (0.1, 0.0, 1.0, 0.0), (0.5, 0.0, 0.0, 1.0)
FUNDS = (
    Fund(member("market", "SPY"), own=0.001, payout=0.004),
    Fund(member("market", "VOO"), twin="SPY", payout=0.004),
    Fund(member("market", "EFA"), (0.8, 0.1, 0.2, 0.0), quiet=(70,)),
    Fund(member("market", "ACWX"), (0.9, 0.0, 0.1, 0.0), kind=CLOSE),
    Fund(member("style", "MTUM"), (1.1, 0.2, 0.0, 0.1), payout=0.002),
    Fund(member("style", "VLUE"), (0.9, -0.2, 0.2, 0.0), kind=DIVIDENDS, payout=0.006),
    Fund(member("style", "LATE"), first=0.89),
    Fund(member("style", "HALF"), first=0.62),
    Fund(member("industry", "XLK", industry="Technology", subindustry="Chips", sector_group="sensitive")),
    Fund(member("industry", "XLE", industry="Energy", sector_group="sensitive"), (0.7, 0.0, 0.9, 0.0)),
    Fund(
        member("industry", "XLU", industry="Utilities", sector_group="defensive"), (0.4, -0.5, 0.0, 0.0), payout=0.008
    ),
    Fund(member("industry", "XLP", industry="Staples", sector_group="defensive"), (0.5, -0.1, 0.0, 0.0), first=0.45),
    Fund(member("industry", "XLB", industry="Materials"), (0.9, 0.0, 0.4, 0.0), also=("style",)),
    Fund(member("industry", "ODD"), (0.6, 0.3, 0.0, 0.2), own=0.01),
    Fund(
        member("industry", "VNQ", "real_estate", industry="Estates", sector_group="sensitive"),
        (0.8, -0.4, 0.1, 0.0),
        kind=DIVIDENDS,
        payout=0.09,
    ),
    Fund(member("industry", "XLRE", "real_estate", industry="Estates"), (0.7, -0.5, 0.1, 0.0), first=0.55),
    Fund(member("bond", "AGG", "bond"), RATES, own=0.0006, payout=0.006),
    Fund(member("bond", "BND", "bond"), twin="AGG", payout=0.006),
    Fund(member("bond", "TLT", "bond"), (-0.1, -2.5, 0.0, 0.0), own=0.001, payout=0.007),
    Fund(member("bond", "SHY", "bond"), (0.0, -0.3, 0.0, 0.0), own=0.0003, kind=DIVIDENDS, payout=0.004),
    Fund(member("bond", "DEAD", "bond"), RATES, last=0.5),
    Fund(member("cash", "BIL", "cash"), (0.0, 0.02, 0.0, 0.0), own=0.00005, kind=DIVIDENDS, payout=0.003, first=0.4),
    Fund(member("cash", "SGOV", "cash"), (0.0, 0.01, 0.0, 0.0), own=0.00005, payout=0.003, first=0.5),
    Fund(member("commodity", "GLD", "commodity"), REAL),
    Fund(member("commodity", "IAU", "commodity"), twin="GLD"),
    Fund(member("commodity", "DBC", "commodity"), (0.3, 0.1, 0.8, 0.0), kind=CLOSE, traded=False),
    Fund(member("crypto", "BTC", "crypto"), COINS, own=0.02, first=0.56),
    Fund(member("crypto", "ETH", "crypto"), COINS, own=0.025, first=0.6, quiet=(88, 90)),
    Fund(member("crypto", "PEG", "crypto"), still=True),
    Fund(member("commodity", "FLAW", "commodity"), REAL, fault="zero"),
    Fund(member("bond", "TWIN", "bond"), RATES, fault="twice"),
    Fund(member("style", "HOLE"), fault="hole"),
    Fund(member("crypto", "TURN", "crypto"), fault="disorder"),
    Fund(member("market", "AWAY"), fault="stray"),
    Fund(member("market", "DUST"), fault="dust"),
    Fund(member("industry", "DEFS", industry="defensive"), (0.3, 0.3, 0.3, 0.0)),
    Fund(member("industry", "CHIP", industry="Chips"), (1.2, 0.0, 0.0, 0.1)),
)


@dataclass(frozen=True)
class Shape:
    """What a folder is like. By default its last month isn't complete."""

    seed: int = 7
    first: str = "2016-02-10"
    last: str = "2024-06-14"
    zipped: bool = False
    yields: bool = True


UNKNOWN = Member("market", "NONE", "equity")
HOLIDAY_SHARE = 0.03


def write_market(folder: Path, shape: Shape, *, funds: Sequence[Fund] = FUNDS) -> None:
    """A folder of market data, the same for a seed."""
    seed, first, last, zipped, yields = shape.seed, shape.first, shape.last, shape.zipped, shape.yields
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    days = pd.bdate_range(first, last)
    moves = rng.standard_t(5, (len(days), 4)) * (0.008, 0.004, 0.007, 0.02)
    returns: dict[str, np.ndarray] = {}
    frames = []
    for fund in funds:
        own = rng.normal(0.0002, fund.own, len(days))
        if fund.twin:
            returns[fund.member.ticker] = returns[fund.twin] + rng.normal(0, 0.0002, len(days))
        else:
            returns[fund.member.ticker] = np.clip(moves @ np.array(fund.factors) + own, -0.5, 0.5)
        frames.append(_rows(fund, days, returns[fund.member.ticker], rng=rng))
    rows = pd.concat(frames).sort_values(["date", "ticker"], kind="stable")
    disordered = rows["ticker"].isin([fund.member.ticker for fund in funds if fund.fault == "disorder"])
    rows = pd.concat([rows[~disordered], rows[disordered].iloc[::-1]])
    rows.to_csv(folder / f"prices.csv{'.gz' if zipped else ''}", index=False, date_format="%Y-%m-%d")
    if yields:
        _write_yields(folder, days, moves[:, 1], rng=rng)
    write_universe(folder, [each for fund in funds for each in entries(fund)] + [UNKNOWN], rng=rng)


def entries(fund: Fund) -> Iterable[Member]:
    own = fund.member
    yield own
    for category in fund.also:
        yield Member(category, own.ticker, own.asset_class)


def _rows(fund: Fund, days: pd.DatetimeIndex, returns: np.ndarray, *, rng: np.random.Generator) -> pd.DataFrame:
    """Every day of its life but some, with the payout four times a year; adjusted closes hold the payouts again."""
    paying = np.zeros(len(days))
    paying[40::63] = fund.payout
    returns = np.zeros(len(days)) if fund.still else returns
    close = np.round(50 * np.cumprod(1 + returns - paying), 6)
    adjusted = np.round(close * np.cumprod(1 + paying), 6)
    dividend = np.round(close * paying, 6)
    month = (days.year - days[0].year) * 12 + days.month - days[0].month
    there = (np.arange(len(days)) >= fund.first * len(days)) & (np.arange(len(days)) <= fund.last * len(days))
    there &= ~np.isin(month, fund.quiet) & (rng.random(len(days)) > HOLIDAY_SHARE)
    tells = fund.kind == DIVIDENDS or (fund.kind == ADJUSTED and fund.payout > 0)
    rows = pd.DataFrame(
        {
            "date": days,
            "ticker": fund.member.ticker,
            "close": close,
            "adj_close": adjusted if fund.kind == ADJUSTED else np.nan,
            "dividend": dividend if tells else np.nan,
            "volume": np.round(rng.lognormal(8, 1, len(days))) if fund.traded else np.nan,
        }
    )[there]
    return _spoilt(rows, fund.fault)


def _spoilt(rows: pd.DataFrame, fault: str) -> pd.DataFrame:
    """With one fault on the hundredth of its days."""
    if fault == "zero":
        rows.loc[rows.index[100], "close"] = 0.0
    elif fault == "dust":
        rows.loc[rows.index[100], "adj_close"] = 5e-7
    elif fault == "stray":
        rows.loc[rows.index[-1], "date"] = pd.Timestamp("2199-12-31")
    elif fault == "hole":
        rows.loc[rows.index[100], "adj_close"] = np.nan
    elif fault == "twice":
        return pd.concat([rows, rows.iloc[[100]]])
    return rows


def _write_yields(folder: Path, days: pd.DatetimeIndex, moves: np.ndarray, *, rng: np.random.Generator) -> None:
    """With holidays, a maturity that isn't told for a year, a month without any, and one with only its first days."""
    level = 3 + np.cumsum(moves) * 4
    columns = {}
    for name, slope in (("UST2Y", 0.8), ("UST5Y", 0.9), ("UST10Y", 1.0), ("UST30Y", 1.1)):
        values = np.round(level * slope + rng.normal(0, 0.02, len(days)), 2)
        columns[name] = np.where(rng.random(len(days)) < HOLIDAY_SHARE, np.nan, values)
    columns["UST30Y"][400:660] = np.nan
    yields = pd.DataFrame({"date": days, **columns})
    yields = yields[yields["date"].dt.to_period("M") != pd.Period("2021-05", "M")]
    yields = yields[~yields["date"].between("2022-09-12", "2022-09-30")]
    yields.to_csv(folder / "yields.csv", index=False, date_format="%Y-%m-%d")


def write_universe(folder: Path, members: Sequence[Member], *, rng: np.random.Generator) -> None:
    aum_value = {each.ticker: round(float(rng.lognormal(20, 1)), 2) for each in members}
    rows = [
        {
            "ticker": each.ticker,
            "name": f"The {each.ticker} fund",
            "category": each.category,
            "asset_class": each.asset_class,
            "industry": each.industry,
            "sector_group": each.sector_group,
            "subindustry": each.subindustry,
            "aum_value": aum_value[each.ticker],
            "currency": "USD",
        }
        for each in members
    ]
    pd.DataFrame(rows).to_csv(folder / "universe.csv", index=False)


def ragged_funds(seed: int) -> tuple[Fund, ...]:
    """The same tickers, that come, go and pause anywhere; SPY alone is always there."""
    rng = np.random.default_rng(seed)
    return tuple(fund if fund.member.ticker == "SPY" else _ragged(fund.member, rng) for fund in FUNDS)


def _ragged(own: Member, rng: np.random.Generator) -> Fund:
    return Fund(
        replace(own, sector_group=("", "sensitive", "defensive")[rng.integers(3)]),
        factors=(*rng.normal(0.5, 0.5, 3), 0.1),
        own=float(rng.choice((0.001, 0.005, 0.01))),
        payout=float(rng.choice((0.0, 0.003, 0.06))),
        kind=str(rng.choice((ADJUSTED, DIVIDENDS, CLOSE))),
        first=float(rng.choice((0.0, 0.0, 0.3, 0.5, 0.7))),
        last=float(rng.choice((1.0, 1.0, 1.0, 0.9))),
        quiet=tuple(int(month) for month in rng.choice(100, rng.integers(0, 9), replace=False)),
    )
