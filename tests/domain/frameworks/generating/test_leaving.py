"""What nothing takes is cash: in a bucket over asset classes, beside the buckets elsewhere."""

from trimtab.domain.frameworks.generating.drafting import STEPS, Changed, Draft, Part, draft_of
from trimtab.domain.frameworks.generating.leaving import left_of, named
from trimtab.domain.frameworks.templates import TEMPLATES

BALANCED, REGIONS = draft_of(TEMPLATES["balanced"]), draft_of(TEMPLATES["geographic"])


def weights(parts: tuple[Part, ...]) -> dict[str, int]:
    return {part.key: part.steps for part in parts}


def test_where_nothing_is_gone_nothing_changes() -> None:
    found = left_of(REGIONS, Changed(REGIONS.parts))
    assert (found.draft, found.parts, found.beside, found.unplaced) == (REGIONS, REGIONS.parts, 0, 0)
    assert (found.gone, found.gained) == ((), ())


def test_over_asset_classes_a_bucket_holds_the_cash() -> None:
    found = left_of(BALANCED, Changed(BALANCED.parts[:1], 4_000))
    assert weights(found.draft.parts) == weights(found.parts) == {"Equity": 6_000, "Cash": 4_000}
    assert (found.beside, found.unplaced) == (0, 4_000)
    assert found.gone == ("AssetClass/Bonds", "AssetClass/Alternatives")


def test_elsewhere_it_is_kept_beside_buckets_that_sum_to_1() -> None:
    us, _, emerging = REGIONS.parts
    found = left_of(REGIONS, Changed((Part(us.key, us.label, 6_000), emerging), 2_000))
    assert weights(found.draft.parts) == {"US": 7_500, "Emerging": 2_500}
    assert weights(found.parts) == {"US": 6_000, "Emerging": 2_000}
    assert (found.beside, found.gone, found.gained) == (2_000, ("Region/International",), ("Region/US",))


def test_where_nothing_is_left_all_is_cash() -> None:
    found = left_of(REGIONS, Changed((), STEPS))
    assert found.draft == Draft("AssetClass", found.parts)
    assert (weights(found.parts), found.beside) == ({"Cash": STEPS}, 0)


def test_of_buckets_below_each_other_the_upper_one_is_named() -> None:
    assert named(("AssetClass/Equity", "AssetClass/Equity/US", "AssetClass/Real/Land")) == ("Equity", "Land")
