"""Rules that no weights can keep are found, named, and only told where that is proved."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal, localcontext
from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.domain.frameworks.trees import bucket, framework
from trimtab.domain.frameworks.checking import validate
from trimtab.domain.frameworks.conflict_rows import Row
from trimtab.domain.frameworks.conflicts import MOST_CONFLICTS, conflict_findings, proves
from trimtab.domain.frameworks.findings import EXACT
from trimtab.domain.frameworks.framework import Bucket, Constraint, ConstraintKind, Framework, Unit
from trimtab.domain.frameworks.tree import tree_of

TOLERANCE = Decimal("0.001")
KEEPS = "No weights keep these rules together:"


def of(kind: ConstraintKind, value: str, unit: Unit | None = "percentage") -> Constraint:
    return Constraint(kind, Decimal(value), unit)


def told(ours: Framework) -> list[tuple[str, str]]:
    with localcontext(EXACT):
        return [(finding.path, finding.message) for _, finding in conflict_findings(ours, tree_of(ours.buckets))]


def test_constraints_that_need_more_than_there_is_are_named_with_what_they_miss_by() -> None:
    ours = framework(
        bucket("AssetClass/Bonds", "0.6"),
        bucket("AssetClass/Cash", "0.4"),
        constraints=(of("min_bonds", "0.6"), of("min_cash", "5000", "bps")),
    )
    rules = "min_bonds (0.60) of constraints[0], min_cash (0.50) of constraints[1]"
    assert told(ours) == [("constraints[0]", f"{KEEPS} {rules}. Loosen one of them by 0.10, or take it away.")]
    assert [finding.code for finding in validate(ours).errors] == ["target_breaks_constraint", "constraints_conflict"]


def test_cash_that_is_kept_beside_the_buckets_conflicts_with_what_they_need() -> None:
    both = of("min_cash", "0.6"), of("min_bonds", "0.5")
    rules = "min_cash (0.60) of constraints[0], min_bonds (0.50) of constraints[1]"
    said = f"{KEEPS} {rules}. Loosen one of them by 0.10, or take it away."
    for path in ("AssetClass/Bonds", "Region/US", "Sleeve/Core"):
        assert told(framework(bucket(path, "1"), constraints=both)) == [("constraints[0]", said)]
    least = framework(bucket("Region/US", "0.6 0.6"), bucket("Region/EM", "0.4 0.35"), constraints=both[:1])
    ((_, message),) = told(least)
    assert "min_cash (0.60) of constraints[0], min_weight of Region/US (0.60)" in message
    enough = framework(
        bucket("Region/US", "0.6 0.5"), bucket("Region/EM", "0.4 0.34"), constraints=(of("min_cash", "0.15"),)
    )
    assert told(enough) == []
    assert validate(enough).valid
    assert {each.code for each in validate(framework(bucket("Region/US", "1 1"), constraints=both[:1])).errors} == {
        "target_outside",
        "constraints_conflict",
    }


def test_a_constraint_conflicts_with_bounds_deep_in_the_tree() -> None:
    ours = framework(
        bucket("AssetClass/Equity", "0.5"),
        bucket("AssetClass/Equity/US", "0.25 0.25"),
        bucket("AssetClass/Equity/EM", "0.25 0.25"),
        bucket("AssetClass/Bonds", "0.5"),
        constraints=(of("min_bonds", "0.55"),),
    )
    rules = (
        "min_bonds (0.55) of constraints[0], min_weight of AssetClass/Equity/US (0.25), "
        "min_weight of AssetClass/Equity/EM (0.25)"
    )
    assert told(ours) == [("constraints[0]", f"{KEEPS} {rules}. Loosen one of them by 0.05, or take it away.")]


def test_products_that_can_t_hold_it_all_conflict_by_themselves() -> None:
    ours = framework(
        bucket("Region/US", "1"), constraints=(of("max_products", "5", None), of("max_single_name", "0.1"))
    )
    rule = "max_products (5) x max_single_name (0.10) of constraints[0]"
    assert told(ours) == [("constraints[0]", f"No weights keep this rule: {rule}. Loosen it by 0.50, or take it away.")]


def test_bounds_alone_are_told_where_they_are_of_more_than_one_family() -> None:
    deep = framework(
        bucket("Sector/A", "0.5"),
        bucket("Sector/A/B", "0.5 - 0.2"),
        bucket("Sector/C", "0.5 - 0.5"),
    )
    rules = "max_weight of Sector/A/B (0.20), max_weight of Sector/C (0.50)"
    assert told(deep) == [("Sector/A/B", f"{KEEPS} {rules}. Loosen one of them by 0.30, or take it away.")]
    one_family = framework(bucket("Sector/A", "0.5 0.5"), bucket("Sector/A/B", "0.4 - 0.4"), bucket("Sector/C", "0.5"))
    assert told(one_family) == []
    tops = framework(bucket("Sector/A", "0.5 - 0.4"), bucket("Sector/C", "0.5 - 0.5"))
    assert told(tops) == []
    assert {finding.code for finding in validate(tops).errors} >= {"children_bounds"}


def test_several_conflicts_are_told_and_long_ones_are_cut() -> None:
    many = [bucket(f"AssetClass/Equity/{number}", "0.03 0.03") for number in range(10)]
    ours = framework(
        bucket("AssetClass/Equity", "0.3"),
        *many,
        bucket("AssetClass/Bonds", "0.6"),
        bucket("AssetClass/Cash", "0.1 - 0.1"),
        constraints=(of("min_bonds", "0.75"), of("max_products", "16", None), of("max_single_name", "0.05")),
    )
    found = told(ours)
    assert len(found) == 2
    assert any("and 2 more. Loosen" in message for _, message in found)


def test_a_conflict_of_very_many_rules_is_told_too() -> None:
    many = [bucket(f"Sector/A/{number}", "0.02 - 0.01") for number in range(25)]
    ours = framework(bucket("Sector/A", "0.5"), *many, bucket("Sector/B", "0.5 - 0.6"))
    ((path, message),) = told(ours)
    assert path == "Sector/A/0"
    assert message.endswith("and 18 more. Loosen one of them by 0.15, or take it away.")


def test_at_most_ten_conflicts_are_told_at_once() -> None:
    below = [
        each
        for number in range(11)
        for each in (
            bucket(f"Sector/{number}", "0.09 0.05"),
            bucket(f"Sector/{number}/A", "0.09"),
            bucket(f"Sector/{number}/A/B", "0.09 - 0.02"),
        )
    ]
    assert len(told(framework(*below, bucket("Sector/Rest", "0.01")))) == MOST_CONFLICTS


def test_rules_that_count_more_than_once_are_named_without_a_number() -> None:
    overlapping = framework(
        Bucket("AssetClass/Cash", "Bonds", Decimal("0.4"), max_weight=Decimal("0.3")),
        Bucket("AssetClass/Alternatives", "Cash", Decimal("0.1")),
        Bucket("AssetClass/Bonds", "Alternatives", Decimal("0.1")),
        bucket("AssetClass/Equity", "0.4"),
        constraints=(of("min_bonds", "0.5"), of("min_cash", "0.5"), of("max_alternatives", "0.3")),
    )
    ((path, message),) = told(overlapping)
    assert path == "constraints[0]"
    assert message.endswith("max_weight of AssetClass/Cash (0.30). Loosen one of them, or take it away.")


def test_what_only_floats_would_call_a_proof_is_none() -> None:
    at_least = Row((0,), (), Decimal("0.5"), "bound", "min_weight", "Sector/A")
    at_most = Row((), (0,), Decimal("-0.5"), "bound", "max_weight", "Sector/A")
    tighter = replace(at_most, least=Decimal("-0.49"))
    assert not proves([(at_least, Fraction(1)), (at_most, Fraction(1))])
    assert not proves([(at_least, Fraction(1)), (tighter, Fraction(2))])
    assert proves([(at_least, Fraction(1)), (tighter, Fraction(1))])


STEPS = st.integers(0, 20).map(lambda steps: Decimal(steps * 5).scaleb(-2))
KINDS: tuple[ConstraintKind, ...] = ("min_bonds", "min_cash", "max_alternatives")
CLASS_OF: dict[ConstraintKind, str] = {
    "min_bonds": "AssetClass/Bonds",
    "min_cash": "AssetClass/Cash",
    "max_alternatives": "AssetClass/Alternatives",
}
PATHS = ("AssetClass/Equity", "AssetClass/Equity/US", "AssetClass/Equity/EM", *CLASS_OF.values())
PATHS_WITHOUT_CASH = tuple(path for path in PATHS if path != CLASS_OF["min_cash"])


@st.composite
def ruled(draw: st.DrawFn) -> Framework:
    """A framework of some bounds and constraints, with or without a bucket of cash; targets break something."""
    buckets = []
    for path in PATHS if draw(st.booleans()) else PATHS_WITHOUT_CASH:
        least, most = sorted([draw(STEPS), draw(STEPS)])
        kept_least, kept_most = draw(st.sampled_from([(None, None), (least, None), (None, most), (least, most)]))
        buckets.append(Bucket(path, path, Decimal(0), kept_least, kept_most))
    constraints = [Constraint(kind, draw(STEPS), "percentage") for kind in KINDS if draw(st.booleans())]
    if draw(st.booleans()):
        constraints += [of("max_products", str(draw(st.integers(1, 12))), None), of("max_single_name", "0.1")]
    return framework(*buckets, constraints=tuple(constraints))


def can_be_kept(ours: Framework) -> bool:
    """The slow way: from the leaves up, the least and the most that each can have."""
    least = {each.path: each.min_weight or Decimal(0) for each in ours.buckets}
    most = {each.path: Decimal(1) if each.max_weight is None else each.max_weight for each in ours.buckets}
    given_values = {each.kind: each.value for each in ours.constraints if each.value is not None}
    has_cash = CLASS_OF["min_cash"] in least
    beside = Decimal(0) if has_cash else given_values.pop("min_cash", Decimal(0))
    for kind, path in CLASS_OF.items():
        if path not in least:
            continue
        if kind.startswith("min"):
            least[path] = max(least[path], given_values.get(kind, Decimal(0)))
        else:
            most[path] = min(most[path], given_values.get(kind, Decimal(1)))
    if "max_products" in given_values:
        invested = given_values["max_products"] * given_values["max_single_name"]
        if not has_cash and beside < 1 - invested:
            return False
        if has_cash:
            least["AssetClass/Cash"] = max(least["AssetClass/Cash"], 1 - invested)
    below = [path for path in PATHS if path.count("/") == 2]
    tops = [path for path in least if path.count("/") == 1]
    if any(least[path] > most[path] for path in below):
        return False
    least[tops[0]] = max(least[tops[0]], sum(least[path] for path in below) - TOLERANCE)
    most[tops[0]] = min(most[tops[0]], sum(most[path] for path in below) + TOLERANCE)
    if any(least[path] > most[path] for path in tops):
        return False
    room = 1 - beside
    return (
        sum(least[path] for path in tops) <= room + TOLERANCE and sum(most[path] for path in tops) >= room - TOLERANCE
    )


@given(ruled())
@settings(max_examples=60, deadline=None)
def test_a_conflict_is_told_where_there_are_no_weights_and_only_there(ours: Framework) -> None:
    codes = {finding.code for finding in validate(ours).errors}
    if can_be_kept(ours):
        assert "constraints_conflict" not in codes
    else:
        assert codes & {"constraints_conflict", "children_bounds"}


def only(ours: Framework, message: str) -> Framework:
    """The framework with no rules but those that a message names."""
    buckets = tuple(
        replace(
            each,
            min_weight=each.min_weight if f"min_weight of {each.path} (" in message else None,
            max_weight=each.max_weight if f"max_weight of {each.path} (" in message else None,
        )
        for each in ours.buckets
    )
    kept = [
        each
        for each in ours.constraints
        if f"{each.kind} (" in message or (each.kind == "max_single_name" and "max_products" in message)
    ]
    return replace(ours, buckets=buckets, constraints=tuple(kept))


def looser_ones(ours: Framework) -> Iterator[Framework]:
    """The framework without each of its rules."""
    for number, bounded in enumerate(ours.buckets):
        for looser in (replace(bounded, min_weight=None), replace(bounded, max_weight=None)):
            if looser != bounded:
                yield replace(ours, buckets=(*ours.buckets[:number], looser, *ours.buckets[number + 1 :]))
    for rule in ours.constraints:
        kinds = {"max_products", "max_single_name"} if rule.kind.startswith(("max_p", "max_s")) else {rule.kind}
        yield replace(ours, constraints=tuple(each for each in ours.constraints if each.kind not in kinds))


@given(ruled())
@settings(max_examples=60, deadline=None)
def test_the_named_rules_conflict_by_themselves_and_without_any_one_they_don_t(ours: Framework) -> None:
    found = told(ours)
    assume(found)
    for _, message in found:
        alone = only(ours, message)
        assert not can_be_kept(alone)
        assert all(map(can_be_kept, looser_ones(alone)))
