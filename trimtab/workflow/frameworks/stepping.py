"""Portfolios made step by step, in workflows that can be left and resumed."""

from collections.abc import Mapping
from typing import Final, Protocol

from trimtab.domain.errors import InvalidInput, Problem
from trimtab.domain.frameworks.requirements import Requirements
from trimtab.workflow.frameworks.building import Builder
from trimtab.workflow.frameworks.choosing import Chosen, chosen, require_valid
from trimtab.workflow.frameworks.documents import document_of
from trimtab.workflow.frameworks.making import fingerprint
from trimtab.workflow.frameworks.profile_checks import against_profile
from trimtab.workflow.frameworks.steps import Choices, Done, Picked, WorkflowState, require_optional, require_ready
from trimtab.workflow.frameworks.workflows import OpenWorkflow, Workflows
from trimtab.workflow.ports.desk import Caller
from trimtab.workflow.ports.framework_records import FrameworkRecords, ProfileRow
from trimtab.workflow.ports.framework_requests import BuildPortfolio, BuildStep, FrameworkScope, Profile
from trimtab.workflow.ports.framework_requests import Requirements as AskedRequirements
from trimtab.workflow.ports.framework_results import Generated, PortfolioBuilt

_OF_A_STEP: Final[Mapping[BuildStep, tuple[str, ...]]] = {
    "profile": ("profile",),
    "framework": ("framework_id", "version", "framework", "requirements"),
    "mapping": ("products_per_bucket", "weighting", "overrides", "filters"),
    "validation": (),
    "portfolio": ("cash", "account_number", "accept"),
}
_OF_ANY_STEP: Final = frozenset({"workflow_id", "step", "skip", "expected_version", "idempotency_key"})
_OF_STEPS_ALONE: Final = ("skip", "profile", "requirements", "expected_version")


class Generate(Protocol):
    """Makes a valid framework from requirements."""

    async def __call__(self, requirements: AskedRequirements) -> Generated:
        """The framework, with who made it."""
        ...


class _Step(Protocol):
    async def __call__(self, caller: Caller, request: BuildPortfolio, *, opened: OpenWorkflow) -> PortfolioBuilt: ...


class Stepping:
    """Builds portfolios at once, or in workflows: `FrameworkDesk.build`."""

    def __init__(
        self, records: FrameworkRecords, builder: Builder, *, workflows: Workflows, generate: Generate, keeps: bool
    ) -> None:
        """Without `keeps` no profile is stored."""
        self._records = records
        self._builder = builder
        self._workflows = workflows
        self._generate = generate
        self._keeps = keeps
        self._steps: Mapping[BuildStep, _Step] = {
            "profile": self._profile,
            "framework": self._framework,
            "mapping": self._mapping,
            "validation": self._validation,
            "portfolio": self._portfolio,
        }

    async def built(self, caller: Caller, request: BuildPortfolio) -> PortfolioBuilt:
        """The portfolio, or where its making stands."""
        if request.step is not None:
            return await self._stepped(caller, request, step=request.step)
        if request.workflow_id is not None:
            return await self._resumed(caller, request)
        _refuse_idle(request)
        found = await chosen(self._records, caller.owner, scope=request)
        await require_valid(found, then="built")
        return await self._builder.at_once(caller, request, found=found, choices=_choices(request))

    async def _resumed(self, caller: Caller, request: BuildPortfolio) -> PortfolioBuilt:
        """Where a workflow stands, with the portfolio as far as it can be worked out."""
        assert request.workflow_id is not None, "one is named"
        _refuse_idle(request, allowed=("workflow_id", "expected_version"))
        opened = await self._workflows.load(caller, request.workflow_id, expected_version=request.expected_version)
        return await self._shown(caller, request, opened=opened)

    async def _stepped(self, caller: Caller, request: BuildPortfolio, *, step: BuildStep) -> PortfolioBuilt:
        _refuse_idle(request, allowed=(*_OF_ANY_STEP, *_OF_A_STEP[step]))
        if request.skip:
            require_optional(step)
        if request.workflow_id is None:
            require_ready(WorkflowState(), step)
            opened = await self._workflows.begun(caller, key=request.idempotency_key)
            if opened.stored.version > 1:  # the same call again: it has gone on since
                return await self._shown(caller, request, opened=opened)
        else:
            expected = request.expected_version
            opened = await self._workflows.load(caller, request.workflow_id, expected_version=expected)
        require_ready(opened.state, step)
        if request.skip:
            return await self._moved(caller, request, opened=opened, done=Done(step=step, skipped=True), fields={})
        return await self._steps[step](caller, request, opened=opened)

    async def _profile(self, caller: Caller, request: BuildPortfolio, *, opened: OpenWorkflow) -> PortfolioBuilt:
        profile = request.profile
        if profile is None:
            raise InvalidInput("The step profile needs profile, or skip.", field="profile")
        if self._keeps:
            await self._records.keep_profile(caller.owner, ProfileRow(profile.name, wishes_of(profile)))
        said = f"{profile.name}: {profile.risk_band} risk, {profile.horizon_years} years, {profile.base_ccy}"
        return await self._moved(
            caller, request, opened=opened, done=Done(step="profile", said=said), fields={"profile": profile}
        )

    async def _framework(self, caller: Caller, request: BuildPortfolio, *, opened: OpenWorkflow) -> PortfolioBuilt:
        """Picked, given in full, or generated from requirements; it has to be valid."""
        made_new = None
        scope = FrameworkScope(framework_id=request.framework_id, version=request.version, framework=request.framework)
        if request.requirements is not None:
            if request.framework_id is not None or request.framework is not None:
                raise InvalidInput(
                    "requirements make a framework: leave framework_id and framework away.", field="requirements"
                )
            made_new = await self._generate(request.requirements)
            scope = FrameworkScope(framework=made_new.framework)
        found = await chosen(self._records, caller.owner, scope=scope)
        await require_valid(found, then="picked")
        picked = _picked(found)
        said = found.framework.name + (f", version {picked.version}" if picked.version else "")
        answer = await self._moved(
            caller, request, opened=opened, done=Done(step="framework", said=said), fields={"picked": picked}
        )
        return answer.model_copy(update={"generated": made_new})

    async def _mapping(self, caller: Caller, request: BuildPortfolio, *, opened: OpenWorkflow) -> PortfolioBuilt:
        """Which products are picked, and how; what isn't a leaf or a product is refused."""
        found, choices = await self._found(caller, opened.state), _choices(request)
        made_one = await self._builder.made(found, request, choices=choices)
        said = f"{len(made_one.portfolio.positions)} products in {len(made_one.mapped.leaves)} buckets"
        answer = await self._moved(
            caller, request, opened=opened, done=Done(step="mapping", said=said), fields={"choices": choices}
        )
        return answer.model_copy(update={"mapping": made_one.told(with_mapping=True).mapping})

    async def _validation(self, caller: Caller, request: BuildPortfolio, *, opened: OpenWorkflow) -> PortfolioBuilt:
        """It is done where the portfolio has no error; else the answer says what to mend, and the step stays open."""
        found = await self._found(caller, opened.state)
        made_one = await self._builder.made(found, request, choices=opened.state.choices)
        if made_one.errors:
            return made_one.told().model_copy(update={"workflow": opened.told})
        warnings = (*made_one.warnings, *against_profile(made_one, opened.state.profile))
        done = Done(step="validation", said=f"{len(warnings)} warnings")
        answer = await self._moved(caller, request, opened=opened, done=done, fields={})
        return answer.model_copy(update={"warnings": warnings})

    async def _portfolio(self, caller: Caller, request: BuildPortfolio, *, opened: OpenWorkflow) -> PortfolioBuilt:
        """Worked out with the money; the step is done once it is accepted."""
        found = await self._found(caller, opened.state)
        choices = opened.state.choices
        about = fingerprint(found.framework, choices, cash=request.cash, account_number=request.account_number)
        own = f"{opened.stored.session_id} {about}"
        asked = request.model_copy(update={"idempotency_key": request.idempotency_key or own})
        answer = await self._builder.at_once(caller, asked, found=found, choices=choices)
        if answer.portfolio_id is None:
            return answer.model_copy(update={"workflow": opened.told})
        fields = {
            "portfolio_id": answer.portfolio_id,
            "cash": request.cash,
            "account_number": request.account_number,
        }
        done = Done(step="portfolio", said=f"{answer.portfolio_id} over {answer.account_number}")
        moved = await self._workflows.changed(
            caller, opened, step="portfolio", change=lambda state: state.after(done, **fields)
        )
        return answer.model_copy(update={"workflow": moved.told})

    async def _moved(
        self,
        caller: Caller,
        request: BuildPortfolio,
        *,
        opened: OpenWorkflow,
        done: Done,
        fields: Mapping[str, object],
    ) -> PortfolioBuilt:
        moved = await self._workflows.changed(
            caller, opened, step=done.step, change=lambda state: state.after(done, **fields)
        )
        return await self._shown(caller, request, opened=moved)

    async def _shown(self, caller: Caller, request: BuildPortfolio, *, opened: OpenWorkflow) -> PortfolioBuilt:
        """The portfolio as far as it is known, and where the workflow stands."""
        told = PortfolioBuilt(workflow=opened.told, portfolio_id=opened.state.portfolio_id)
        if opened.state.picked is None:
            return told
        state = opened.state
        found = await self._found(caller, state)
        with_money = request
        if state.portfolio_id is not None:
            with_money = request.model_copy(update={"cash": state.cash, "account_number": state.account_number})
        made_one = await self._builder.made(found, with_money, choices=state.choices)
        update: dict[str, object] = {"workflow": told.workflow, "portfolio_id": told.portfolio_id}
        if state.portfolio_id is not None:
            update |= await self._builder.kept_as(caller, state.portfolio_id)
        return made_one.told().model_copy(update=update)

    async def _found(self, caller: Caller, state: WorkflowState) -> Chosen:
        picked = state.picked
        assert picked is not None, "the step framework was done"
        scope = FrameworkScope(framework_id=picked.framework_id, version=picked.version, framework=picked.document)
        return await chosen(self._records, caller.owner, scope=scope)


def wishes_of(asked: Profile | AskedRequirements) -> Requirements:
    """What a profile, or a request, wants of a framework."""
    if isinstance(asked, Profile):
        return Requirements(
            risk_tolerance=asked.risk_band,
            horizon_years=asked.horizon_years,
            goals=asked.goals,
            exclusions=asked.exclusions,
            base_ccy=asked.base_ccy,
        )
    return Requirements(**{name: getattr(asked, name) for name in AskedRequirements.model_fields})


def _picked(found: Chosen) -> Picked:
    if found.stored is not None:
        return Picked(framework_id=found.stored.framework_id, version=found.stored.version)
    if found.template is not None:
        return Picked(framework_id=found.template)
    return Picked(document=document_of(found.framework))


def _choices(request: BuildPortfolio) -> Choices:
    return Choices(
        filters=request.filters,
        products_per_bucket=request.products_per_bucket,
        weighting=request.weighting,
        overrides=request.overrides,
    )


def _refuse_idle(request: BuildPortfolio, *, allowed: tuple[str, ...] | None = None) -> None:
    """Refuses what says nothing here: at once what only steps have, in a step what other steps have."""
    given = [name for name in BuildPortfolio.model_fields if name in request.model_fields_set]
    idle = [name for name in given if (name in _OF_STEPS_ALONE if allowed is None else name not in allowed)]
    takes = "only a workflow takes it" if allowed is None else f"this call takes {', '.join(sorted(allowed))}"
    problems = [Problem(name, f"{name} says nothing here: {takes}.") for name in idle if _says(request, name)]
    if problems:
        raise InvalidInput(problems[0].message, problems=problems)


def _says(request: BuildPortfolio, name: str) -> bool:
    """Whether an argument isn't just its default, spelled out."""
    return bool(getattr(request, name) != BuildPortfolio.model_fields[name].default)
