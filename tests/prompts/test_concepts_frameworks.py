"""The pages on frameworks: every number on them is the template's, or computed by the code that answers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pytest

from tests.prompts.concept_pages import joined, lacking, numbers_beside, only_these_numbers, percent, row
from trimtab.domain.columns import FloatColumn
from trimtab.domain.frameworks.backtest.plan import Plan
from trimtab.domain.frameworks.bands import (
    OVER,
    UNDER,
    WITHIN,
    Bands,
    bands_of,
    drift,
    half_widths,
    rebalanced,
    sides,
    total_drift,
)
from trimtab.domain.frameworks.checking import validate
from trimtab.domain.frameworks.framework import Bucket, Framework, Rebalancing
from trimtab.domain.frameworks.methods import MODES
from trimtab.domain.frameworks.templates import TEMPLATES
from trimtab.prompts.concepts import concept_text
from trimtab.tools.registry import TOOLS
from trimtab.tools.resources.concept_list import ALIASES, CONCEPTS

SIDES = {OVER: "over", WITHIN: "within", UNDER: "under"}
TYPES = {"ETF": "ETFs", "Fund": "funds", "Stock": "stocks", "Bond": "bonds"}
BAND_BPS = Rebalancing().absolute_band_bps
assert BAND_BPS is not None
POINTS = f"{BAND_BPS / 100:.0f} points"
QUARTERLY = f"looked at each quarter, and a bucket may be {POINTS} away from its target"


def default_bands(target: FloatColumn) -> Bands:
    """Those of a framework that says nothing about them."""
    return bands_of(target, half_width=half_widths(target, absolute_band_bps=BAND_BPS))


@dataclass(frozen=True)
class Moved:
    """A template, and what becomes of it where buckets gain or lose and nobody trades."""

    framework: Framework
    gains: Mapping[str, float]

    @property
    def target(self) -> FloatColumn:
        return np.array([float(bucket.target_weight) for bucket in self.framework.buckets])

    @property
    def values(self) -> FloatColumn:
        return self.target * (1 + np.array([self.gains.get(bucket.label, 0) for bucket in self.framework.buckets]))

    @property
    def weights(self) -> FloatColumn:
        return self.values / self.values.sum()

    @property
    def gain(self) -> float:
        return float(self.values.sum() - 1)

    def off(self, label: str) -> str:
        """How many points a bucket is off, without the sign."""
        at = [bucket.label for bucket in self.framework.buckets].index(label)
        return percent(abs(float(drift(self.weights, self.target)[at])))

    @property
    def sides(self) -> list[str]:
        return [SIDES[int(side)] for side in sides(self.weights, default_bands(self.target))]

    @property
    def lines(self) -> list[str]:
        """The example's, as pages have them."""
        told = zip(self.framework.buckets, self.target, self.values, self.weights, strict=True)
        rows = [f"{bucket.label} {percent(a)} -> {percent(b)}, {percent(c)} %" for bucket, a, b, c in told]
        return [*rows, f"the whole 100.0 -> {percent(self.values.sum())}"]


def takes(bucket: Bucket) -> str:
    """What a bucket takes, in the words of the pages."""
    rules = bucket.rules
    *types, last = (TYPES[each] for each in rules.allowed_types)
    where = ", ".join(rules.sectors) or ", ".join(f"`{region}`" for region in rules.regions)
    tags = ", ".join(f"`{tag}`" for tag in rules.include_tags)
    return where or f"{', '.join(types)} and {last} with the tag {tags}"


def held(key: str, moved: Moved, *more: str) -> None:
    """The page of a template has its buckets and defaults, its example, and these facts; no other number."""
    framework, page = TEMPLATES[key], ALIASES.get(key, key)
    buckets = [row(b.label, f"{float(b.target_weight):.0%}".replace("%", " %"), takes(b)) for b in framework.buckets]
    known = (f"`{key}`", f"its risk band `{framework.risk_band}`", QUARTERLY, POINTS)
    assert CONCEPTS[page][0] == framework.name
    assert framework.rebalancing == Rebalancing(cadence="Q")
    assert lacking(page, known[0], known[1], "## For whom", "## What can go wrong") == []
    only_these_numbers(page, QUARTERLY, "Of 100:", *buckets, *moved.lines, *more)


def test_the_page_of_conservative_is_computed() -> None:
    moved = Moved(TEMPLATES["conservative"], {"Fixed Income": -0.1, "Equity": -0.2})
    assert moved.sides == ["within", "within", "within"]
    within = f"All buckets are still within {POINTS} of their targets"
    held("conservative", moved, "bonds lose 10 % and equity 20 %", f"a loss of {percent(-moved.gain)} %", within)


def test_the_page_of_balanced_is_computed() -> None:
    moved = Moved(TEMPLATES["balanced"], {"Equity": -0.3})
    assert moved.sides == ["under", "over", "within"]
    held(
        "balanced",
        moved,
        "Equity falls by 30 %",
        f"The loss is {percent(-moved.gain)} %",
        f"Equity is {moved.off('Equity')} points under its target and bonds are {moved.off('Fixed Income')} over",
        f"{percent(float(total_drift(moved.weights, moved.target)))} % of the portfolio moves into equity",
    )


def test_the_page_of_growth_is_computed() -> None:
    moved = Moved(TEMPLATES["growth"], {"Equity": -0.4})
    safer = Moved(TEMPLATES["conservative"], moved.gains)
    assert moved.sides[0] == "under"
    held(
        "growth",
        moved,
        "Equity falls by 40 %",
        f"The loss is {percent(-moved.gain)} %",
        f"the portfolio has to gain {percent(1 / (1 + moved.gain) - 1)} %",
        f"Equity is {moved.off('Equity')} points under its target, out of its band",
        f"The template `conservative` would have lost {percent(-safer.gain)} %",
    )


def test_the_page_of_core_satellite_is_computed() -> None:
    moved = Moved(TEMPLATES["core_satellite"], {"Active Satellites": 1.0})
    assert moved.sides == ["under", "over", "within"]
    assert (moved.target[1], moved.weights[1]) == pytest.approx((1 / 5, 1 / 3))
    held(
        "core_satellite",
        moved,
        f"The gain is {percent(moved.gain)} %",
        f"satellites are {moved.off('Active Satellites')} points over their target",
        f"the core {moved.off('Core Beta')} under: the part that was limited to a fifth is a third now",
    )


def test_the_page_of_geographic_is_computed() -> None:
    moved = Moved(TEMPLATES["geographic"], {"Emerging Markets": -0.35})
    assert moved.sides == ["within", "within", "under"]
    others = " and ".join(moved.off(label) for label in ("United States", "International Developed"))
    held(
        "geographic",
        moved,
        "Emerging markets fall by 35 %",
        f"The loss is {percent(-moved.gain)} %",
        f"Emerging markets are {moved.off('Emerging Markets')} points under their target, out of their band",
        f"The others are {others} points over, still within theirs",
    )


def test_the_page_of_sectors_is_computed() -> None:
    moved = Moved(TEMPLATES["sector_risk_band"], {"Growth Sectors": -0.3, "Cyclical Sectors": -0.2})
    assert moved.sides == ["over", "within", "within"]
    held(
        "sector_risk_band",
        moved,
        "Growth sectors fall by 30 % and cyclical ones by 20 %",
        f"The loss is {percent(-moved.gain)} %",
        f"Defensive sectors are {moved.off('Defensive Sectors')} points over their target, out of their band",
        f"still within theirs, {moved.off('Growth Sectors')} points under",
    )


def test_why_a_framework_is_computed() -> None:
    moved = Moved(TEMPLATES["balanced"], {"Equity": 0.5})
    equity, bonds, alternatives = (percent(target).removesuffix(".0") for target in moved.target)
    lost = [percent(float(weight) / 3) for weight in (moved.weights[0], moved.target[0])]
    only_these_numbers(
        "why-a-framework",
        "Those at the top sum to 1",
        f"The template `balanced` wants {equity} % equity, {bonds} % bonds and {alternatives} % alternatives",
        "Equity gains 50 %",
        *moved.lines[:-1],
        f"Equity is now {moved.off('Equity')} points over its target",
        f"If it then lost a third, this portfolio would lose {lost[0]} %, one at its targets {lost[1]} %",
    )


def test_every_template_is_named_where_one_begins() -> None:
    pages = [f"`trimtab://concept/{ALIASES.get(key, key)}`" for key, found in TEMPLATES.items() if found.buckets]
    assert lacking("why-a-framework", "six templates", *pages, "The template `blank` has no buckets") == []
    assert len(pages) == 6
    assert TEMPLATES["blank"].buckets == ()


# Drift bands: the 5/25 rule for four targets, and a minimum that cuts a band.


def edges(target: float, *, min_weight: float = np.nan) -> tuple[float, float, Bands]:
    """The edges of a band of the 5/25 rule."""
    targets = np.array([target])
    width = half_widths(targets, absolute_band_bps=500, relative_band_pct=25)
    bands = bands_of(targets, half_width=width, min_weight=np.array([min_weight]))
    return float(bands.low[0]), float(bands.high[0]), bands


def band_row(target: float) -> str:
    """A target's row in the table of widths."""
    one = np.array([target])
    absolute, relative = half_widths(one, absolute_band_bps=500), half_widths(one, relative_band_pct=25)
    smaller = half_widths(one, absolute_band_bps=500, relative_band_pct=25)
    low, high, _ = edges(target)
    widths = [percent(float(width[0])) for width in (absolute, relative, smaller)]
    return row(f"{target * 100:.0f} %", *widths, f"{percent(low)} to {percent(high)} %")


def test_the_widths_of_bands_are_computed() -> None:
    low, high, bands = edges(0.10, min_weight=0.08)
    found = [SIDES[int(sides(np.array([weight]), bands)[0])] for weight in (0.125, 0.126, 0.079)]
    assert found == ["within", "over", "under"]
    only_these_numbers(
        "drift-bands",
        f"{BAND_BPS} is {POINTS} on each side, the default",
        f"of a target of 10 %, 25 is {percent(float(half_widths(np.array([0.1]), relative_band_pct=25)[0]))} points",
        "With 500 and 25 that is the 5/25 rule",
        *(band_row(target) for target in (0.6, 0.2, 0.1, 0.04)),
        "For a target of 0 only the absolute band counts",
        "With the 5/25 rule a bucket has a target of 10 % and a `min_weight` of 8 %",
        f"Its band is {percent(low)} to {percent(high)} %",
        f"12.5 % {found[0]}: on the edge",
        f"12.6 % {found[1]}",
        f"7.9 % {found[2]}: the minimum cuts the band",
        "An absolute band below 10 basis points gets the warning `narrow_band`",
    )


@pytest.mark.parametrize(("band_bps", "warned"), [(9, ["narrow_band"]), (10, [])])
def test_a_band_is_narrow_where_the_page_says_so(band_bps: int, warned: list[str]) -> None:
    buckets = TEMPLATES["balanced"].buckets
    found = validate(Framework("x", buckets, rebalancing=Rebalancing(absolute_band_bps=band_bps)))
    assert [finding.code for finding in found.findings] == warned


def test_for_a_target_of_0_only_the_absolute_band_counts() -> None:
    nothing = np.array([0.0])
    assert half_widths(nothing, absolute_band_bps=500, relative_band_pct=25) == pytest.approx([0.05])
    assert np.isnan(half_widths(nothing, relative_band_pct=25)).all()


# Rebalancing: 69, 27 and 4 % where 60, 35 and 5 % are wanted.

ACTUAL = np.array([0.69, 0.27, 0.04])
BALANCED = Moved(TEMPLATES["balanced"], {})


def test_what_each_method_moves_is_computed() -> None:
    target, bands = BALANCED.target, default_bands(BALANCED.target)
    after = {to: rebalanced(ACTUAL, bands, to=to) for to in ("target", "half_band", "band_edge")}
    moved = {to: float(total_drift(weights, ACTUAL)) for to, weights in after.items()}
    assert moved["band_edge"] == min(moved.values())
    assert [SIDES[int(side)] for side in sides(ACTUAL, bands)] == ["over", "under", "within"]
    rows = [
        row(f"`{to}`", *map(percent, weights), percent(moved[to]), percent(float(total_drift(weights, target))))
        for to, weights in after.items()
    ]
    assert Plan({"A": 1.0}).lag_days == 1
    only_these_numbers(
        "rebalancing-methods",
        "Targets are {:.0f}, {:.0f} and {:.0f} %".format(*target * 100) + f", bands {POINTS}",
        "Equity is over at 69 %, bonds are under at 27 %",
        row("before", *map(percent, ACTUAL), "", percent(float(total_drift(ACTUAL, target)))).replace("|  |", "| |"),
        *rows,
    )


def test_every_mode_is_explained() -> None:
    assert lacking("rebalancing-methods", *(f"| `{mode}` |" for mode in MODES)) == []


@pytest.mark.parametrize("name", list(CONCEPTS)[list(CONCEPTS).index("why-a-framework") :])
def test_a_page_on_frameworks_says_where_its_numbers_come_from(name: str) -> None:
    assert lacking(name, "## Where the numbers come from") == []


@pytest.mark.parametrize("name", CONCEPTS)
def test_a_page_names_only_tools_on_frameworks_that_there_are(name: str) -> None:
    named = re.findall(r"`((?:list|generate|save|validate|map|build|backtest|get)_\w+)`", concept_text(name))
    assert set(named) <= {tool.name for tool in TOOLS}


def test_a_number_that_is_not_computed_is_found() -> None:
    page = joined("A loss of 13.0 % and then\n7 more, see trimtab://concept/5-25")
    assert numbers_beside(page, ("a loss of 12.0 %",)) == ["13.0", "7"]
    assert numbers_beside(page, ("A loss of 13.0 %", "then 7 more")) == []
