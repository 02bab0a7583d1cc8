"""A long mapping gives up products before it gives up buckets."""

import pytest

from tests.tools.frameworks.long_frameworks import long_mapping
from tests.tools.frameworks.scripted_frameworks import BUILT, MAPPED
from trimtab.tools.fitting import MOST_TOKENS
from trimtab.tools.frameworks.mapping_fitting import fitting_mapping
from trimtab.tools.payload import dump
from trimtab.tools.section_rows import tokens


@pytest.mark.parametrize("buckets", [0, 1, 5])
def test_what_a_reply_holds_is_shown_whole(buckets: int) -> None:
    answer = long_mapping(buckets, 5)
    assert fitting_mapping(answer, field="buckets") is answer
    assert fitting_mapping(MAPPED, field="buckets") is MAPPED
    assert fitting_mapping(BUILT, field="mapping") is BUILT


@pytest.mark.parametrize(("buckets", "per_bucket"), [(10, 25), (40, 10), (60, 5)])
def test_every_bucket_keeps_as_many_of_its_best_as_there_is_room_for(buckets: int, per_bucket: int) -> None:
    whole = long_mapping(buckets, per_bucket)
    shown = fitting_mapping(whole, field="buckets")
    [most] = {len(bucket.products) for bucket in shown.buckets}
    assert 1 <= most < per_bucket
    assert len(shown.buckets) == buckets
    assert [bucket.products for bucket in shown.buckets] == [bucket.products[:most] for bucket in whole.buckets]
    if most > 1:
        assert MOST_TOKENS * 0.6 <= tokens(dump(shown)) <= MOST_TOKENS


def test_a_mapping_within_a_portfolio_is_cut_alike_and_noted_where_there_is_a_place() -> None:
    long = BUILT.model_copy(update={"mapping": long_mapping(20, 25).buckets})
    noted = fitting_mapping(long, field="mapping")
    unnoted = fitting_mapping(long.model_copy(update={"basis": None}), field="mapping")
    assert noted.basis is not None
    assert "Shows at most" in noted.basis.notes[-1]
    assert unnoted.basis is None
    assert unnoted.mapping is not None
    assert len(unnoted.mapping) == 20
