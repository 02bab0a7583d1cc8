"""A bound prompt lists its arguments as its model has them."""

from trimtab.tools.prompts.binding import bind_prompt
from trimtab.tools.prompts.explain_deferral import PROMPT


def test_arguments_are_listed_in_their_order_with_their_descriptions() -> None:
    bound = bind_prompt(PROMPT)
    assert bound.arguments is not None
    listed = [(each.name, each.description, each.required) for each in bound.arguments]
    fields = PROMPT.arguments.model_fields
    assert listed == [(name, field.description, True) for name, field in fields.items()]
    assert (bound.name, bound.title) == ("explain_deferral", "Explain a deferral")
