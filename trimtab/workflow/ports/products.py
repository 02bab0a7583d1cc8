"""Where products come from."""

from typing import Protocol

from trimtab.domain.frameworks.products import Universe


class ProductSource(Protocol):
    """A source of products and of what funds hold. The book and the market are put beside it by whoever asks."""

    def stamp(self) -> str:
        """Changes when `load` would give something else; quick, and raises nothing."""

    def load(self) -> Universe:
        """Reads it whole; an empty universe where it has no product.

        Raises:
            ProductsRefused: it can't be read as products: every fault, with file and line.
            Unavailable: it can't be reached now.
        """
