"""What the tools about factors share of their arguments."""

from trimtab.tools.factors.arguments import fields


def test_every_argument_but_the_context_is_a_field() -> None:
    assert fields({"ctx": object(), "sections": None, "format": "json"}) == {"sections": None, "format": "json"}
