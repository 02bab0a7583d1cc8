"""The analysts' prompts for tests: every context filled with the same facts, and what a template holds."""

from importlib.resources import files

from jinja2 import meta, nodes

from trimtab.prompts.contexts import (
    AnalystPrompt,
    Assistant,
    Data,
    DescribeMomentum,
    JudgeBuys,
    JudgePortfolios,
    Synthesize,
)
from trimtab.prompts.render import Renderer, environment

FACTS = Data("CBA,8.5,6.0,2.5,-4147,div:8d/$2.40")
ASSISTANT = Assistant(session_id="ts_1", phase="Sells", version=3, execution_mode="simulated")


def analyst_prompts(
    *,
    facts: Data = FACTS,
    count: int = 2,
    complaints: tuple[str, ...] = (),
    assistant: Assistant | None = None,
) -> tuple[AnalystPrompt, ...]:
    """One prompt of each kind; `count` stands wherever a number does."""
    return (
        JudgePortfolios(
            batch=count,
            batches=count,
            portfolios=count,
            lines=count,
            facts=facts,
            complaints=complaints,
            assistant=assistant,
        ),
        DescribeMomentum(facts=facts, complaints=complaints, assistant=assistant),
        Synthesize(
            portfolios=count,
            verdicts=facts,
            facts=facts,
            market=facts if count % 2 else None,
            complaints=complaints,
            assistant=assistant,
        ),
        JudgeBuys(
            batch=count,
            batches=count,
            portfolios=count,
            lines=count,
            facts=facts,
            complaints=complaints,
            assistant=assistant,
        ),
    )


def tree(template: str) -> nodes.Template:
    """A template as Jinja reads it."""
    return environment().parse((files("trimtab.prompts") / template).read_text(encoding="utf-8"))


def block(template: str, name: str) -> nodes.Block:
    """One of a template's blocks."""
    (found,) = (each for each in tree(template).find_all(nodes.Block) if each.name == name)
    return found


def included(template: str) -> set[str]:
    """The templates that a template includes."""
    return {name for name in meta.find_referenced_templates(tree(template)) if name is not None}


def names(template: str) -> set[str]:
    """Every name that a template wants to be filled with, those of what it includes too."""
    own = meta.find_undeclared_variables(tree(template))
    return own.union(*(names(part) for part in included(template)))


PORTFOLIOS, MOMENTUM, SYNTHESIS, BUYS = (prompt.template for prompt in analyst_prompts())
RENDERER = Renderer()
STABLE = {prompt.template: RENDERER.parts(prompt).stable for prompt in analyst_prompts()}
