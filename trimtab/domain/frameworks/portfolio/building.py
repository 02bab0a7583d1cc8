"""A portfolio from a framework and the products of its leaves. Section 6 of `docs/framework-maths.md`."""

from collections.abc import Iterator, Sequence
from decimal import Decimal, localcontext

from trimtab.domain.frameworks.constraint_checks import held_in
from trimtab.domain.frameworks.findings import EXACT, ONE, ZERO, shown
from trimtab.domain.frameworks.framework import Framework
from trimtab.domain.frameworks.mapping import Mapped
from trimtab.domain.frameworks.methods import Weighting
from trimtab.domain.frameworks.portfolio.bounding import bound_findings
from trimtab.domain.frameworks.portfolio.choosing import Choice, chosen
from trimtab.domain.frameworks.portfolio.constraining import Holdings, constraint_findings, limit_weight
from trimtab.domain.frameworks.portfolio.result import Override, Portfolio, PortfolioFinding, Position
from trimtab.domain.frameworks.portfolio.tolerances import tolerances
from trimtab.domain.frameworks.portfolio.weighing import weighed
from trimtab.domain.outside_text import clean


def portfolio_of(
    framework: Framework,
    mapped: Mapped,
    *,
    per_bucket: int = 1,
    weighting: Weighting = "equal",
    overrides: Sequence[Override] = (),
    total_value: Decimal | None = None,
) -> Portfolio:
    """The portfolio, with all that is wrong with it.

    Args:
        framework: a valid one.
        mapped: the products of its leaves.
        per_bucket: how many products a leaf gets, at least 1; fewer where fewer are mapped.
        weighting: how they share the leaf: alike, or by score.
        overrides: other products, and weights that are locked.
        total_value: the portfolio's money; without it constraints in money can't be checked.

    Raises:
        InvalidInput: overrides that can't be made, every problem; locked weights that leave no room or no taker.
    """
    with localcontext(EXACT):
        choices = chosen(mapped, per_bucket=per_bucket, weighting=weighting, overrides=overrides)
        kept_cash = _kept_cash(framework, mapped, total_value=total_value)
        weights = weighed(mapped.leaves, choices, kept_cash=kept_cash)
        positions = _positions(framework, mapped, choices=choices, weights=weights.of_choices)
        holdings = Holdings(positions, weights.cash, mapped.universe, total_value)
        findings = (
            *_empty(mapped, choices),
            *_rule_breakers(mapped, choices),
            *bound_findings(mapped.tree.leaves, positions, rebalancing=framework.rebalancing, kept_cash=kept_cash),
            *constraint_findings(framework.constraints, holdings),
        )
    return Portfolio(positions, weights.cash, findings, weights.unplaced)


def _kept_cash(framework: Framework, mapped: Mapped, *, total_value: Decimal | None) -> Decimal:
    """`min_cash` where the framework has no bucket of cash, else 0: that bucket's target is the cash then."""
    if held_in(mapped.tree, "min_cash"):
        return ZERO
    limits = (
        limit_weight(constraint, total_value) for constraint in framework.constraints if constraint.kind == "min_cash"
    )
    return min(ONE, next((limit for limit in limits if limit is not None), ZERO))


def _positions(
    framework: Framework, mapped: Mapped, *, choices: Sequence[Choice], weights: Sequence[Decimal]
) -> tuple[Position, ...]:
    allowed = tolerances(choices, weights, leaves=mapped.tree.leaves, rebalancing=framework.rebalancing)
    return tuple(
        Position(
            path=(leaf := mapped.leaves[choice.leaf]).path,
            label=leaf.label,
            code=choice.code,
            row=choice.row,
            weight=weight,
            target_weight=leaf.target_weight,
            tolerance_weight=tolerance,
            score=choice.score,
            locked=choice.locked is not None,
        )
        for choice, weight, tolerance in zip(choices, weights, allowed.tolist(), strict=True)
    )


def _empty(mapped: Mapped, choices: Sequence[Choice]) -> Iterator[PortfolioFinding]:
    filled = {choice.leaf for choice in choices}
    for place, leaf in enumerate(mapped.leaves):
        if place not in filled and leaf.target_weight > 0 and not leaf.cash:
            target = f"{clean(leaf.path)} has a target of {shown(leaf.target_weight)}"
            said = f"{target} and no product ({leaf.gaps[-1].message})"
            mend = "loosen its rules, add a product that meets them, or name one by an override"
            yield PortfolioFinding("no_product", leaf.path, f"{said}: {mend}.", "error")


def _rule_breakers(mapped: Mapped, choices: Sequence[Choice]) -> Iterator[PortfolioFinding]:
    """Products of overrides that the leaf's own rules don't let in."""
    for choice in choices:
        if choice.broken:
            path = mapped.leaves[choice.leaf].path
            said = f"{clean(choice.code)} isn't let in by {' and '.join(choice.broken)} of {clean(path)}"
            mend = "choose another product, or change the bucket's rules"
            yield PortfolioFinding("breaks_rules", path, f"{said}: {mend}.", "warning")
