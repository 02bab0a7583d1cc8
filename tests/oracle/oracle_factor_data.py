"""Sections 1, 2 and 10 of docs/factor-maths.md over a folder of market data, read with plain pandas."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

CLASSES = ("equity", "bond", "cash", "commodity", "crypto", "real_estate")
CATEGORIES = ("industry", "style", "market", "bond", "cash", "commodity", "crypto")
HOME = {
    "equity": "market",
    "bond": "bond",
    "cash": "cash",
    "commodity": "commodity",
    "crypto": "crypto",
    "real_estate": "industry",
}
OLDEST_DAYS = 7
AWAY_DAYS, STRETCH_DAYS = 45, 5
RECENT_DAYS = 260


@dataclass(frozen=True, order=True)
class Member:
    """A ticker in a category."""

    category: str
    ticker: str
    asset_class: str
    industry: str = ""
    subindustry: str = ""
    sector_group: str = ""
    aum_value: float | None = None
    currency: str = ""


@dataclass(frozen=True)
class ReferenceRows:
    """Rows as they stand in the three tables, each with the columns that count here.

    asset: asset class, ticker, canonical, priority. industry: industry, ticker, asset class, group. cash: currency,
    ticker.
    """

    asset: tuple[tuple[str, str, bool, int], ...] = ()
    industry: tuple[tuple[str, str, str, str], ...] = ()
    cash: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, eq=False)
class Data:
    """A market: daily frames (days x tickers), monthly returns and yield changes by complete month, its members."""

    close: pd.DataFrame
    dividend: pd.DataFrame
    volume: pd.DataFrame
    returns: pd.DataFrame
    changes: pd.DataFrame
    basis: dict[str, str]
    faulty: frozenset[str]
    members: tuple[Member, ...]


def read_data(folder: Path, reference: ReferenceRows) -> Data:
    rows = _table(folder, "prices")
    assert rows is not None
    for column in ("adj_close", "dividend", "volume"):
        if column not in rows:
            rows[column] = np.nan
    rows["date"] = pd.to_datetime(rows["date"])
    faulty = faulty_tickers(rows)
    rows = rows[~rows["ticker"].isin(faulty)]
    faulty |= stray_tickers(rows)
    rows = rows[~rows["ticker"].isin(faulty)]
    months = complete_months(rows["date"])
    returns, basis = monthly_returns(rows, months)
    close, dividend, volume = (rows.pivot(index="date", columns="ticker", values=name) for name in NAMES)
    yields = _table(folder, "yields")
    return Data(
        close=close,
        dividend=dividend,
        volume=volume,
        returns=returns,
        changes=yield_changes(yields, months, market_days=rows["date"]),
        basis=basis,
        faulty=faulty,
        members=build_members(_table(folder, "universe"), reference),
    )


NAMES = ("close", "dividend", "volume")


def _table(folder: Path, name: str) -> pd.DataFrame | None:
    for path in (folder / f"{name}.csv", folder / f"{name}.csv.gz"):
        if path.exists():
            return pd.read_csv(path, keep_default_na=False, na_values=[""])
    return None


def faulty_tickers(rows: pd.DataFrame) -> frozenset[str]:
    """Days twice or out of order, prices that nothing can have, an adjusted close on some days only."""
    found = set()
    for ticker, own in rows.groupby("ticker"):
        disordered = own["date"].duplicated().any() or not own["date"].is_monotonic_increasing
        prices = pd.concat([own["close"], own["adj_close"]]).dropna()
        not_positive = not prices.between(1e-6, 1e12).all()
        gaps = own["adj_close"].notna().any() and own["adj_close"].isna().any()
        if disordered or not_positive or gaps:
            found.add(str(ticker))
    return frozenset(found)


def stray_tickers(rows: pd.DataFrame) -> frozenset[str]:
    """With a price in fewer than five days more than 45 days from all others; none where most tickers have."""
    stretches: list[list[pd.Timestamp]] = []
    for day in sorted(rows["date"].unique()):
        if stretches and (day - stretches[-1][-1]).days <= AWAY_DAYS:
            stretches[-1].append(day)
        else:
            stretches.append([day])
    stray = [day for stretch in stretches if len(stretch) < STRETCH_DAYS for day in stretch]
    found = set(rows.loc[rows["date"].isin(stray), "ticker"])
    return frozenset(found if len(found) <= rows["ticker"].nunique() / 2 else ())


def market_end(days: pd.Series) -> pd.Timestamp:
    """The last day with prices of half as many tickers as on the median one of the last 260; a row is a price."""
    counts = days.value_counts().sort_index().tail(RECENT_DAYS)
    return pd.Timestamp(counts.index[counts >= counts.median() / 2][-1])


def complete_months(days: pd.Series) -> pd.PeriodIndex:
    """From the market's first month to its last complete one."""
    last_day = market_end(days)
    month = last_day.to_period("M")
    weekdays = pd.bdate_range(month.start_time, month.end_time.normalize())
    return pd.period_range(days.min().to_period("M"), month if last_day >= weekdays[-1] else month - 1)


def total_return_index(own: pd.DataFrame) -> tuple[pd.Series, str]:
    """P of one ticker, day by day, and what it was made of."""
    if own["adj_close"].notna().any():
        return own["adj_close"], "adj_close"
    if not own["dividend"].notna().any():
        return own["close"], "close"
    level, levels, before = 1.0, [], None
    for close, dividend in zip(own["close"], own["dividend"].fillna(0.0), strict=True):
        if before is not None:
            level *= (close + dividend) / before
        levels.append(level)
        before = close
    return pd.Series(levels, index=own.index), "close_and_dividends"


def last_values(values: pd.Series) -> dict[pd.Period, tuple[pd.Timestamp, float]]:
    """By month, the last value that there is, and its day."""
    known = values.dropna().sort_index()
    days = pd.DatetimeIndex(known.index)
    found = {}
    for month, day, value in zip(days.to_period("M"), days, known, strict=True):
        found[month] = (day, float(value))
    return found


def differences(ends: dict[pd.Period, float], months: pd.PeriodIndex, *, as_return: bool) -> pd.Series:
    """Of two months one after the other; months without either have none."""
    made = {}
    for month in months:
        if month in ends and month - 1 in ends:
            made[month] = ends[month] / ends[month - 1] - 1 if as_return else ends[month] - ends[month - 1]
    return pd.Series(made, index=months, dtype=float)


def monthly_returns(rows: pd.DataFrame, months: pd.PeriodIndex) -> tuple[pd.DataFrame, dict[str, str]]:
    market = last_values(pd.Series(1.0, index=rows["date"]))
    returns, basis = {}, {}
    for name, own in rows.dropna(subset=["close"]).groupby("ticker"):
        ticker = str(name)
        index, basis[ticker] = total_return_index(own.set_index("date"))
        ends = {
            month: value
            for month, (day, value) in last_values(index).items()
            if (market[month][0] - day).days <= OLDEST_DAYS
        }
        returns[ticker] = differences(ends, months, as_return=True)
    return pd.DataFrame(returns, index=months, columns=sorted(returns)), basis


def yield_changes(yields: pd.DataFrame | None, months: pd.PeriodIndex, *, market_days: pd.Series) -> pd.DataFrame:
    """By maturity, in percentage points; of values that are no older than month-end prices may be."""
    if yields is None:
        return pd.DataFrame(index=months)
    by_day = yields.assign(date=pd.to_datetime(yields["date"])).set_index("date")
    market, found = last_values(pd.Series(1.0, index=market_days)), {}
    for maturity in by_day.columns:
        ends = {}
        for month, (day, value) in last_values(by_day[maturity].astype(float)).items():
            last_weekday = pd.bdate_range(month.start_time, month.end_time.normalize())[-1]
            if ((market[month][0] if month in market else last_weekday) - day).days <= OLDEST_DAYS:
                ends[month] = value
        found[maturity] = differences(ends, months, as_return=False)
    return pd.DataFrame(found, index=months)


def build_members(universe: pd.DataFrame | None, reference: ReferenceRows) -> tuple[Member, ...]:
    """The list of the market, as the reference data has it."""
    canonical = {ticker for _, ticker, is_canonical, _ in reference.asset if is_canonical}
    unused = {ticker for _, ticker, _, _ in reference.asset} - canonical
    members = {(row.category, row.ticker): row for row in _listed(universe) if row.ticker not in unused}
    for asset_class, ticker, is_canonical, _ in sorted(reference.asset, key=lambda row: -row[3]):
        if is_canonical:
            named = [key for key in members if key[1] == ticker]
            for key in named:
                members[key] = replace(members[key], asset_class=asset_class)
            if not named:
                members[HOME[asset_class], ticker] = Member(HOME[asset_class], ticker, asset_class)
    for industry, ticker, asset_class, group in reference.industry:
        if ticker not in unused:
            before = members.get(("industry", ticker), Member("industry", ticker, asset_class))
            members["industry", ticker] = replace(
                before, industry=industry, sector_group=group or before.sector_group, asset_class=asset_class
            )
    for currency, ticker in reference.cash:
        if ticker not in unused and ("cash", ticker) not in members:
            members["cash", ticker] = Member("cash", ticker, "cash", currency=currency)
    return tuple(members[key] for key in sorted(members))


def _listed(universe: pd.DataFrame | None) -> list[Member]:
    if universe is None:
        return []
    texts = universe.astype(object).where(universe.notna(), "")
    known = {"fixed_income": "bond", "reit": "real_estate"}
    return [
        Member(
            category=known.get(row["category"], row["category"]),
            ticker=row["ticker"],
            asset_class=known.get(row["asset_class"], row["asset_class"]),
            industry=row.get("industry", ""),
            subindustry=row.get("subindustry", ""),
            sector_group=row.get("sector_group", ""),
            aum_value=float(row["aum_value"]) if row.get("aum_value", "") != "" else None,
            currency=row.get("currency", ""),
        )
        for row in texts.to_dict("records")
    ]


def universe_hash(members: Iterable[Member]) -> str:
    return hashlib.sha256("\n".join(sorted(f"{m.category},{m.ticker}" for m in members)).encode()).hexdigest()


def scoped(
    members: Sequence[Member],
    *,
    tickers: Sequence[str] | None = None,
    categories: Sequence[str] | None = None,
    classes: Sequence[str] | None = None,
) -> tuple[Member, ...]:
    """The part of the universe that was asked for."""
    return tuple(
        member
        for member in members
        if (tickers is None or member.ticker in tickers)
        and (categories is None or member.category in categories)
        and (classes is None or member.asset_class in classes)
    )
