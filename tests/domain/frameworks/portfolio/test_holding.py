"""What a portfolio holds is counted by products' own fields, and of broad funds by what they hold."""

from decimal import Decimal

from tests.domain.frameworks.mapping.universes import Product, universe
from trimtab.domain.frameworks.portfolio import Position
from trimtab.domain.frameworks.portfolio.holding import Held, Spread, by_field, looked_through

OURS = universe(
    Product("A", sector="Energy", issuer="Vane"),
    Product("B", sector="energy", issuer="VANE"),
    Product("C", sector="Diversified", issuer=""),
    Product("D", sector=""),
    Product("E", sector="Diversified"),
    Product("F", sector="Utilities"),
    lies=(
        ("C", "Region", "US", 1.0),
        ("C", "Sector", "Energy", 0.25),
        ("C", "Sector", "Utilities", 0.5),
        ("F", "Sector", "Energy", 1.0),
    ),
)


def positions(*lines: str) -> list[Position]:
    """Positions of `code weight`."""
    found = []
    for line in lines:
        code, _, weight = line.partition(" ")
        row = OURS.products.code.index(code)
        found.append(Position("", "", code, row, Decimal(weight), Decimal(1), 1.0, 0.0, locked=False))
    return found


def test_names_are_the_same_whatever_the_case_of_their_letters_and_empty_ones_are_unknown() -> None:
    assert by_field(positions("A 0.2", "B 0.3", "C 0.4", "A 0.1", "C 0"), OURS.products.issuer) == Spread(
        (Held("Vane", Decimal("0.6"), ("A", "B")),), ("C",)
    )


def test_a_broad_fund_counts_by_what_it_holds_and_others_by_their_own_sector() -> None:
    found = looked_through(
        positions("A 0.2", "C 0.4", "D 0.1", "E 0.1", "F 0.2"),
        OURS.products.sector,
        dimension="Sector",
        look_through=OURS.look_through,
    )
    assert found.held == (
        Held("Energy", Decimal("0.3"), ("A", "C")),
        Held("Utilities", Decimal("0.4"), ("C", "F")),
        Held("Diversified", Decimal(0), ("E",)),
    )
    assert found.unknown == ("D",)
