"""The words that products bear: what rules of a generated framework may say."""

from collections.abc import Iterable
from itertools import chain

from trimtab.domain.frameworks.generating.known import Known
from trimtab.domain.frameworks.products import Universe
from trimtab.domain.outside_text import clean


def known_words(universe: Universe) -> Known:
    """All of them, each once, in the order of letters."""
    products = universe.products
    return Known(
        tags=_words(chain.from_iterable(products.tags)),
        regions=_words(products.region),
        sectors=_words(products.sector),
        types=_words(products.type),
        currencies=_words(products.currency),
        asset_classes=_words(products.asset_class),
    )


def _words(texts: Iterable[str]) -> tuple[str, ...]:
    """A word that isn't clean would never be met as it is shown, so it isn't offered."""
    return tuple(sorted({text for text in texts if text and clean(text) == text}))
