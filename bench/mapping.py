"""Mapping many products to many buckets, beside a bare NumPy pass over the same columns."""

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Final

import numpy as np

from bench.measure import Work, fastest
from bench.report import milliseconds, print_table
from bench.synthetic import AS_OF
from trimtab.domain.columns import TextColumn
from trimtab.domain.frameworks.framework import Bucket, BucketRules, Framework
from trimtab.domain.frameworks.mapping import Filters, assigned, map_products
from trimtab.domain.frameworks.products import LookThrough, Products, Universe
from trimtab.domain.frameworks.tree import tree_of

PRODUCTS: Final = 20_000
BUCKETS: Final = 200
HOLDINGS: Final = 500
WANTED_MS: Final = 300
ROUNDS: Final = 7

_TAGS: Final = 300
_REGIONS: Final = ("US", "International", "Emerging", "Global")
_SECTORS: Final = ("Energy", "Health Care", "Technology", "Utilities", "Financials", "Diversified")
_TYPES: Final = ("ETF", "Fund", "Stock", "Bond")
_CURRENCIES: Final = ("USD", "EUR", "CHF", "GBP")


def report() -> None:
    """Prints the table."""
    products, frame = universe_of(PRODUCTS), framework_of(BUCKETS)
    filters = Filters(exclude_tags=("tag 0",), min_history_months=12, priced=True)
    random = np.random.default_rng(3)
    held = tuple(products.products.code[row] for row in random.choice(PRODUCTS, HOLDINGS, replace=False))
    value = random.uniform(1e3, 1e6, HOLDINGS)
    tree = tree_of(frame.buckets)
    works: dict[str, Work] = {
        "a bare pass: four masks and the best 5": partial(_bare, products),
        "`map_products`": partial(map_products, frame, products, as_of=AS_OF, filters=filters),
        f"`assigned`, {HOLDINGS} holdings": partial(assigned, held, value, tree=tree, universe=products, mapped_to={}),
    }
    taken = fastest(works, repetitions=ROUNDS)
    base, *_ = taken.values()
    print_table(
        f"{BUCKETS} buckets over {PRODUCTS:,} products",
        ("", "ms", "times the bare pass", "wanted"),
        [
            (name, milliseconds(each), f"{each / base:.1f}", f"<= {WANTED_MS} ms" if name == "`map_products`" else "")
            for name, each in taken.items()
        ],
    )


def framework_of(buckets: int) -> Framework:
    """Buckets over regions, each with six rules."""
    weight = (Decimal(1) / buckets).quantize(Decimal("0.0001"))
    return Framework("Many", tuple(_bucket(number, weight) for number in range(buckets)))


def _bucket(number: int, weight: Decimal) -> Bucket:
    rules = BucketRules(
        include_tags=tuple(f"tag {number + step}" for step in range(30)),
        exclude_tags=(f"tag {number + 40}",),
        allowed_types=("ETF", "Stock"),
        min_adv_value=Decimal(1_000_000),
        regions=(_REGIONS[number % 4], _REGIONS[(number + 1) % 4]),
        sectors=() if number % 2 else (_SECTORS[number % 6],),
        currencies=_CURRENCIES[:3],
    )
    return Bucket(f"Region/{number}", str(number), weight, rules=rules)


def universe_of(count: int) -> Universe:
    """Products at random, seeded; each bears five tags, and a fifth are funds of which look-through is known."""
    random = np.random.default_rng(2)

    def any_of(names: Sequence[str]) -> TextColumn:
        return tuple(names[at] for at in random.integers(0, len(names), count))

    products = Products(
        code=tuple(f"P{at:06}" for at in range(count)),
        name=any_of(["A fund"]),
        type=any_of(_TYPES),
        asset_class=any_of(["Equity", "Bonds", "Alternatives"]),
        region=any_of(_REGIONS),
        sector=any_of(_SECTORS),
        sector_group=any_of(["Defensive", "Cyclical", "Growth"]),
        sleeve=any_of(["Core", "Satellite", "Hedge"]),
        issuer=any_of([f"Issuer {at}" for at in range(50)]),
        currency=any_of(_CURRENCIES),
        exchange=any_of(["NYSE", "LSE"]),
        tags=tuple(tuple(f"tag {at}" for at in row) for row in random.integers(0, _TAGS, (count, 5)).tolist()),
        adv_value=10 ** random.uniform(4, 10, count),
        expense_ratio_pct=random.uniform(0, 1.5, count),
        aum_value=10 ** random.uniform(6, 11, count),
        tracking_error_pct=random.uniform(0, 3, count),
        history_months=random.integers(0, 240, count).astype(np.float64),
        price=random.uniform(5, 500, count),
        price_date=np.datetime64(AS_OF, "D") - random.integers(0, 30, count).astype("timedelta64[D]"),
        source=any_of(["products"]),
    )
    funds = np.arange(0, count, 5)
    key, dimension = _REGIONS[:3] * len(funds), ("Region",) * (3 * len(funds))
    share = random.dirichlet([1.0, 1.0, 1.0], len(funds)).ravel()
    return Universe(products, LookThrough(np.repeat(funds, 3), dimension, key, share), digest="synthetic")


def _bare(universe: Universe) -> None:
    """What can't be done without: masks of numbers, and a partial sort of the scores that are left."""
    random = np.random.default_rng(4)
    numbers = random.integers(0, 8, (4, len(universe.products)))
    score = random.random(len(universe.products))
    chosen = np.arange(8) < 4
    for _ in range(BUCKETS):
        kept = chosen[numbers[0]] & chosen[numbers[1]] & chosen[numbers[2]] & chosen[numbers[3]]
        left = score[kept]
        np.argpartition(-left, 5)
