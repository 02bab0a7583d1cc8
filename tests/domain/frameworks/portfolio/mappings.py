"""Leaves with products, written by hand."""

from collections.abc import Mapping
from decimal import Decimal

from tests.domain.frameworks.mapping.universes import AS_OF, Product, universe
from tests.domain.frameworks.product_rows import Share
from tests.domain.frameworks.trees import bucket, framework
from trimtab.domain.frameworks.framework import Bucket, Framework
from trimtab.domain.frameworks.mapping import Mapped, map_products
from trimtab.domain.frameworks.portfolio import Override

EQUITY = Product("EQA", asset_class="Equity", adv_value=1e9)
EQUITY_B = Product("EQB", asset_class="Equity", adv_value=1e8)
EQUITY_C = Product("EQC", asset_class="Equity", adv_value=1e7)
BONDS = Product("BND", asset_class="Bonds", sector="", issuer="Other")
GOLD = Product("GLD", asset_class="Alternatives", currency="EUR")
ALL = (EQUITY, EQUITY_B, EQUITY_C, BONDS, GOLD)


def mixed(*buckets: str, **fields) -> Framework:
    """A framework over asset classes, from lines such as `Equity 0.6 0.5 0.7`."""
    return framework(*(_bucket(line) for line in buckets), **fields)


def _bucket(line: str) -> Bucket:
    name, _, weights = line.partition(" ")
    return bucket(f"AssetClass/{name}", weights)


def mapped(ours: Framework, *products: Product, lies: tuple[Share, ...] = ()) -> Mapped:
    """The framework's leaves with the best of these products, or of all."""
    return map_products(ours, universe(*(products or ALL), lies=lies), as_of=AS_OF)


def override(name: str, code: str, weight: str | None = None) -> Override:
    """Another product for a leaf over asset classes."""
    return Override(f"AssetClass/{name}", code, None if weight is None else Decimal(weight))


def decimals(weights: Mapping[str, str]) -> dict[str, Decimal]:
    """Weights by code."""
    return {code: Decimal(weight) for code, weight in weights.items()}
