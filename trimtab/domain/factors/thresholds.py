"""The policy's thresholds of factor intelligence."""

import hashlib
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Pct = Annotated[float, Field(ge=0, le=100)]
Months = Annotated[int, Field(ge=4, le=1200)]


class FactorThresholds(BaseModel):
    """What is enough data, and when a view across assets is too large. `docs/factor-maths.md` has the formulas."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    window_months: Months = 60
    min_observations: Months = 24
    min_coverage_pct: Pct = 80
    benchmark: Annotated[str, Field(min_length=1, max_length=32)] = "SPY"
    risk_free_currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "USD"
    macro_max_per_group: Annotated[int, Field(ge=1, le=50)] = 3
    macro_deduplicate_threshold: Annotated[float, Field(gt=0, le=1)] = 0.95
    macro_min_group_coverage_pct: Pct = 60
    macro_budget: Annotated[int, Field(ge=2, le=500)] = 24
    min_regime_months: Months = 12
    max_yield_pct: Pct = 20
    cache_minutes: Annotated[int, Field(ge=0, le=1440)] = 30
    slow_section_ms: Annotated[int, Field(ge=1, le=600_000)] = 2_000

    @property
    def digest(self) -> str:
        """SHA-256 of these thresholds: two answers with the same digest were computed by the same."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()
