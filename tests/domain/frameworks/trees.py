"""Frameworks to be tested with: written by hand, and at random."""

from decimal import Decimal
from typing import Final, get_args

from hypothesis import strategies as st

from trimtab.domain.frameworks.framework import (
    DIMENSIONS,
    Bucket,
    BucketRules,
    Cadence,
    Constraint,
    Framework,
    Method,
    Rebalancing,
    RiskBand,
)
from trimtab.domain.outside_text import clean

_TEXTS: Final = st.text(max_size=12).map(lambda text: clean(text, None))
_LISTS: Final = st.lists(_TEXTS, max_size=2).map(tuple)
_WEIGHTS: Final = st.integers(0, 10_000).map(lambda steps: Decimal(steps).scaleb(-4))
_CURRENCIES: Final = st.lists(st.sampled_from(["USD", "EUR", "CHF"]), max_size=2).map(tuple)
_AMOUNTS: Final = st.decimals(0, 10**9, places=2)


def bucket(path: str, weights: str) -> Bucket:
    """A bucket of these weights (target, minimum and maximum; - for none), called by the last part of its path."""
    target, least, most = [*weights.split(), "-", "-"][:3]
    return Bucket(path, path.rpartition("/")[2], Decimal(target), _bound(least), _bound(most))


def _bound(text: str) -> Decimal | None:
    return None if text == "-" else Decimal(text)


def framework(*buckets: Bucket, **fields) -> Framework:
    """A framework of these buckets."""
    return Framework("Ours", buckets, **fields)


@st.composite
def paths(draw: st.DrawFn) -> tuple[str, ...]:
    """Paths of a random tree, in random order; now and then one has no parent."""
    found: list[str] = [draw(st.sampled_from(DIMENSIONS))]
    for number in range(draw(st.integers(0, 12))):
        found.append(f"{draw(st.sampled_from(found))}/{number}")
    return tuple(draw(st.permutations(found[1:])))


@st.composite
def frameworks(draw: st.DrawFn) -> Framework:
    """A random framework, right or wrong, of what could have been written."""
    kept = draw(paths())
    rules = st.builds(
        BucketRules,
        _LISTS,
        _LISTS,
        _LISTS,
        st.none() | _AMOUNTS,
        regions=_LISTS,
        sectors=_LISTS,
        currencies=_CURRENCIES,
    )
    weights = st.none() | _WEIGHTS
    return Framework(
        name=draw(_TEXTS.filter(bool)),
        buckets=tuple(
            draw(st.builds(Bucket, st.just(path), _TEXTS, _WEIGHTS, weights, weights, rules)) for path in kept
        ),
        description=draw(_TEXTS),
        method=draw(st.sampled_from(get_args(Method))),
        base_ccy=draw(st.sampled_from(["USD", "EUR"])),
        benchmark=draw(_TEXTS),
        risk_band=draw(st.none() | st.sampled_from(get_args(RiskBand))),
        rebalancing=draw(
            st.builds(
                Rebalancing,
                st.sampled_from(get_args(Cadence)),
                st.none() | st.integers(0, 10_000),
                st.none() | st.decimals(0, 100, places=2),
            )
        ),
        constraints=tuple(draw(st.lists(_constraints(), max_size=3))),
    )


def _constraints() -> st.SearchStrategy[Constraint]:
    kinds = st.sampled_from(["max_issuer", "min_bonds", "max_products", "allowed_currencies"])
    units = st.none() | st.sampled_from(["percentage", "bps", "dollars"])
    return st.builds(Constraint, kinds, st.none() | _AMOUNTS, units, _CURRENCIES)
