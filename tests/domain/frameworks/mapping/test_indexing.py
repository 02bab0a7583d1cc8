"""Texts become numbers, and what isn't known is none of any names."""

import numpy as np
import pytest

from tests.domain.frameworks.mapping.universes import Product, universe
from trimtab.domain.frameworks.mapping.indexing import index_of, words_of


def test_texts_that_differ_in_case_are_one_word() -> None:
    words = words_of(("US", "", "us", "Straße", "STRASSE"))
    assert words.number.tolist() == [0, 1, 0, 2, 2]
    assert words.among(("Us", "", "missing")).tolist() == [True, False, True, False, False]
    assert (words.spelled, words.counts.tolist()) == (("US", "", "Straße"), [2, 1, 2])
    assert words_of(()).among(("US",)).tolist() == []


def test_shares_are_summed_over_names_to_at_most_the_whole() -> None:
    lies = (("A", "Region", "EM", 0.7), ("A", "Region", "em", 0.3 + 1e-10), ("B", "Sector", "EM", 0.5))
    index = index_of(universe(Product("A", tags=("x", "X")), Product("B"), lies=lies))
    assert index.lies["Region"].total(("Em", "EM", "")).tolist() == [pytest.approx(1.0), 0.0]
    assert index.tags.total(("x",)).tolist() == [1.0, 0.0]
    assert (index.tags.spelled, index.tags.counts.tolist()) == (("x",), [1])
    assert index.borne["Region"].spelled == ("US", "EM")
    assert index.share_of(np.zeros(2, bool), dimension="Region", names=("em",)).tolist() == [1.0, 0.0]
    own = np.array([True, True])
    assert index.share_of(own, dimension="Sector", names=("EM",)).tolist() == [1.0, 0.5]
