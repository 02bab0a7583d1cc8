"""Filters are what a request may ask for."""

from dataclasses import asdict

from trimtab.domain.frameworks.mapping import NO_FILTERS, Filters
from trimtab.workflow.ports.framework_requests import MappingFilters


def test_a_request_asks_for_the_same_filters_and_for_none_by_default() -> None:
    asked = MappingFilters()
    assert asdict(Filters(**asked.model_dump())) == asdict(NO_FILTERS) == asked.model_dump()
