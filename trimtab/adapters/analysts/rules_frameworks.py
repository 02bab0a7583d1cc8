"""The rules' framework: a template adjusted by fixed steps, as the document that a model would have to give."""

from trimtab.domain.frameworks.fields import Problems
from trimtab.domain.frameworks.generating.rules import by_rules
from trimtab.domain.frameworks.reading_json import parsed_object
from trimtab.domain.frameworks.writing import json_of
from trimtab.workflow.ports.analysts import FrameworkAnswer, FrameworkQuestion


def propose_framework(question: FrameworkQuestion) -> FrameworkAnswer:
    """What the rules propose; the same for the same requirements and words."""
    proposal = by_rules(question.requirements, known=question.known)
    document = parsed_object(json_of(proposal.framework), place="framework", problems=Problems())
    return FrameworkAnswer(document, proposal.rationale)
