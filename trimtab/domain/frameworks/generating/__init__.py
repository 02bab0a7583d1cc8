"""Frameworks from requirements, by rules. Section 7 of `docs/framework-maths.md`."""

from trimtab.domain.frameworks.generating.known import Known
from trimtab.domain.frameworks.generating.rounding import repaired
from trimtab.domain.frameworks.generating.rules import Proposal, by_rules

__all__ = ["Known", "Proposal", "by_rules", "repaired"]
