"""Leaves that can't be filled, or hardly. Section 3 of `docs/framework-mapping.md`."""

from collections.abc import Iterator
from typing import Final

from trimtab.domain.frameworks.findings import Finding, shown
from trimtab.domain.frameworks.mapping.mapped import LeafMapping, Mapped
from trimtab.domain.outside_text import clean

ENOUGH: Final = 2


def coverage_findings(mapped: Mapped) -> tuple[Finding, ...]:
    """Warnings for the leaves with a target above 0 that lack products, in the order of the tree."""
    return tuple(finding for leaf in mapped.leaves for finding in _found(leaf))


def _found(leaf: LeafMapping) -> Iterator[Finding]:
    if leaf.cash or not leaf.target_weight > 0 or leaf.candidates >= ENOUGH:
        return
    target = f"{clean(leaf.path)} has a target of {shown(leaf.target_weight)}"
    if not leaf.candidates:
        said = f"{target} and no product ({leaf.gaps[-1].message}): loosen that, or add products that meet its rules."
        yield Finding("no_product", leaf.path, said)
    else:
        said = f"{target} and one product alone: loosen its rules, or add products that meet them."
        yield Finding("thin_coverage", leaf.path, said)
