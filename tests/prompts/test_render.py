"""Templates are filled strictly, and text from outside can't be more than text."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from importlib.resources import files
from typing import ClassVar

import pytest
from jinja2 import DictLoader, UndefinedError

from tests.prompts.analyst_prompts import included, names
from trimtab.prompts.contexts import AnalystPrompt, Data, DescribeMomentum, ExplainDeferral, PromptContext
from trimtab.prompts.render import (
    LONGEST_LINE,
    MOST_LISTED,
    PromptParts,
    Renderer,
    environment,
    render,
    render_parts,
)

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


def classes(base: type[PromptContext]) -> Iterator[type[PromptContext]]:
    for context in base.__subclasses__():
        yield context
        yield from classes(context)


CONTEXTS = {
    context.template: context
    for context in classes(PromptContext)
    if context.__module__ == PromptContext.__module__ and hasattr(context, "template")
}


@dataclass(frozen=True, slots=True)
class Sample(PromptContext):
    """Filled into a template of the test's own."""

    template: ClassVar[str] = "sample.j2"

    value: object


@dataclass(frozen=True, slots=True, kw_only=True)
class InTwo(AnalystPrompt):
    """Filled into a template of the test's own that has two parts."""

    template: ClassVar[str] = "sample.j2"

    value: int = 0


def renderer(source: str) -> Renderer:
    made = environment()
    made.loader = DictLoader({"sample.j2": source})
    return Renderer(made)


def rendered(source: str, value: object) -> str:
    return renderer(source).whole(Sample(value))


def test_the_same_context_always_gives_the_same_text() -> None:
    assert render(DEFERRAL) == render(DEFERRAL) == Renderer().whole(DEFERRAL)
    assert "```text\ntotal: 1\n```" in render(DEFERRAL)


@pytest.mark.parametrize("context", CONTEXTS.values(), ids=CONTEXTS)
def test_a_template_uses_every_field_of_its_context_and_no_other_name(context: type[PromptContext]) -> None:
    assert names(context.template) == {field.name for field in fields(context)}


def test_every_template_has_its_context_or_is_part_of_one_that_has() -> None:
    parts = {part for template in CONTEXTS for part in included(template)}
    assert {file.name for file in files("trimtab.prompts").iterdir() if file.name.endswith(".j2")} == parts.union(
        CONTEXTS
    )


def test_a_name_that_the_context_lacks_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="amount"):
        rendered("{{ amount }}", "text")


@pytest.mark.parametrize("value", [None, True, 1.5, ("a",), {"a": 1}])
def test_only_text_whole_numbers_and_data_are_printed(value: object) -> None:
    with pytest.raises(TypeError, match="give text, a whole number or Data"):
        rendered("{{ value }}", value)
    assert rendered("{{ value }}", 12) == "12"


def test_text_becomes_one_clean_short_line() -> None:
    assert rendered("<{{ value }}>", "a\n\u202eb\u200b  c") == "<a b c>"
    assert rendered("<{{ value }}>", '{{ value }} {% if %} & < "') == '<{{ value }} {% if %} & < ">'
    assert len(rendered("{{ value }}", "x" * 10_000)) == LONGEST_LINE


@pytest.mark.parametrize(
    ("text", "fence"),
    [("plain", "```"), ("``", "```"), ("```", "````"), ("a ````` b\n```", "``````"), ("", "```")],
)
def test_data_cannot_close_its_fence(text: str, fence: str) -> None:
    assert rendered("{{ value }}", Data(text)) == f"{fence}text\n{text}\n{fence}"


def test_a_list_stands_between_fences_one_clean_line_for_each_text() -> None:
    assert rendered("{{ value | listed }}", ("a\n- b\u202e", "```")) == "````text\n- a - b\n- ```\n````"


def test_a_long_list_says_how_much_of_it_is_left_out() -> None:
    _, *lines, _ = rendered("{{ value | listed }}", ("x" * 10_000,) * (MOST_LISTED + 12)).splitlines()
    assert lines[:-1] == ["- " + "x" * (LONGEST_LINE - 1) + "…"] * MOST_LISTED
    assert lines[-1] == "- and 12 more"


def test_a_prompt_in_two_parts_has_a_stable_one() -> None:
    parts = renderer("{% block stable %}Rules.{% endblock %}{% block task %}{{ value }}{% endblock %}")
    assert parts.parts(InTwo(value=7)) == PromptParts(stable="Rules.", task="7")


def test_a_variable_in_the_stable_part_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="value"):
        renderer("{% block stable %}{{ value }}{% endblock %}{% block task %}{% endblock %}").parts(InTwo(value=7))


def test_a_name_that_the_context_lacks_is_an_error_in_a_part_too() -> None:
    with pytest.raises(UndefinedError, match="amount"):
        renderer("{% block stable %}{% endblock %}{% block task %}{{ amount }}{% endblock %}").parts(InTwo())


def test_a_renderer_compiles_a_template_once(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Renderer()
    first = kept.whole(DEFERRAL)
    monkeypatch.setattr(kept.templates, "compile", None)
    assert kept.whole(DEFERRAL) == first


def test_parts_are_the_same_from_a_renderer_that_is_kept_and_from_one_that_is_not() -> None:
    asked = DescribeMomentum(facts=Data("ASX,+9%"))
    assert render_parts(asked) == Renderer().parts(asked)
