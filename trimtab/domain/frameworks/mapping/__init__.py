"""Which products fill a framework's buckets, and which bucket a holding belongs to. `docs/framework-mapping.md`."""

from trimtab.domain.frameworks.mapping.assigning import CASH_CODE, Assigned, MappedTo, assigned
from trimtab.domain.frameworks.mapping.coverage import coverage_findings
from trimtab.domain.frameworks.mapping.filters import NO_FILTERS, Filters
from trimtab.domain.frameworks.mapping.judging import Judged, judged
from trimtab.domain.frameworks.mapping.mapped import Gap, Health, LeafMapping, Mapped, Parts, Scored
from trimtab.domain.frameworks.mapping.mapper import map_products
from trimtab.domain.frameworks.mapping.meeting import meets

__all__ = [
    "CASH_CODE", "NO_FILTERS", "Assigned", "Filters", "Gap", "Health", "Judged", "LeafMapping", "Mapped", "MappedTo",
    "Parts", "Scored", "assigned", "coverage_findings", "judged", "map_products", "meets",
]  # fmt: skip
