"""The digest of market data: the same whatever the format and the order of rows it was read from."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import astuple

import numpy as np

from trimtab.domain.columns import FloatColumn
from trimtab.domain.factors.market import Market

_VERSION = "market-1"


def market_digest(market: Market) -> str:
    """SHA-256 of everything in the market but its name and its `digest`; of prices and yields their exact bits."""
    sha = hashlib.sha256(_VERSION.encode())
    prices, yields = market.prices, market.yields
    sha.update(_text([prices.dates.astype(str).tolist(), prices.tickers]))
    for column in (prices.close, prices.adj_close, prices.dividend, prices.volume):
        sha.update(_bits(column))
    if yields is not None:
        sha.update(_text([yields.dates.astype(str).tolist(), yields.maturities]))
        sha.update(_bits(yields.values_pct))
    sha.update(_text(astuple(entry) for entry in market.listed))
    sha.update(_text((each.ticker, each.day.isoformat(), each.code, each.count) for each in market.findings))
    return sha.hexdigest()


def _text(values: Iterable[object]) -> bytes:
    return json.dumps(list(values), separators=(",", ":")).encode() + b"\n"


def _bits(column: FloatColumn) -> bytes:
    """Adding 0.0 makes one zero of two, and every missing number becomes the same NaN."""
    return np.where(np.isnan(column), np.nan, column + 0.0).astype("<f8").tobytes()
