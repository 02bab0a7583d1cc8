"""What the compact view says once for a batch: targets and tolerances of each model, flags that repeat.

A line that differs from its model's target or band says so itself, so nothing that is shown depends on how
alike the portfolios of a model are.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from trimtab.domain.trading.overview import HoldingRow, PortfolioBlock
from trimtab.formatters.clean import clean, flag_field, quote
from trimtab.formatters.figures import tenths

T = TypeVar("T")

_FEWEST_USES: Final = 2


@dataclass(frozen=True, slots=True)
class Band:
    """A line's target and tolerance in tenths of a point."""

    target: int
    tolerance: int


@dataclass(frozen=True, slots=True)
class ModelTerms:
    """A model as most of its portfolios in the batch have it; `bands` by clean symbol."""

    key: str
    name: str
    tolerance: int
    bands: Mapping[str, Band]

    def band(self, symbol: str, tolerance: int) -> Band:
        """What a line without its own marks means, in a portfolio with this default tolerance."""
        listed = self.bands.get(symbol, Band(0, self.tolerance))
        return Band(listed.target, tolerance) if listed.tolerance == self.tolerance else listed

    def text(self) -> str:
        """`M1 Balanced Income tol=10: CBA 60,BHP 40 tol=5`."""
        bands = ",".join(f"{quote(symbol)} {self._band_text(band)}" for symbol, band in self.bands.items())
        return f"{self.key} {quote(self.name)} tol={self.tolerance}{f': {bands}' if bands else ''}"

    def _band_text(self, band: Band) -> str:
        own = "" if band.tolerance == self.tolerance else f" tol={band.tolerance}"
        return f"{band.target}{own}"


def line_band(row: HoldingRow, portfolio: PortfolioBlock) -> Band:
    """The line's own band, or its portfolio's default."""
    return Band(tenths(row.target_pct), tenths(row.effective_tolerance_pct(portfolio.tolerance_pct)))


def model_terms(portfolios: Sequence[PortfolioBlock]) -> dict[str, ModelTerms]:
    """The terms of every model in the batch by its clean name, numbered M1, M2, ... as they first appear."""
    by_model: dict[str, list[PortfolioBlock]] = defaultdict(list)
    for portfolio in portfolios:
        by_model[clean(portfolio.model)].append(portfolio)
    return {
        name: _terms(f"M{number}", name, blocks=blocks)
        for number, (name, blocks) in enumerate(by_model.items(), start=1)
    }


def flag_keys(flags: Iterable[str]) -> dict[str, str]:
    """A short key for each flag used more than once: `div1` for `div:8d/$2.40`; its kind stays in sight."""
    uses = Counter(flags)
    numbers: Counter[str] = Counter()
    keys = {}
    for flag, count in uses.items():
        kind, colon, _ = flag_field(flag).partition(":")
        if count >= _FEWEST_USES and colon and kind.isalpha():
            numbers[kind] += 1
            keys[flag] = f"{kind}{numbers[kind]}"
    return keys


def _terms(key: str, name: str, *, blocks: Sequence[PortfolioBlock]) -> ModelTerms:
    tolerance = _commonest(tenths(block.tolerance_pct) for block in blocks)
    seen: dict[str, list[Band]] = defaultdict(list)
    for block in blocks:
        for row in block.rows:
            seen[clean(row.symbol)].append(line_band(row, block))
    bands = {symbol: _commonest(bands) for symbol, bands in seen.items()}
    listed = {symbol: band for symbol, band in bands.items() if band != Band(0, tolerance)}
    return ModelTerms(key, name, tolerance, listed)


def _commonest(values: Iterable[T]) -> T:
    return Counter(values).most_common(1)[0][0]
