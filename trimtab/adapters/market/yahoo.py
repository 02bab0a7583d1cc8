"""Market data from Yahoo through yfinance. It needs the extra `yfinance`, and is loaded by `trimtab/server/late.py`."""

import logging
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final, Unpack

import numpy as np
import pandas as pd
import yfinance
from curl_cffi.requests import Response, Session
from curl_cffi.requests.session import RequestParams
from yfinance.data import YfData
from yfinance.exceptions import YFRateLimitError

from trimtab.adapters.market.assembling import assemble
from trimtab.adapters.market.price_rows import PriceRows, coded_days
from trimtab.domain.columns import DateColumn
from trimtab.domain.errors import Unavailable
from trimtab.domain.factors.market import Market, Yields
from trimtab.workflow.ports.clock import Clock

NAME: Final = "Yahoo"
FIRST_DAY: Final = date(2005, 1, 1)
YIELD_SYMBOLS: Final = {"UST5Y": "^FVX", "UST10Y": "^TNX", "UST30Y": "^TYX"}
"""Yahoo's indices of treasury yields, in percent. It has none of two years."""
TIMEOUT_SECONDS: Final = 20

_CHART: Final = "/v8/finance/chart/"
_NOT_FOUND: Final = 404
_FINE: Final = 200
_RETRY: Final = "Try again in some minutes, or use a folder of market data."


class _Session(Session[Response]):
    """Keeps what Yahoo said last of prices: to yfinance a server that fails is a ticker that doesn't exist."""

    said: Response | None = None

    def get(self, url: str, **kwargs: Unpack[RequestParams]) -> Response:
        response = super().get(url, **kwargs)
        if _CHART in url:
            self.said = response
        return response

    def failure(self) -> str:
        """What failed, empty where the last answer is Yahoo's own about a ticker."""
        if self.said is None:
            return "no answer"
        known = self.said.status_code in {_FINE, _NOT_FOUND} and self.said.text.startswith('{"chart"')
        return "" if known else f"HTTP {self.said.status_code}"


def _new_session() -> _Session:
    """One for the life of a source, as its cookies belong to what yfinance keeps; it greets as yfinance's own does."""
    return _Session(impersonate="chrome")


@dataclass(frozen=True, slots=True)
class YahooSource:
    """Daily prices of some tickers, and treasury yields, from Yahoo: a `PriceSource`.

    A ticker that Yahoo doesn't know isn't in the market. Yahoo's closes and dividends are adjusted for splits. The row
    of today is left out, because the market may still be open.

    Attributes:
        tickers: as Yahoo spells them.
        clock: says what day it is.
        cache: a folder for yfinance's own notes (time zones, cookies); None leaves them in the user's cache folder.
        first_day: the first day asked for.
    """

    tickers: Sequence[str]
    clock: Clock
    cache: Path | None = None
    first_day: date = FIRST_DAY
    _session: _Session = field(default_factory=_new_session, init=False, repr=False, compare=False)

    def stamp(self) -> str:
        """Changes with the day, and is another for other tickers."""
        return f"{NAME} {self._today()} {' '.join(self.tickers)}"

    def load(self) -> Market:
        """Asks Yahoo for everything.

        Raises:
            Unavailable: Yahoo can't be reached, fails, refuses for now, or knows none of the tickers.
        """
        self._prepare()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of pandas, about yfinance
            frames = self._frames({ticker: ticker for ticker in sorted(set(self.tickers))})
            yields = self._frames(YIELD_SYMBOLS)
        if not frames:
            raise Unavailable("Yahoo has no prices of any of the tickers.", field="market", next_action=_RETRY)
        made = assemble(_rows(frames), name=NAME, yields=_yields(yields))
        if made.market is None:
            message = f"Yahoo has no prices that can be used; the first: {made.findings[0].message}."
            raise Unavailable(message, field="market", next_action=_RETRY)
        return made.market

    def _prepare(self) -> None:
        if self.cache is not None:
            self.cache.mkdir(parents=True, exist_ok=True)
            yfinance.set_tz_cache_location(str(self.cache))
        logging.getLogger("yfinance").setLevel(logging.CRITICAL)  # what it would log, this source says itself
        YfData.cache_get.cache_clear()  # it keeps failures too

    def _frames(self, symbols: Mapping[str, str]) -> dict[str, pd.DataFrame]:
        """What Yahoo has of each symbol, by the name that we give it; those without a price aren't there."""
        found = {name: self._frame(symbol) for name, symbol in symbols.items()}
        return {name: frame for name, frame in found.items() if len(frame)}

    def _frame(self, symbol: str) -> pd.DataFrame:
        self._session.said = None
        try:
            frame: pd.DataFrame = yfinance.Ticker(symbol, session=self._session).history(
                start=self.first_day, interval="1d", auto_adjust=False, actions=True, timeout=TIMEOUT_SECONDS
            )
        except YFRateLimitError as error:
            raise Unavailable("Yahoo refuses: too many requests.", field="market", next_action=_RETRY) from error
        except Exception as error:  # odd answers lead yfinance to any of them
            raise _failed(symbol, type(error).__name__) from error
        if frame.empty and (failure := self._session.failure()):
            raise _failed(symbol, failure)
        return frame[_days(frame) < np.datetime64(self._today(), "D")]

    def _today(self) -> date:
        return self.clock.now().date()


def _failed(symbol: str, what: str) -> Unavailable:
    return Unavailable(f"Yahoo can't be asked about {symbol}: {what}.", field="market", next_action=_RETRY)


def _days(frame: pd.DataFrame) -> DateColumn:
    """The exchange's own days of a frame's rows."""
    index = pd.DatetimeIndex(frame.index)
    return index.tz_localize(None).to_numpy().astype("datetime64[D]")


def _rows(frames: Mapping[str, pd.DataFrame]) -> PriceRows:
    dates, day = coded_days(np.concatenate([_days(frame) for frame in frames.values()]))
    table = pd.concat(list(frames.values()), ignore_index=True)
    volume = table["Volume"].to_numpy(dtype=np.float64)
    return PriceRows(
        dates=dates,
        tickers=tuple(frames),
        day=day,
        ticker=np.repeat(np.arange(len(frames)), [len(frame) for frame in frames.values()]),
        close=table["Close"].to_numpy(dtype=np.float64),
        adj_close=table["Adj Close"].to_numpy(dtype=np.float64),
        dividend=table["Dividends"].to_numpy(dtype=np.float64),
        volume=np.where(volume > 0, volume, np.nan),  # yfinance writes 0 where Yahoo tells none
    )


def _yields(frames: Mapping[str, pd.DataFrame]) -> Yields | None:
    if not frames:
        return None
    columns = {name: frame["Close"].set_axis(_days(frame)) for name, frame in frames.items()}
    table = pd.concat(columns, axis=1, sort=True)
    days = table.index.to_numpy().astype("datetime64[D]")
    return Yields(days, tuple(table.columns), table.to_numpy(dtype=np.float64))
