"""Frameworks, profiles and portfolios for the tests of their records, by hand and at random."""

from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from hypothesis import strategies as st

from tests.domain.frameworks.trees import frameworks
from trimtab.domain.frameworks.framework import Bucket, BucketRules, Constraint, Framework, Rebalancing
from trimtab.domain.frameworks.requirements import Requirements
from trimtab.workflow.ports.framework_records import FrameworkRecords, NewVersion, PortfolioRow, ProfileRow

_TEXTS: Final = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
_NUMBERS: Final = st.sampled_from(["0.60", "0.6000", "1", "0", "0.000", "-0.0", "1E-4", "5E+6", f"0.{'3' * 40}"]).map(
    Decimal
)


def framework(**changes: Any) -> Framework:
    """Equity in two regions, and bonds."""
    ours = Framework(
        name="Ours",
        buckets=(
            Bucket("AssetClass/Equity/US", "US", Decimal("0.40"), rules=BucketRules(("core",), regions=("US",))),
            Bucket("AssetClass/Equity", "Equity", Decimal("0.60"), Decimal("0.5"), Decimal("0.7000")),
            Bucket("assetclass/EQUITY/EM", "", Decimal("0.2"), rules=BucketRules(min_adv_value=Decimal("5E+6"))),
            Bucket("AssetClass/Bonds", "Anleihen (fest)", Decimal("0.40")),
        ),
        description="For a long time.",
        benchmark="MSCI World",
        risk_band="medium",
        rebalancing=Rebalancing("S", 300, Decimal("25.0")),
        constraints=(
            Constraint("min_bonds", Decimal("0.20"), "percentage"),
            Constraint("allowed_currencies", currencies=("USD", "EUR")),
        ),
    )
    return replace(ours, **changes)


def new(note: str = "", **changes: Any) -> NewVersion:
    return NewVersion(framework(**changes), "tom", note)


def profile(name: str = "Jane", **changes: Any) -> ProfileRow:
    wishes = Requirements("low", 7, ("a house",), ("by region",), ("tobacco", "Öl"), "EUR")
    return ProfileRow(name, replace(wishes, **changes))


def portfolio(framework_id: str, name: str = "p-1", **changes: Any) -> PortfolioRow:
    return replace(PortfolioRow(name, framework_id, 1, "ACC-1", '{"positions":[["SPY","0.60"]]}'), **changes)


async def kept_portfolio(records: FrameworkRecords, owner: str = "jane", name: str = "p-1") -> PortfolioRow:
    """Of a framework that is made for it."""
    made = await records.create(owner, new())
    return await records.keep_portfolio(owner, portfolio(made.framework_id, name))


@st.composite
def any_frameworks(draw: st.DrawFn) -> Framework:
    """Any tree, with texts in any script and numbers in any spelling."""
    drawn = draw(frameworks())
    buckets = tuple(
        replace(
            bucket,
            label=draw(_TEXTS),
            target_weight=draw(_NUMBERS),
            min_weight=draw(st.none() | _NUMBERS),
            rules=replace(bucket.rules, include_tags=(draw(_TEXTS),), min_adv_value=draw(st.none() | _NUMBERS)),
        )
        for bucket in drawn.buckets
    )
    return replace(
        drawn,
        name=draw(_TEXTS.filter(bool)),
        description=draw(_TEXTS),
        buckets=buckets,
        rebalancing=replace(drawn.rebalancing, relative_band_pct=draw(st.none() | _NUMBERS)),
    )
