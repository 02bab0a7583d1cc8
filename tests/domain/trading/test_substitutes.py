import numpy as np

from tests.oracle.book_rows import NewInstrument, NewLot, NewModel, NewPortfolio, make_book
from tests.oracle.oracle_types import Session, SessionRule
from tests.oracle.product import Product, propose_all, sell
from trimtab.domain.trading.policy import Policy
from trimtab.domain.trading.substitutes import find_substitutes


def proposed(*rules: SessionRule) -> Product:
    """P1 of 100,000 at $1: A is 9 of 6 +/- 2, the others over by as many points as the tuple says. P2 holds F alone."""
    over = {
        "B": ("Energy", 1.5),
        "C": ("Banks", 0.5),
        "D": ("Energy", 1.0),
        "E": ("Energy", 0.2),
        "G": ("Energy", -1.0),
    }
    instruments = [NewInstrument("A", sector="Banks"), NewInstrument("F", sector="Banks")]
    instruments += [NewInstrument(code, sector=sector) for code, (sector, _) in over.items()]
    lines = (("A", 6.0), *((code, 5.0) for code in over))
    book = make_book(
        instruments=instruments,
        models=[NewModel(target_cash_pct=69, lines=lines)],
        portfolios=[NewPortfolio("P1", cash=63_800), NewPortfolio("P2", cash=1_000)],
        lots=[
            NewLot("P1", "A", 9_000),
            *(NewLot("P1", code, 5_000 + points * 1_000) for code, (_, points) in over.items()),
            NewLot("P2", "F", 50_000),
        ],
    )
    return propose_all(book, Policy(), session=Session(rules=rules))


def substitutes(product: Product) -> dict[str, tuple[str, ...]]:
    """Where nobody but P1's A is left outside its band."""
    offers = sell(product, ()).offers
    breached = np.asarray(offers.line == product.line_of["P1", "A"])
    return find_substitutes(product.facts, product.proposal, offers=offers, breached=breached)


def test_substitutes_are_over_target_same_sector_first_then_by_money_and_three_at_most():
    # Same sector: C. Then B 1,500, D 1,000; E 200 is the fourth, G is under, F is another portfolio's.
    assert substitutes(proposed()) == {"A": ("C", "B", "D")}


def test_what_may_not_be_sold_is_no_substitute():
    assert substitutes(proposed(SessionRule("C", "hold"), SessionRule("B", "do_not_sell"))) == {"A": ("D", "E")}


def test_without_a_breach_there_is_nothing_to_replace():
    product = proposed()
    offers = sell(product, ()).offers
    nobody = np.zeros(len(offers.line), dtype=np.bool_)
    assert find_substitutes(product.facts, product.proposal, offers=offers, breached=nobody) == {}
