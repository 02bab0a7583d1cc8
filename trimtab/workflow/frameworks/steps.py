"""The steps in which a portfolio is made of a framework: which waits for which, and what a workflow remembers."""

from collections.abc import Iterator, Mapping
from typing import Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, JsonValue

from trimtab.domain.errors import InvalidInput, WrongPhase
from trimtab.domain.frameworks.framework import RiskBand
from trimtab.domain.frameworks.methods import Weighting
from trimtab.domain.frameworks.templates import TEMPLATES
from trimtab.workflow.ports.framework_requests import BuildStep, MappingFilters, Override, Profile
from trimtab.workflow.ports.framework_results import WorkflowStep

SCHEMA_VERSION: Final = 1
STEPS: Final[tuple[BuildStep, ...]] = get_args(BuildStep)
WAITS_FOR: Final[Mapping[BuildStep, tuple[BuildStep, ...]]] = {
    "profile": (),
    "framework": ("profile",),
    "mapping": ("framework",),
    "validation": ("mapping",),
    "portfolio": ("validation",),
}
OPTIONAL: Final[frozenset[BuildStep]] = frozenset({"profile", "mapping"})
"""Without a profile nothing is suggested; without a mapping of one's own the best product of each bucket is taken."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Done(_Record):
    """A step that was done, or skipped; `said` is what came of it."""

    step: BuildStep
    skipped: bool = False
    said: str = ""


class Picked(_Record):
    """The framework that was picked: a saved version, a template, or a document in full."""

    framework_id: str | None = None
    version: int | None = None
    document: dict[str, JsonValue] | None = None


class Choices(_Record):
    """How products are picked."""

    filters: MappingFilters = MappingFilters()
    products_per_bucket: int = 1
    weighting: Weighting = "equal"
    overrides: tuple[Override, ...] = ()


class WorkflowState(_Record):
    """What a workflow remembers. Doing a step again opens those that wait for it."""

    schema_version: Literal[1] = 1
    profile: Profile | None = None
    picked: Picked | None = None
    choices: Choices = Choices()
    portfolio_id: str | None = None
    cash: float | None = None
    account_number: str | None = None
    done: tuple[Done, ...] = ()

    def after(self, done: Done, **fields: object) -> "WorkflowState":
        """The state once a step is done: optional ones that it waits for are skipped, later ones are open again."""
        place = STEPS.index(done.step)
        known = {each.step: each for each in self.done}
        before = (known.get(step) or Done(step=step, skipped=True) for step in STEPS[:place])
        later = {} if done.step == "portfolio" else dict.fromkeys(("portfolio_id", "cash", "account_number"))
        return self.model_validate({**dict(self), **later, **fields, "done": (*before, done)})

    @property
    def next_step(self) -> BuildStep | None:
        """The first that is neither done nor skipped."""
        known = {each.step for each in self.done}
        return next((step for step in STEPS if step not in known), None)


def require_ready(state: WorkflowState, step: BuildStep) -> None:
    """Refuses a step that waits for one that has to be done.

    Raises:
        WrongPhase: it names all of them.
    """
    lacking = [each for each in _before(step) if each not in OPTIONAL and each not in {d.step for d in state.done}]
    if lacking:
        raise WrongPhase(
            f"The step {step} waits for {' and '.join(lacking)}.",
            field="step",
            next_action=f"Call build_portfolio with step {lacking[0]} first.",
        )


def require_optional(step: BuildStep) -> None:
    """Refuses to skip what has to be done; raises InvalidInput."""
    if step not in OPTIONAL:
        raise InvalidInput(
            f"The step {step} can't be skipped; {' and '.join(s for s in STEPS if s in OPTIONAL)} can.", field="skip"
        )


def _before(step: BuildStep) -> tuple[BuildStep, ...]:
    """All steps that one waits for, directly or by others, in their order."""
    direct = WAITS_FOR[step]
    return tuple(dict.fromkeys((*(each for one in direct for each in _before(one)), *direct)))


def steps_told(state: WorkflowState) -> tuple[WorkflowStep, ...]:
    """Every step with where it stands."""
    return tuple(_told(state))


def _told(state: WorkflowState) -> Iterator[WorkflowStep]:
    known = {each.step: each for each in state.done}
    for step in STEPS:
        done = known.get(step)
        waits = tuple(each for each in _before(step) if each not in known and each not in OPTIONAL)
        status = "waiting" if waits else "ready"
        if done is not None:
            status = "skipped" if done.skipped else "done"
        yield WorkflowStep(
            step=step, status=status, optional=step in OPTIONAL, waits_for=waits, done=done.said if done else ""
        )


def suggested(profile: Profile | None) -> tuple[str, ...]:
    """Templates of the profile's risk band; none without a profile."""
    return () if profile is None else templates_for(profile.risk_band)


def templates_for(risk_band: RiskBand) -> tuple[str, ...]:
    """Keys of the templates of a risk band, in the order in which they are offered."""
    return tuple(key for key, template in TEMPLATES.items() if template.risk_band == risk_band)
