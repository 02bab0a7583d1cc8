"""The rules' framework comes as the document that a model's would be, and reads as what the rules made."""

import pytest

from trimtab.adapters.analysts.rules import RulesAnalyst
from trimtab.adapters.analysts.rules_frameworks import propose_framework
from trimtab.domain.frameworks.checking import validate
from trimtab.domain.frameworks.fields import Fields, Problems
from trimtab.domain.frameworks.framework import RiskBand
from trimtab.domain.frameworks.generating.known import Known
from trimtab.domain.frameworks.generating.rules import by_rules
from trimtab.domain.frameworks.reading import framework_of
from trimtab.domain.frameworks.requirements import Requirements
from trimtab.workflow.ports.analysts import FrameworkQuestion

KNOWN = Known(
    tags=("alternatives", "bonds", "equity", "tobacco"),
    regions=("US",),
    types=("ETF",),
    asset_classes=("Bonds", "Equity"),
)


@pytest.mark.parametrize("risk", ["low", "medium", "high"])
async def test_what_the_rules_made_is_read_again_as_it_was(risk: RiskBand) -> None:
    wanted = Requirements(risk, 12, exclusions=("tobacco",), base_ccy="AUD")
    answer = propose_framework(FrameworkQuestion(wanted, KNOWN))
    problems = Problems()
    read = framework_of(Fields(answer.document, problems))
    made = by_rules(wanted, known=KNOWN)
    assert (read, answer.rationale, answer.refused) == (made.framework, made.rationale, ())
    assert problems.found == []
    assert validate(read).valid
    assert await RulesAnalyst().framework(FrameworkQuestion(wanted, KNOWN)) == answer
