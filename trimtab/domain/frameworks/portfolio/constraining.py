"""A framework's constraints, held against the products of a portfolio. Section 6 of `docs/framework-maths.md`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from trimtab.domain.frameworks.constraint_checks import CLASSES, fraction_of
from trimtab.domain.frameworks.findings import ZERO, Severity, shown
from trimtab.domain.frameworks.framework import Constraint, ConstraintKind
from trimtab.domain.frameworks.portfolio.holding import Spread, by_field, looked_through
from trimtab.domain.frameworks.portfolio.result import PLACES, PortfolioCode, PortfolioFinding, Position, Warned
from trimtab.domain.frameworks.products import Universe
from trimtab.domain.outside_text import clean

STEP: Final = Decimal(1).scaleb(-PLACES)
"""Allowance of a limit: what rounding to 6 places can add to a weight."""
_MOST_NAMED: Final = 8


@dataclass(frozen=True, slots=True)
class Holdings:
    """What constraints are held against; `total_value` is the portfolio's money, None where it isn't known."""

    positions: tuple[Position, ...]
    cash_weight: Decimal
    universe: Universe
    total_value: Decimal | None


def constraint_findings(constraints: Sequence[Constraint], holdings: Holdings) -> Iterator[PortfolioFinding]:
    """Constraints that the portfolio breaks, and those that can't be judged; in the order in which they were given."""
    held = [position for position in holdings.positions if position.weight > 0]
    invested = Holdings(tuple(held), holdings.cash_weight, holdings.universe, holdings.total_value)
    for number, constraint in enumerate(constraints):
        for code, severity, said in _JUDGES[constraint.kind](constraint, invested):
            yield PortfolioFinding(code, f"constraints[{number}]", said, severity)


def limit_weight(constraint: Constraint, total_value: Decimal | None) -> Decimal | None:
    """A constraint's value as a fraction of the portfolio; None where it has none, or money stands against no money."""
    if constraint.unit != "dollars":
        return fraction_of(constraint)
    if constraint.value is None or total_value is None or not total_value > 0:
        return None
    return constraint.value / total_value


_Said = tuple[PortfolioCode, Severity, str]
_Judge = Callable[[Constraint, Holdings], Iterator[_Said]]


def _limited(constraint: Constraint, holdings: Holdings) -> Iterator[_Said]:
    """`max_single_name`, `max_issuer` and `max_sector`: no one of them has more."""
    limit = limit_weight(constraint, holdings.total_value)
    if limit is None:
        yield from _unchecked(constraint)
        return
    spread = _spread(constraint.kind, holdings)
    for held in spread.held:
        if held.weight > limit + STEP:
            lead = f"{constraint.kind} is {shown(limit)}, and {clean(held.name)} has {_short(held.weight)}"
            inside = "" if held.codes == (held.name,) else f" ({_listed(held.codes)})"
            said = f"{lead}{inside}: choose another product for a part of it, or change the constraint."
            yield constraint.kind, "error", said
    yield from _unknown(constraint.kind, spread.unknown)


def _of_class(constraint: Constraint, holdings: Holdings) -> Iterator[_Said]:
    """`min_bonds`, `max_alternatives` and `min_cash`."""
    limit = limit_weight(constraint, holdings.total_value)
    if limit is None:
        yield from _unchecked(constraint)
        return
    kind, spread = constraint.kind, _spread(constraint.kind, holdings)
    found = [held for held in spread.held if held.name.casefold() in CLASSES[kind]]
    weight = sum((held.weight for held in found), holdings.cash_weight if kind == "min_cash" else ZERO)
    over = weight - limit if kind.startswith("max") else limit - weight
    if over > STEP:
        codes = [code for held in found for code in held.codes]
        lead = f"{kind} is {shown(limit)}, and the portfolio has {_short(weight)}"
        verb = "less" if kind.startswith("max") else "more"
        inside = f" ({_listed(codes)})" if codes else ""
        yield kind, "error", f"{lead}{inside}: give it {_short(over)} {verb} by other weights or products."
    yield from _unknown(kind, spread.unknown)


def _number(constraint: Constraint, holdings: Holdings) -> Iterator[_Said]:
    """`max_products`."""
    count = len({position.code for position in holdings.positions})
    if constraint.value is not None and count > constraint.value:
        said = f"max_products is {constraint.value.normalize():f}, and the portfolio has {count}"
        yield "max_products", "error", f"{said}: take fewer products per bucket, or change the constraint."


def _currencies(constraint: Constraint, holdings: Holdings) -> Iterator[_Said]:
    """`allowed_currencies`."""
    spread = by_field(holdings.positions, holdings.universe.products.currency)
    for held in spread.held:
        if held.name not in constraint.currencies:
            lead = f"{clean(held.name)} isn't among allowed_currencies ({_listed(constraint.currencies)})"
            said = f"{lead}, and {_listed(held.codes)} is priced in it: choose another product, or allow the currency."
            yield "allowed_currencies", "error", said
    yield from _unknown("allowed_currencies", spread.unknown)


_JUDGES: Final[Mapping[ConstraintKind, _Judge]] = {
    "max_single_name": _limited,
    "max_sector": _limited,
    "max_issuer": _limited,
    "min_bonds": _of_class,
    "max_alternatives": _of_class,
    "min_cash": _of_class,
    "max_products": _number,
    "allowed_currencies": _currencies,
}


def _spread(kind: ConstraintKind, holdings: Holdings) -> Spread:
    products, look_through = holdings.universe.products, holdings.universe.look_through
    if kind == "max_single_name":
        return by_field(holdings.positions, products.code)
    if kind == "max_issuer":
        return by_field(holdings.positions, products.issuer)
    if kind == "max_sector":
        return looked_through(holdings.positions, products.sector, dimension="Sector", look_through=look_through)
    return looked_through(holdings.positions, products.asset_class, dimension="AssetClass", look_through=look_through)


_UNKNOWN: Final[Mapping[ConstraintKind, tuple[Warned, str]]] = {
    "max_issuer": ("unknown_issuer", "issuer"),
    "max_sector": ("unknown_sector", "sector"),
    "allowed_currencies": ("unknown_currency", "currency"),
    **dict.fromkeys(CLASSES, ("unknown_asset_class", "asset class")),
}


def _unknown(kind: ConstraintKind, codes: Sequence[str]) -> Iterator[_Said]:
    if codes:
        code, field = _UNKNOWN[kind]
        said = f"{kind} leaves out {_listed(codes)}, whose {field} isn't known: add it to the products."
        yield code, "warning", said


def _unchecked(constraint: Constraint) -> Iterator[_Said]:
    why = "is in money" if constraint.unit == "dollars" else "has no value that can be used"
    said = f"{constraint.kind} {why}, and isn't checked: say how much money there is, or give it as a fraction."
    yield "unchecked_constraint", "warning", said


def _short(weight: Decimal) -> str:
    return shown(round(weight, PLACES))


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"{', '.join(clean(name) for name in names[:_MOST_NAMED])}{more}"
