"""The products of buckets as answers tell them, and what is found out about a framework with products at hand."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Final

from trimtab.domain.frameworks.checking import validate
from trimtab.domain.frameworks.framework import ConstraintKind, Framework
from trimtab.domain.frameworks.mapping import (
    Filters,
    Health,
    LeafMapping,
    Mapped,
    Scored,
    coverage_findings,
    map_products,
)
from trimtab.domain.outside_text import clean
from trimtab.workflow.factors.tables import rounded
from trimtab.workflow.frameworks.choosing import Chosen, findings_told
from trimtab.workflow.frameworks.goods import Goods
from trimtab.workflow.ports.framework_requests import MappingFilters, MapProducts
from trimtab.workflow.ports.framework_results import (
    CoverageGap,
    DataHealth,
    MappedBucket,
    MappedProduct,
    MappedProducts,
    ScoreParts,
    Validation,
)

_OVER_PRODUCTS: Final[frozenset[ConstraintKind]] = frozenset(
    {"max_single_name", "max_sector", "max_issuer", "max_products", "allowed_currencies"}
)


def mapped(found: Chosen, goods: Goods, *, filters: MappingFilters, per_bucket: int) -> Mapped:
    """The best products of each leaf; prices are as old as the market's last day."""
    asked = Filters(**{name: getattr(filters, name) for name in MappingFilters.model_fields})
    return map_products(found.framework, goods.universe, as_of=goods.market.as_of, filters=asked, per_bucket=per_bucket)


def mapped_answer(found: Chosen, request: MapProducts, *, goods: Goods) -> MappedProducts:
    """What `map_products` answers."""
    made = mapped(found, goods, filters=request.filters, per_bucket=request.per_bucket)
    return MappedProducts(framework=found.named, buckets=buckets_told(made), basis=goods.basis())


def buckets_told(made: Mapped) -> tuple[MappedBucket, ...]:
    """Every leaf, in the tree's order."""
    return tuple(_bucket(leaf, made) for leaf in made.leaves)


def validated(found: Chosen, goods: Goods) -> Validation:
    """All that is wrong, and where products lack; an invalid framework isn't mapped."""
    checked = validate(found.framework, tree=found.tree)
    errors, warnings = checked.errors, checked.warnings
    if checked.valid:
        made = mapped(found, goods, filters=MappingFilters(), per_bucket=2)
        warnings = (*warnings, *coverage_findings(made))
    return Validation(
        valid=checked.valid,
        errors=findings_told((each.code, each.path, each.message) for each in errors),
        warnings=findings_told((each.code, each.path, each.message) for each in warnings),
        framework=found.named,
    )


def _bucket(leaf: LeafMapping, made: Mapped) -> MappedBucket:
    return MappedBucket(
        path=leaf.path,
        label=clean(leaf.label, None),
        target_weight=float(leaf.target_weight),
        candidates=leaf.candidates,
        products=tuple(_product(scored, made) for scored in leaf.products),
        data_health=_health(leaf.health),
        coverage_gaps=tuple(CoverageGap(**asdict(gap)) for gap in leaf.gaps),
    )


def _product(scored: Scored, made: Mapped) -> MappedProduct:
    parts = {name: rounded(value) for name, value in asdict(scored.parts).items()}
    return MappedProduct(
        code=clean(scored.code, None),
        name=clean(made.universe.products.name[scored.row], None),
        score=rounded(scored.score),
        score_parts=ScoreParts(**parts),
        share=rounded(scored.share),
    )


def _health(health: Health) -> DataHealth:
    return DataHealth(
        score=rounded(health.score),
        price_age_days=health.price_age_days,
        missing_months=health.missing_months,
        missing_fields={clean(code, None): fields for code, fields in health.missing_fields.items()},
    )


def unjudged(framework: Framework, *, what: str) -> Iterator[str]:
    """A note on constraints over products, which only a portfolio is held to."""
    kinds = [each.kind for each in framework.constraints if each.kind in _OVER_PRODUCTS]
    if kinds:
        yield f"Not judged over {what}, but by build_portfolio: {', '.join(kinds)}."


def foreign_to(currency: str, codes: Iterable[str], *, goods: Goods) -> tuple[str, ...]:
    """Those of these products that are priced in another currency."""
    products = goods.universe.products
    priced_in = dict(zip(products.code, products.currency, strict=True))
    return tuple(dict.fromkeys(code for code in codes if priced_in.get(code, currency) != currency))
