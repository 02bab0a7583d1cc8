"""Whether a framework is valid, and all that is wrong with it. Section 2 of `docs/framework-maths.md`."""

from dataclasses import dataclass
from decimal import localcontext

from trimtab.domain.frameworks.bucket_checks import bucket_findings
from trimtab.domain.frameworks.conflicts import conflict_findings
from trimtab.domain.frameworks.constraint_checks import band_findings, constraint_findings
from trimtab.domain.frameworks.findings import CODES, EXACT, Code, Finding, Placed, Severity
from trimtab.domain.frameworks.framework import Framework
from trimtab.domain.frameworks.tree import Tree, tree_of
from trimtab.domain.frameworks.tree_checks import path_findings, sum_findings

__all__ = ["CODES", "Checked", "Code", "Finding", "Severity", "validate"]


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found, all of it.

    First what is about all buckets, then bucket by bucket in the order of the tree, then what is about constraints and
    bands; each in the order of `CODES`.
    """

    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What has to be mended before the framework can be used."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What is worth a second look."""
        return tuple(finding for finding in self.findings if finding.severity == "warning")

    @property
    def valid(self) -> bool:
        """Whether there is no error."""
        return not self.errors


def validate(framework: Framework, *, tree: Tree | None = None) -> Checked:
    """All that is wrong with a framework.

    Args:
        framework: any, however wrong.
        tree: that of its buckets, where it is there already.
    """
    tree = tree_of(framework.buckets) if tree is None else tree
    with localcontext(EXACT):
        found: list[Placed] = [
            *sum_findings(tree),
            *bucket_findings(tree),
            *path_findings(tree),
            *constraint_findings(framework, tree),
            *conflict_findings(framework, tree),
            *band_findings(framework.rebalancing, tree),
        ]
    found.sort(key=lambda placed: (placed[0], CODES.index(placed[1].code)))
    return Checked(tuple(finding for _, finding in found))
