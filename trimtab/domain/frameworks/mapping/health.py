"""How well the products of a leaf are known. Section 3 of `docs/framework-mapping.md`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np

from trimtab.domain.columns import IntColumn, TextColumn
from trimtab.domain.frameworks.mapping.mapped import Health
from trimtab.domain.frameworks.mapping.scoring import Standing

_NONE: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({})
OF_CASH: Final = Health(score=1.0, price_age_days=None, missing_months=0, missing_fields=_NONE)
OF_NOTHING: Final = Health(score=0.0, price_age_days=None, missing_months=0, missing_fields=_NONE)


def health_of(rows: IntColumn, *, standing: Standing, codes: TextColumn) -> Health:
    """That of the products in these rows."""
    if not len(rows):
        return OF_NOTHING
    oldest = float(np.max(standing.age_days[rows]))
    lacking = {codes[row]: fields for row in rows if (fields := standing.missing_fields(int(row)))}
    return Health(
        score=float(standing.data_health[rows].mean()),
        price_age_days=None if np.isnan(oldest) else int(oldest),
        missing_months=int(standing.missing_months[rows].max()),
        missing_fields=MappingProxyType(lacking),
    )
