"""Templates are filled strictly, and text from outside can't be more than text."""

from dataclasses import dataclass, fields
from importlib.resources import files
from typing import ClassVar

import pytest
from jinja2 import DictLoader, Environment, UndefinedError, meta

from trimtab.prompts import render as rendering
from trimtab.prompts.contexts import Data, ExplainDeferral, PromptContext, ReviewSession
from trimtab.prompts.render import LONGEST_LINE, environment, render

CONTEXTS = PromptContext.__subclasses__()
DEFERRAL = ExplainDeferral(
    session_id="ts_1",
    symbol="CBA",
    phase="Sells",
    version=3,
    execution_mode="simulated",
    lines=1,
    lines_shown=1,
    outside=0,
    facts=Data("total: 1"),
)


@dataclass(frozen=True, slots=True)
class Sample(PromptContext):
    """Filled into a template of the test's own."""

    template: ClassVar[str] = "sample.j2"

    value: object


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch):
    def with_template(source: str, value: object) -> str:
        def own() -> Environment:
            made = environment()
            made.loader = DictLoader({"sample.j2": source})
            return made

        monkeypatch.setattr(rendering, "environment", own)
        return render(Sample(value))

    return with_template


def test_the_same_context_always_gives_the_same_text() -> None:
    assert render(DEFERRAL) == render(DEFERRAL)
    assert "```text\ntotal: 1\n```" in render(DEFERRAL)


@pytest.mark.parametrize("context", [ReviewSession, ExplainDeferral])
def test_a_template_uses_every_field_of_its_context_and_no_other_name(context: type[PromptContext]) -> None:
    source = (files("trimtab.prompts") / context.template).read_text(encoding="utf-8")
    assert meta.find_undeclared_variables(environment().parse(source)) == {field.name for field in fields(context)}


def test_every_template_has_its_context() -> None:
    ours = {context.template for context in CONTEXTS if context is not Sample}
    assert {file.name for file in files("trimtab.prompts").iterdir() if file.name.endswith(".j2")} == ours


def test_a_name_that_the_context_lacks_is_an_error(rendered) -> None:
    with pytest.raises(UndefinedError, match="amount"):
        rendered("{{ amount }}", "text")


@pytest.mark.parametrize("value", [None, True, 1.5, ("a",), {"a": 1}])
def test_only_text_whole_numbers_and_data_are_printed(value: object, rendered) -> None:
    with pytest.raises(TypeError, match="give text, a whole number or Data"):
        rendered("{{ value }}", value)
    assert rendered("{{ value }}", 12) == "12"


def test_text_becomes_one_clean_short_line(rendered) -> None:
    assert rendered("<{{ value }}>", "a\n\u202eb\u200b  c") == "<a b c>"
    assert rendered("<{{ value }}>", '{{ value }} {% if %} & < "') == '<{{ value }} {% if %} & < ">'
    assert len(rendered("{{ value }}", "x" * 10_000)) == LONGEST_LINE


@pytest.mark.parametrize(
    ("text", "fence"),
    [("plain", "```"), ("``", "```"), ("```", "````"), ("a ````` b\n```", "``````"), ("", "```")],
)
def test_data_cannot_close_its_fence(text: str, fence: str, rendered) -> None:
    assert rendered("{{ value }}", Data(text)) == f"{fence}text\n{text}\n{fence}"
