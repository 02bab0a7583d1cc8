"""Factor groups: what may be one, and what is wrong with one."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

import anyio.to_thread

from trimtab.domain.errors import InvalidInput, NotFound, Problem, TrimtabError
from trimtab.domain.factors.reference_groups import WEIGHTS_TOLERANCE
from trimtab.domain.factors.tickers import listed, shown_ticker
from trimtab.workflow.factors.material import Material
from trimtab.workflow.factors.view import MOST_HINTS, unknown_ticker
from trimtab.workflow.ports import factor_results as answer
from trimtab.workflow.ports.desk import Caller
from trimtab.workflow.ports.factor_requests import ManageFactorGroup
from trimtab.workflow.ports.reference import FactorGroup, FactorGroups, WeightingMethod

V = TypeVar("V")
_NONE: Final = "You have no factor group of that name."
_LIST: Final = "Call manage_factor_group with action list to see yours."


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong with a group, and the weights it would be computed by, scaled to sum to 1; empty where none are."""

    issues: tuple[answer.GroupIssue, ...]
    normalized: Mapping[str, float]


class Groups:
    """The factor groups of everybody, each seen by its owner only."""

    def __init__(self, store: FactorGroups) -> None:
        self._store = store

    async def manage(
        self, caller: Caller, request: ManageFactorGroup, *, read: Callable[[], Awaitable[Material]]
    ) -> answer.GroupAnswer:
        """Does what was asked; `read` gives what tells whether tickers are known, which deleting doesn't need.

        Raises:
            InvalidInput: a field is missing, the group isn't valid, or there is another of that name.
            NotFound: there is no group of that name.
        """
        if request.action == "delete":
            return await self._deleted(caller, _required(request.name, "name", request=request))
        if request.action == "list":
            groups = await self._store.all(caller.owner)
            known = await _if_it_can_be(read)
            return answer.GroupAnswer(action="list", groups=tuple(_shown(each, known) for each in groups))
        name = _required(request.name, "name", request=request)
        if request.action == "read":
            group = await self.of(caller, name)
            return _answered(request, group, material=await _if_it_can_be(read))
        material = await read()
        if request.action == "validate":
            return await self._validated(caller, request, name=name, material=material)
        return await self._written(caller, request, name=name, material=material)

    async def of(self, caller: Caller, name: str) -> FactorGroup:
        """The caller's group of this name; raises NotFound where there is none."""
        found = await self._store.get(caller.owner, name)
        if found is None:
            raise _no_such()
        return found

    async def all_of(self, caller: Caller, names: Iterable[str]) -> tuple[FactorGroup, ...]:
        """The caller's groups of these names, each once; raises NotFound with every name that has none."""
        found = {name: await self._store.get(caller.owner, name) for name in names}
        missing = [name for name, group in found.items() if group is None]
        if missing:
            places = [place for place, name in enumerate(found) if name in missing]
            problems = [Problem(f"factor_groups[{place}]", _NONE) for place in places]
            raise NotFound(f"{problems[0].field}: {_NONE}", problems=problems, next_action=_LIST)
        return tuple(group for group in found.values() if group is not None)

    async def find(self, caller: Caller, name: str) -> FactorGroup | None:
        """The caller's group of this name, where there is one."""
        return await self._store.get(caller.owner, name)

    async def _deleted(self, caller: Caller, name: str) -> answer.GroupAnswer:
        if not await self._store.delete(caller.owner, name):
            raise _no_such()
        return answer.GroupAnswer(action="delete")

    async def _validated(
        self, caller: Caller, request: ManageFactorGroup, *, name: str, material: Material
    ) -> answer.GroupAnswer:
        given = request.members is not None
        group = _group(request, name=name, before=None) if given else await self.of(caller, name)
        checked = await anyio.to_thread.run_sync(check, group, material)
        return answer.GroupAnswer(
            action="validate",
            groups=(_shown(group, material),),
            valid=not checked.issues,
            issues=checked.issues,
            normalized_weights=dict(checked.normalized) or None,
        )

    async def _written(
        self, caller: Caller, request: ManageFactorGroup, *, name: str, material: Material
    ) -> answer.GroupAnswer:
        before = await self._store.get(caller.owner, name)
        if request.action == "update" and before is None:
            raise _no_such()
        group = _group(request, name=name, before=before if request.action == "update" else None)
        issues = (await anyio.to_thread.run_sync(check, group, material)).issues
        if issues:
            problems = [Problem(each.field, each.message, each.code) for each in issues]
            raise InvalidInput(f"{problems[0].field}: {problems[0].message}", problems=problems)
        if request.action == "update":
            kept = await self._store.replace(caller.owner, group)
        else:
            kept = before == group or await self._store.create(caller.owner, group)
        if not kept:
            raise InvalidInput(
                "You have a factor group of that name already, with other content."
                if request.action == "create"
                else "The factor group was deleted meanwhile.",
                field="name",
                next_action="Update that one, or choose another name.",
            )
        return _answered(request, group, material=material)


async def _if_it_can_be(read: Callable[[], Awaitable[Material]]) -> Material | None:
    """The material; groups can be looked at without it, though not which weights `cap` comes to."""
    try:
        return await read()
    except TrimtabError:
        return None


def check(group: FactorGroup, material: Material) -> Checked:
    """Everything that is wrong with the group."""
    known = {*material.universe.tickers, *material.panel.tickers}
    unknown = [(place, ticker) for place, ticker in enumerate(group.members) if ticker not in known]
    issues = [
        _issue(f"members[{place}]", unknown_ticker(ticker, known if number < MOST_HINTS else ()), code="unknown_ticker")
        for number, (place, ticker) in enumerate(unknown)
    ]
    issues += [
        _issue(f"members[{place}]", f"{shown_ticker(ticker)} is there twice.", code="duplicate")
        for place, ticker in enumerate(group.members)
        if ticker in group.members[:place]
    ]
    if group.weighting_method == "custom":
        issues += _wrong_weights(group)
    elif group.weights:
        issues.append(_issue("weights", "Weights belong to the weighting_method custom only.", code="not_custom"))
    if group.weighting_method == "cap":
        issues += _wrong_aum(group, material)
    return Checked(tuple(issues), _normalized(group, material))


def _wrong_weights(group: FactorGroup) -> list[answer.GroupIssue]:
    members = set(group.members)
    issues = [
        _issue(f"weights.{shown_ticker(ticker)}", f"{shown_ticker(ticker)} isn't a member.", code="not_a_member")
        for ticker in group.weights
        if ticker not in members
    ]
    issues += [
        _issue(f"weights.{shown_ticker(ticker)}", f"{shown_ticker(ticker)} has no weight.", code="missing")
        for ticker in dict.fromkeys(group.members)
        if ticker not in group.weights
    ]
    issues += [
        _issue(f"weights.{shown_ticker(ticker)}", "A weight is 0 or more.", code="negative")
        for ticker, weight in group.weights.items()
        if weight < 0
    ]
    total = sum(group.weights.values())
    if abs(total - 1) > WEIGHTS_TOLERANCE:
        issues.append(_issue("weights", f"The weights sum to {total:.6g}; they have to sum to 1.", code="sum"))
    return issues


def _wrong_aum(group: FactorGroup, material: Material) -> list[answer.GroupIssue]:
    aum = _aum(material)
    missing = [ticker for ticker in dict.fromkeys(group.members) if ticker not in aum]
    currencies = {
        entry.currency for entry in material.universe.entries if entry.ticker in group.members and entry.currency
    }
    issues = []
    if missing:
        of = listed(list(map(shown_ticker, missing)))
        said = f"cap weights need assets under management (aum_value): the market data has none of {of}."
        issues.append(_issue("weighting_method", said, code="no_aum"))
    if len(currencies) > 1:
        said = (
            f"cap weights need assets under management in one currency; these are in {', '.join(sorted(currencies))}."
        )
        issues.append(_issue("weighting_method", said, code="several_currencies"))
    return issues


def _normalized(group: FactorGroup, material: Material | None) -> Mapping[str, float]:
    members = list(dict.fromkeys(group.members))
    if group.weighting_method == "custom":
        raw: Mapping[str, float] = group.weights
    elif group.weighting_method == "cap":
        aum = {} if material is None else _aum(material)
        raw = {ticker: aum[ticker] for ticker in members if ticker in aum} if set(members) <= set(aum) else {}
    else:
        raw = dict.fromkeys(members, 1.0)
    total = sum(raw.values())
    if total <= 0 or min(raw.values()) < 0:
        return {}
    return {ticker: weight / total for ticker, weight in raw.items()}


def _aum(material: Material) -> dict[str, float]:
    return {
        entry.ticker: entry.aum_value
        for entry in material.universe.entries
        if entry.aum_value is not None and entry.aum_value > 0
    }


def _group(request: ManageFactorGroup, *, name: str, before: FactorGroup | None) -> FactorGroup:
    """The group that is asked for; an update leaves what it doesn't name as it was. Weights mean `custom`."""
    members = request.members or (before.members if before else None) or tuple(request.weights or ()) or None
    as_it_was: WeightingMethod = before.weighting_method if before else "equal"
    method = request.weighting_method or ("custom" if request.weights else as_it_was)
    weights = request.weights
    if weights is None:
        weights = dict(before.weights) if before and method == "custom" else {}
    return FactorGroup(name, _required(members, "members", request=request), method, weights)


def _required(value: V | None, field: str, *, request: ManageFactorGroup) -> V:
    if value is None:
        raise InvalidInput(f"The action {request.action} needs {field}.", field=field)
    return value


def _answered(request: ManageFactorGroup, group: FactorGroup, *, material: Material | None) -> answer.GroupAnswer:
    return answer.GroupAnswer(action=request.action, groups=(_shown(group, material),))


def _shown(group: FactorGroup, material: Material | None) -> answer.Group:
    return answer.Group(
        name=group.name,
        members=group.members,
        weighting_method=group.weighting_method,
        weights=dict(_normalized(group, material)),
    )


def _issue(field: str, message: str, *, code: str) -> answer.GroupIssue:
    return answer.GroupIssue(field=field, code=code, message=message)


def _no_such() -> NotFound:
    return NotFound(_NONE, field="name", next_action=_LIST)
