"""A name is found however it is written."""

import pytest

from trimtab.domain.frameworks.generating.known import keys_meant, keys_of


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Tobacco", "tobacco"),
        ("no tobacco companies", "tobacco"),
        ("real-estate", "real_estate"),
        ("ETFs", "ETF"),
        ("avoid any emerging markets", "Emerging Markets"),
        ("the Energy sector", "the energy"),
        ("HEALTH  CARE", "Health Care"),
    ],
)
def test_words_around_case_plural_and_hyphens_don_t_matter(text: str, name: str) -> None:
    assert keys_meant(text) & keys_of(name)


def test_other_names_are_others() -> None:
    assert not keys_meant("Energy") & keys_of("Clean Energy")
    assert keys_of("") == keys_meant("  ") == frozenset()
