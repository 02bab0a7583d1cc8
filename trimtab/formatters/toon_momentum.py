"""The momentum view: exchanges, the sectors of each, the instruments of each sector.

    === EXCHANGE SUMMARY ===
    Exchanges{code,12mo%,6mo%,1mo%}:
    ASX,+9%,+5%,+1%

    === ASX SECTORS (exchange: 12mo +9%, 6mo +5%, 1mo +1%) ===
    Sectors{name,12mo%,6mo%,1mo%,vsExch1mo%}:
    Financials,+8%,+4%,+1%,0%

    === ASX FINANCIALS (sector: 12mo +8%, 1mo +1% | exch: 1mo +1%) ===
    Instruments{sym,12mo%,6mo%,1mo%,vsSec1mo%,exdiv,sells#,buys#}:
    CBA,-2%,+3%,-4%,-5%,8d,12,0

Whole percent; a difference is taken before rounding, so it may be a point off the printed figures. A missing
figure is empty in a table and `n/a` in a heading.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from trimtab.domain.trading.overview import ExchangeMomentum, InstrumentMomentum, Returns, SectorMomentum
from trimtab.formatters.clean import clean, clean_quoted, quote
from trimtab.formatters.figures import days, difference_pct, signed_pct

EXCHANGE_COLUMNS: Final = "Exchanges{code,12mo%,6mo%,1mo%}:"
SECTOR_COLUMNS: Final = "Sectors{name,12mo%,6mo%,1mo%,vsExch1mo%}:"
INSTRUMENT_COLUMNS: Final = "Instruments{sym,12mo%,6mo%,1mo%,vsSec1mo%,exdiv,sells#,buys#}:"


def format_momentum(exchanges: Sequence[ExchangeMomentum]) -> str:
    """The three levels as text, without a final line break: the summary, then each exchange with its sectors.

    An exchange without sectors and a sector without instruments have no section of their own.

    Raises:
        ValueError: A number is NaN or infinite.
    """
    return "\n\n".join(_sections(exchanges))


def _sections(exchanges: Sequence[ExchangeMomentum]) -> Iterator[str]:
    yield _section("EXCHANGE SUMMARY", EXCHANGE_COLUMNS, rows=map(_exchange_row, exchanges))
    for exchange in exchanges:
        if exchange.sectors:
            yield _sectors(exchange)
        yield from (_instruments(exchange, sector) for sector in exchange.sectors if sector.instruments)


def _section(title: str, columns: str, *, rows: Iterable[str]) -> str:
    return "\n".join((f"=== {title} ===", columns, *rows))


def _sectors(exchange: ExchangeMomentum) -> str:
    year, half, month = _headings(exchange.returns)
    title = f"{clean_quoted(exchange.code)} SECTORS (exchange: 12mo {year}, 6mo {half}, 1mo {month})"
    rows = (_sector_row(exchange, sector) for sector in exchange.sectors)
    return _section(title, SECTOR_COLUMNS, rows=rows)


def _instruments(exchange: ExchangeMomentum, sector: SectorMomentum) -> str:
    year, _, month = _headings(sector.returns)
    name = quote(clean(sector.name).upper())
    against = _headings(exchange.returns)[2]
    title = f"{clean_quoted(exchange.code)} {name} (sector: 12mo {year}, 1mo {month} | exch: 1mo {against})"
    rows = (_instrument_row(sector, line) for line in sector.instruments)
    return _section(title, INSTRUMENT_COLUMNS, rows=rows)


def _exchange_row(exchange: ExchangeMomentum) -> str:
    return ",".join((clean_quoted(exchange.code), *_figures(exchange.returns)))


def _sector_row(exchange: ExchangeMomentum, sector: SectorMomentum) -> str:
    ahead = difference_pct(sector.returns.return_1m_pct, exchange.returns.return_1m_pct)
    return ",".join((clean_quoted(sector.name), *_figures(sector.returns), ahead))


def _instrument_row(sector: SectorMomentum, line: InstrumentMomentum) -> str:
    ahead = difference_pct(line.returns.return_1m_pct, sector.returns.return_1m_pct)
    pending = (days(line.ex_dividend_days), str(line.sells), str(line.buys))
    return ",".join((clean_quoted(line.symbol), *_figures(line.returns), ahead, *pending))


def _figures(returns: Returns, missing: str = "") -> tuple[str, str, str]:
    return (
        signed_pct(returns.return_12m_pct, missing),
        signed_pct(returns.return_6m_pct, missing),
        signed_pct(returns.return_1m_pct, missing),
    )


def _headings(returns: Returns) -> tuple[str, str, str]:
    return _figures(returns, "n/a")
