"""What frameworks are filled with: products, the market they are priced by, and the book they are traded in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import anyio.to_thread

from trimtab.domain.factors.market import Market
from trimtab.domain.frameworks.products import Universe
from trimtab.domain.frameworks.universe import merged
from trimtab.domain.kept import Kept
from trimtab.domain.trading.book import Book
from trimtab.workflow.factors.material import Material, Materials
from trimtab.workflow.ports.framework_results import ProductBasis
from trimtab.workflow.ports.products import ProductSource

MOST_KEPT = 2


@dataclass(frozen=True, slots=True, eq=False)
class Goods:
    """Read together. `named` is what the products' files are called."""

    universe: Universe
    market: Market
    book: Book
    named: str

    def basis(self, notes: Iterable[str] = ()) -> ProductBasis:
        """What an answer that uses them rests on."""
        return ProductBasis(
            products=self.named,
            products_digest=self.universe.digest,
            n_products=len(self.universe.products),
            market=self.market.name,
            market_digest=self.market.digest,
            market_as_of=self.market.as_of.isoformat(),
            notes=tuple(notes),
        )


class Stockroom:
    """Reads the products again when their files changed, the market likewise, and the book once."""

    def __init__(
        self,
        products: ProductSource,
        materials: Materials,
        *,
        named: str,
        book_of: Callable[[], Book],
        quoted_in: str = "",
    ) -> None:
        self._products = products
        self._materials = materials
        self._named = named
        self._book_of = book_of
        self._quoted_in = quoted_in
        self._read: tuple[str, Universe] | None = None
        self._merged: Kept[Universe] = Kept(MOST_KEPT)
        self._turn = anyio.Lock()

    async def now(self) -> Goods:
        """The goods as they stand.

        Raises:
            ProductsRefused, MarketRefused, BookRefused: files that can't be read, with every fault.
            Unavailable: something can't be reached now.
        """
        material = await self._materials.now()
        async with self._turn:  # what is being read is waited for, not read twice
            return await anyio.to_thread.run_sync(self._made, material)

    def _made(self, material: Material) -> Goods:
        book, stamp = self._book_of(), self._products.stamp()
        if self._read is None or self._read[0] != stamp:
            self._read = stamp, self._products.load()
        own = self._read[1]
        universe = self._merged.get(
            (own.digest, book.digest, *_keys(material)),
            lambda: merged(
                own,
                book=book.instruments,
                listed=material.universe.entries,
                prices=material.market.prices,
                quoted_in=self._quoted_in,
            ),
        )
        return Goods(universe, material.market, book, self._named)


def _keys(material: Material) -> tuple[str, str]:
    return material.market.digest, material.universe.digest
