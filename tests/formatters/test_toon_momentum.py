from hypothesis import given
from hypothesis import strategies as st

from tests.formatters.fields import split
from tests.formatters.hostile import hostile
from trimtab.domain.trading.overview import (
    ExchangeMomentum,
    InstrumentMomentum,
    Returns,
    SectorMomentum,
)
from trimtab.formatters.clean import clean, clean_quoted, quote
from trimtab.formatters.toon_momentum import (
    EXCHANGE_COLUMNS,
    INSTRUMENT_COLUMNS,
    SECTOR_COLUMNS,
    format_momentum,
)

PROMISED = """\
=== EXCHANGE SUMMARY ===
Exchanges{code,12mo%,6mo%,1mo%}:
ASX,+9%,+5%,+1%
NYSE,+12%,+7%,+2%
LSE,+6%,+3%,0%

=== ASX SECTORS (exchange: 12mo +9%, 6mo +5%, 1mo +1%) ===
Sectors{name,12mo%,6mo%,1mo%,vsExch1mo%}:
Financials,+8%,+4%,+1%,0%
Materials,+12%,+8%,+3%,+2%
Healthcare,+5%,+2%,-1%,-2%

=== ASX FINANCIALS (sector: 12mo +8%, 1mo +1% | exch: 1mo +1%) ===
Instruments{sym,12mo%,6mo%,1mo%,vsSec1mo%,exdiv,sells#,buys#}:
CBA,-2%,+3%,-4%,-5%,8d,12,0
WBC,+4%,+2%,+1%,0%,,8,0
NAB,+6%,+3%,+2%,+1%,,5,2"""

ODD = """\
=== EXCHANGE SUMMARY ===
Exchanges{code,12mo%,6mo%,1mo%}:
ASX,+9%,+5%,+1%
LSE,+6%,,0%

=== ASX SECTORS (exchange: 12mo +9%, 6mo +5%, 1mo +1%) ===
Sectors{name,12mo%,6mo%,1mo%,vsExch1mo%}:
Financials,+8%,+4%,+1%,0%
Materials,+12%,+8%,+3%,+2%

=== ASX FINANCIALS (sector: 12mo +8%, 1mo +1% | exch: 1mo +1%) ===
Instruments{sym,12mo%,6mo%,1mo%,vsSec1mo%,exdiv,sells#,buys#}:
CBA,-2%,+3%,-4%,-5%,8d,12,0
WBC,+4%,+2%,+1%,0%,,8,0

=== ASX MATERIALS (sector: 12mo +12%, 1mo +3% | exch: 1mo +1%) ===
Instruments{sym,12mo%,6mo%,1mo%,vsSec1mo%,exdiv,sells#,buys#}:
BHP,,,,,,5,2

=== LSE SECTORS (exchange: 12mo +6%, 6mo n/a, 1mo 0%) ===
Sectors{name,12mo%,6mo%,1mo%,vsExch1mo%}:
"X ===, Y",,,,

=== LSE "X ===, Y" (sector: 12mo n/a, 1mo n/a | exch: 1mo 0%) ===
Instruments{sym,12mo%,6mo%,1mo%,vsSec1mo%,exdiv,sells#,buys#}:
SHEL,-1%,0%,-1%,,1d,0,1"""


def test_the_view_is_the_promised_text():
    financials = (
        InstrumentMomentum("CBA", Returns(-2, 3, -4), 8, 12, 0),
        InstrumentMomentum("WBC", Returns(4, 2, 1), None, 8, 0),
        InstrumentMomentum("NAB", Returns(6, 3, 2), None, 5, 2),
    )
    sectors = (
        SectorMomentum("Financials", Returns(8, 4, 1), financials),
        SectorMomentum("Materials", Returns(12, 8, 3), ()),
        SectorMomentum("Healthcare", Returns(5, 2, -1), ()),
    )
    exchanges = (
        ExchangeMomentum("ASX", Returns(9, 5, 1), sectors),
        ExchangeMomentum("NYSE", Returns(12, 7, 2), ()),
        ExchangeMomentum("LSE", Returns(6, 3, 0), ()),
    )
    assert format_momentum(exchanges) == PROMISED


def test_missing_figures_and_odd_names_leave_the_three_levels_readable():
    financials = SectorMomentum(
        "Financials",
        Returns(8, 4, 1.4),
        (
            InstrumentMomentum("CBA", Returns(-2, 3, -4), 8, 12, 0),
            InstrumentMomentum("WBC", Returns(4, 2, 1.0), None, 8, 0),
        ),
    )
    materials = SectorMomentum(
        "Materials",
        Returns(12, 8, 2.6),
        (InstrumentMomentum("BHP", Returns(None, None, None), None, 5, 2),),
    )
    odd = SectorMomentum(
        "X ===,\nY",
        Returns(None, None, None),
        (InstrumentMomentum("SHEL", Returns(-1, 0, -0.6), 1, 0, 1),),
    )
    exchanges = (
        ExchangeMomentum("ASX", Returns(9, 5, 1), (financials, materials)),
        ExchangeMomentum("LSE", Returns(6, None, -0.4), (odd,)),
    )
    assert format_momentum(exchanges) == ODD


def test_a_difference_may_be_a_point_off_the_printed_figures():
    sector = SectorMomentum("Energy", Returns(0, 0, 1.6), ())
    text = format_momentum((ExchangeMomentum("ASX", Returns(0, 0, 1.4), (sector,)),))
    assert "Energy,0%,0%,+2%,0%" in text


whole_returns = st.integers(-99, 99).map(float) | st.none()
returns = st.builds(Returns, whole_returns, whole_returns, whole_returns)
instruments = st.builds(
    InstrumentMomentum,
    hostile,
    returns,
    st.none() | st.integers(1, 30),
    st.integers(0, 99),
    st.integers(0, 99),
)
sectors = st.builds(SectorMomentum, hostile, returns, st.lists(instruments, max_size=3).map(tuple))
exchanges = st.builds(ExchangeMomentum, hostile, returns, st.lists(sectors, max_size=2).map(tuple))


@given(st.lists(exchanges, max_size=3))
def test_whatever_the_names_the_view_reads_back_as_it_was_meant(momentum):
    sections = format_momentum(momentum).split("\n\n")
    read = _rows(sections.pop(0), "EXCHANGE SUMMARY", EXCHANGE_COLUMNS)
    assert read == [[clean(exchange.code), *_figures(exchange.returns)] for exchange in momentum]
    for exchange in momentum:
        code = clean_quoted(exchange.code)
        shown_sectors = [[clean(sector.name), *_figures(sector.returns)] for sector in exchange.sectors]
        if shown_sectors:
            read = _rows(sections.pop(0), f"{code} SECTORS (exchange: ", SECTOR_COLUMNS)
            assert [row[:-1] for row in read] == shown_sectors
        for sector in filter(lambda sector: sector.instruments, exchange.sectors):
            title = f"{code} {quote(clean(sector.name).upper())} (sector: "
            read = _rows(sections.pop(0), title, INSTRUMENT_COLUMNS)
            assert [row[:4] + row[5:] for row in read] == [_shown(line) for line in sector.instruments]
    assert sections == []


def _rows(section: str, title: str, columns: str) -> list[list[str]]:
    heading, schema, *rows = section.split("\n")
    assert heading.startswith(f"=== {title}")
    assert heading.endswith(" ===")
    assert schema == columns
    return [split(row) for row in rows]


def _shown(line: InstrumentMomentum) -> list[str]:
    days = "" if line.ex_dividend_days is None else f"{line.ex_dividend_days}d"
    return [clean(line.symbol), *_figures(line.returns), days, str(line.sells), str(line.buys)]


def _figures(returns: Returns) -> list[str]:
    figures = (returns.return_12m_pct, returns.return_6m_pct, returns.return_1m_pct)
    return ["" if figure is None else f"{figure:+.0f}%" if figure else "0%" for figure in figures]
