"""The risk band is never raised, neither by the horizon nor by a structure."""

from trimtab.domain.frameworks.generating.drafting import Part, draft_of
from trimtab.domain.frameworks.generating.structuring import BANDS, band_left, band_of, base_of, fits, with_equity_by


def test_a_short_horizon_lowers_the_band_by_one_and_nothing_raises_it() -> None:
    assert [band_of(band, 4) for band in BANDS] == ["low", "low", "medium"]
    assert [band_of(band, 5) for band in BANDS] == list(BANDS)
    assert [base_of(band).name for band in BANDS] == ["Conservative", "Balanced", "Growth"]


def test_a_structure_of_more_risk_than_the_band_does_not_fit() -> None:
    assert [fits("core_satellite", band) for band in BANDS] == [False, True, True]
    assert [fits("geographic", band) for band in BANDS] == [False, False, True]


def test_below_equity_a_structure_takes_equity_alone_and_no_hedge() -> None:
    draft = with_equity_by("core_satellite", draft_of(base_of("low")))
    equity = draft.parts[1]
    assert [(part.key, part.steps) for part in equity.parts] == [("Core", 2_722), ("Satellite", 778)]
    assert {part.rules.exclude_tags for part in equity.parts} == {("bonds", "alternatives")}
    regions = with_equity_by("geographic", draft_of(base_of("low"))).parts[1]
    assert [(part.key, part.steps) for part in regions.parts] == [
        ("US", 1_750),
        ("International", 1_050),
        ("Emerging", 700),
    ]
    assert {part.rules.include_tags for part in regions.parts} == {("equity",)}


def test_what_is_left_has_the_first_band_whose_template_has_no_less_at_risk_and_none_above_its_own() -> None:
    for at_risk, bands in (
        (0, "low low low"),
        (4_000, "low low low"),
        (4_001, "low medium medium"),
        (6_501, "low medium high"),
    ):
        parts = (Part("Equity", "", at_risk), Part("Bonds", "", 1_000), Part("Hedge", "", 500))
        assert [band_left(band, parts) for band in BANDS] == bands.split()
