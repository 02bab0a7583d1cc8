"""Markets whose every return is known, and what the rules say of them."""

from trimtab.domain.trading.overview import (
    ExchangeMomentum,
    InstrumentMomentum,
    InstrumentVerdict,
    Returns,
    SectorMomentum,
)
from trimtab.workflow.ports.analysts import SynthesisQuestion

CBA = InstrumentMomentum("CBA", Returns(-2.2, 3.1, -4.4), 8, 12, 0)
WBC = InstrumentMomentum("WBC", Returns(4.0, 2.0, 1.0), None, 8, 3)
RIO = InstrumentMomentum("RIO", Returns(None, None, None), None, 2, 0)
KO = InstrumentMomentum("KO", Returns(11.0, 7.0, 2.5), 20, 1, 0)
BANKS = SectorMomentum("Financials", Returns(8.0, 4.0, 1.0), (CBA, WBC))
MINES = SectorMomentum("Materials", Returns(12.0, 8.0, 3.0), (RIO,))
DRINKS = SectorMomentum("Consumer Staples", Returns(10.0, 6.0, 1.5), (KO,))
ASX = ExchangeMomentum("ASX", Returns(9.0, 5.0, 1.0), (BANKS, MINES))
NYSE = ExchangeMomentum("NYSE", Returns(15.0, 7.0, 2.0), (DRINKS,))
MARKETS = (ASX, NYSE)
VERDICTS = (
    InstrumentVerdict("CBA", "partial", (("proceed", 3), ("defer", 2)), ("div:8d/$2.40",)),
    InstrumentVerdict("RIO", "proceed", (("proceed", 2),), ()),
    InstrumentVerdict("WBC", "proceed", (("proceed", 8),), ()),
)
QUESTION = SynthesisQuestion(portfolios=40, verdicts=VERDICTS, markets=MARKETS, momentum=None)
