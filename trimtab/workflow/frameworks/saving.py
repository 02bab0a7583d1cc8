"""Frameworks created, changed, imported, exported and archived; what is invalid is refused as a whole."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, get_args

from trimtab.domain.errors import Conflict, InvalidInput, Problem
from trimtab.domain.frameworks.framework import Framework
from trimtab.domain.frameworks.reading_csv import read_csv
from trimtab.domain.frameworks.reading_json import read_json
from trimtab.domain.frameworks.templates import TEMPLATES
from trimtab.domain.frameworks.versions import diff
from trimtab.domain.frameworks.writing import csv_of, json_of
from trimtab.domain.outside_text import clean
from trimtab.workflow.frameworks.choosing import Chosen, chosen, findings_told, known, require_valid
from trimtab.workflow.frameworks.documents import changes_told, said
from trimtab.workflow.ports.desk import Caller
from trimtab.workflow.ports.framework_records import FrameworkRecords, NewVersion, StoredFramework
from trimtab.workflow.ports.framework_requests import FrameworkScope, SaveAction, SaveFramework
from trimtab.workflow.ports.framework_results import SavedFramework

MOST_TOLD: Final = 100
"""Changes of somebody else that a conflict lists."""

_NEEDED: Final[Mapping[SaveAction, tuple[str, ...]]] = {
    "create": (),
    "update": ("framework_id", "framework", "expected_version"),
    "import": ("document",),
    "export": ("framework_id",),
    "archive": ("framework_id",),
    "restore": ("framework_id",),
}
_TAKEN: Final[Mapping[SaveAction, tuple[str, ...]]] = {
    "create": ("framework_id", "version", "framework", "name", "note", "idempotency_key"),
    "update": ("framework_id", "framework", "expected_version", "name", "note"),
    "import": ("framework_id", "document", "format", "expected_version", "name", "note", "idempotency_key"),
    "export": ("framework_id", "version", "format"),
    "archive": ("framework_id",),
    "restore": ("framework_id",),
}


class Saving:
    """Changes frameworks of their owner."""

    def __init__(self, records: FrameworkRecords, *, keeps: bool) -> None:
        """Without `keeps` frameworks can be exported, and nothing is changed."""
        self._records = records
        self._keeps = keeps

    async def done(self, caller: Caller, request: SaveFramework) -> SavedFramework:
        """What was asked for, done.

        Raises:
            InvalidInput: arguments are missing or idle, a document can't be read, or the framework is invalid: all that
                is wrong, and nothing is saved.
            Conflict: somebody saved another version meanwhile; the problems are what changed.
            NotFound: the caller has no such framework.
        """
        _refuse_unfit(request, keeps=self._keeps)
        match request.action:
            case "create":
                return await self._created(caller, request)
            case "update":
                return await self._changed(caller, request, after=await self._given(caller, request))
            case "import":
                return await self._imported(caller, request)
            case "export":
                return await self._exported(caller, request)
            case _:
                return await self._shelved(caller, request)

    async def _given(self, caller: Caller, request: SaveFramework) -> Framework:
        """The framework of a request, under another name where it has one."""
        given = request.framework_id if request.framework is None else None
        scope = FrameworkScope(framework_id=given, version=request.version, framework=request.framework)
        found = await chosen(self._records, caller.owner, scope=scope)
        return found.framework if request.name is None else replace(found.framework, name=request.name)

    async def _created(self, caller: Caller, request: SaveFramework) -> SavedFramework:
        return await self._kept(caller, request, framework=await self._given(caller, request))

    async def _kept(self, caller: Caller, request: SaveFramework, *, framework: Framework) -> SavedFramework:
        """A new framework."""
        checked = await require_valid(Chosen.of(framework), then="saved")
        new = NewVersion(framework, caller.actor, request.note)
        stored = await self._records.create(caller.owner, new, key=request.idempotency_key)
        if stored.framework != framework:
            raise InvalidInput(
                "This idempotency_key was used for a different framework.",
                field="idempotency_key",
                next_action="Use a new key for a new framework; repeat a key only with the same arguments.",
            )
        return _saved(request, stored, warnings=findings_told((f.code, f.path, f.message) for f in checked.warnings))

    async def _changed(self, caller: Caller, request: SaveFramework, *, after: Framework) -> SavedFramework:
        """The next version of a saved framework; nothing new where it says the same."""
        framework_id, expected = request.framework_id, request.expected_version
        assert framework_id is not None, "it was asked for"
        assert expected is not None, "it was asked for"
        _refuse_template(framework_id)
        checked = await require_valid(Chosen.of(after), then="saved")
        before = await self._records.read(caller.owner, framework_id, version=expected)
        changes = diff(before.framework, after)
        new = NewVersion(after, caller.actor, request.note)
        if changes or before.newest != expected:
            try:
                before = await self._records.add_version(caller.owner, framework_id, new=new, expected_version=expected)
            except Conflict as conflict:
                newest = await self._records.read(caller.owner, framework_id, version=conflict.version)
                raise _conflict(before, newest, after=after) from conflict
        warnings = findings_told((f.code, f.path, f.message) for f in checked.warnings)
        return _saved(request, before, warnings=warnings).model_copy(update={"changes": changes_told(changes)})

    async def _imported(self, caller: Caller, request: SaveFramework) -> SavedFramework:
        """What the document holds, as a new framework, or as the next version of one that is there."""
        document, head = request.document or "", Framework(name=request.name or "", buckets=(), method="imported")
        if request.framework_id is not None:
            head = (await self._records.read(caller.owner, request.framework_id)).framework
        framework = read_json(document) if request.format == "json" else replace(head, buckets=read_csv(document))
        framework = replace(framework, method=head.method, name=request.name or framework.name)
        if request.framework_id is None:
            return await self._kept(caller, request, framework=framework)
        return await self._changed(caller, request, after=framework)

    async def _exported(self, caller: Caller, request: SaveFramework) -> SavedFramework:
        assert request.framework_id is not None, "it was asked for"
        found = await known(self._records, caller.owner, framework_id=request.framework_id, version=request.version)
        framework = found.framework
        document = json_of(framework) if request.format == "json" else csv_of(framework.buckets)
        named = found.named
        return SavedFramework(
            action=request.action,
            framework_id=request.framework_id,
            version=named.version or 1,
            name=clean(named.name, None),
            archived=found.stored is not None and found.stored.archived,
            document=document,
        )

    async def _shelved(self, caller: Caller, request: SaveFramework) -> SavedFramework:
        """Archived, or brought back."""
        assert request.framework_id is not None, "it was asked for"
        _refuse_template(request.framework_id)
        archived = request.action == "archive"
        head = await self._records.set_archived(caller.owner, request.framework_id, archived=archived)
        return SavedFramework(
            action=request.action,
            framework_id=head.framework_id,
            version=head.version,
            name=clean(head.name, None),
            archived=head.archived,
        )


def _saved(request: SaveFramework, stored: StoredFramework, *, warnings: tuple[object, ...]) -> SavedFramework:
    return SavedFramework.model_validate(
        {
            "action": request.action,
            "framework_id": stored.framework_id,
            "version": stored.version,
            "name": clean(stored.framework.name, None),
            "archived": stored.archived,
            "warnings": warnings,
        }
    )


def _refuse_unfit(request: SaveFramework, *, keeps: bool) -> None:
    """Refuses what lacks for an action, what says nothing in it, and every change where nothing may be changed."""
    action = request.action
    if not keeps and action != "export":
        raise InvalidInput("This server is read-only: it saves nothing.", field="action", next_action="Use export.")
    missing = [name for name in _NEEDED[action] if getattr(request, name) is None]
    given = request.model_fields_set - {"action"}
    idle = [name for name in SaveFramework.model_fields if name in given and name not in _TAKEN[action]]
    problems = [Problem(name, f"{action} needs {name}.", "missing") for name in missing]
    problems += [
        Problem(name, f"{name} says nothing in {action}, which takes {', '.join(_TAKEN[action])}.")
        for name in idle
        if getattr(request, name) is not None
    ]
    problems += _unfit_import(request)
    if problems:
        raise InvalidInput(
            f"{problems[0].message} Nothing was saved. Actions are {', '.join(get_args(SaveAction))}.",
            problems=problems,
        )


def _unfit_import(request: SaveFramework) -> list[Problem]:
    if request.action != "import":
        return []
    problems = []
    if request.framework_id is None and request.format == "csv" and request.name is None:
        problems.append(Problem("name", "A CSV holds buckets only: give a name for the framework.", "missing"))
    if (request.framework_id is None) != (request.expected_version is None):
        lacking = "expected_version" if request.expected_version is None else "framework_id"
        problems.append(Problem(lacking, "A new version takes framework_id and expected_version.", "missing"))
    return problems


def _refuse_template(framework_id: str) -> None:
    if framework_id in TEMPLATES:
        raise InvalidInput(
            f"The template {framework_id} can't be changed.",
            field="framework_id",
            next_action=f"Call save_framework with action create and framework_id {framework_id} for a copy of yours.",
        )


def _conflict(before: StoredFramework, newest: StoredFramework, *, after: Framework) -> Conflict:
    """What somebody else changed; where this call would have changed the same it is marked."""
    ours = {(change.path, change.field) for change in diff(before.framework, after)}
    theirs = diff(before.framework, newest.framework)
    problems = [
        Problem(
            ".".join(filter(None, (clean(change.path, None), change.field))),
            f"Version {newest.version} has {said(change.after)}, version {before.version} had {said(change.before)}.",
            "both_changed" if (change.path, change.field) in ours else "changed",
        )
        for change in theirs[:MOST_TOLD]
    ]
    more = f" (the first {MOST_TOLD} are listed)" if len(theirs) > MOST_TOLD else ""
    return Conflict(
        f"{clean(newest.actor)} saved version {newest.version} since version {before.version} was read, with "
        f"{len(theirs)} change{'s' if len(theirs) != 1 else ''}{more}; nothing was saved.",
        version=newest.version,
        next_action=(
            f"Put your changes into version {newest.version} (list_frameworks gives it) and save that with "
            f"expected_version {newest.version}."
        ),
        problems=problems,
    )
