"""Lists of frameworks, and one in full with its versions."""

from collections.abc import Iterable, Iterator
from typing import Final

from trimtab.domain.errors import InvalidInput, Problem
from trimtab.domain.frameworks.framework import Framework
from trimtab.domain.frameworks.templates import TEMPLATES
from trimtab.domain.frameworks.versions import diff
from trimtab.domain.outside_text import clean
from trimtab.workflow.factors.tables import table
from trimtab.workflow.frameworks.choosing import FIRST_VERSION, known
from trimtab.workflow.frameworks.documents import changes_told, document_of
from trimtab.workflow.ports.framework_records import FrameworkHead, FrameworkRecords
from trimtab.workflow.ports.framework_requests import ListFrameworks
from trimtab.workflow.ports.framework_results import FrameworkFull, Frameworks
from trimtab.workflow.ports.results import Cell, Table

TEMPLATE_COLUMNS: Final = ("key", "name", "risk_band", "targets", "description")
FRAMEWORK_COLUMNS: Final = (
    "framework_id", "name", "method", "base_ccy", "risk_band", "version", "buckets", "archived", "saved_at",
)  # fmt: skip
VERSION_COLUMNS: Final = ("version", "saved_at", "actor", "note")


async def all_listed(records: FrameworkRecords, owner: str, *, archived: bool) -> Frameworks:
    """Templates, and those of the owner."""
    return Frameworks(templates=templates_table(), frameworks=_table(await records.list(owner, archived=archived)))


async def one_listed(records: FrameworkRecords, owner: str, *, request: ListFrameworks) -> Frameworks:
    """One in full, with its versions, and what changed since an older one where that is asked for.

    Raises:
        NotFound: there is none, or not that version.
        InvalidInput: of a template or without an id there are no changes.
    """
    assert request.framework_id is not None, "one is named"
    found = await known(records, owner, framework_id=request.framework_id, version=request.version)
    full = FrameworkFull(
        framework_id=request.framework_id,
        version=FIRST_VERSION if found.stored is None else found.stored.version,
        archived=found.stored is not None and found.stored.archived,
        saved_at=None if found.stored is None else found.stored.saved_at,
        framework=document_of(found.framework),
    )
    if found.stored is None:
        _refuse_changes(request, "a template has one version")
        return Frameworks(framework=full)
    versions = await records.versions(owner, request.framework_id)
    changes = None
    if request.changes_since is not None:
        older = await records.read(owner, request.framework_id, version=request.changes_since)
        changes = changes_told(diff(older.framework, found.framework))
    rows = ((each.version, each.saved_at, clean(each.actor), clean(each.note, None)) for each in versions)
    return Frameworks(framework=full, versions=table(VERSION_COLUMNS, rows), changes=changes)


def refuse_idle(request: ListFrameworks) -> None:
    """Refuses what only says something about one framework, or about all, where the other is asked for."""
    problems = []
    if request.framework_id is None:
        if request.version is not None:
            problems.append(Problem("version", "version is of one framework; name framework_id as well."))
        _refuse_changes(request, "name framework_id as well", problems=problems)
    else:
        problems += [
            Problem(name, f"{name} is about all frameworks; leave it out, or framework_id.")
            for name in ("due", "archived")
            if getattr(request, name)
        ]
    if problems:
        raise InvalidInput(problems[0].message, problems=problems)


def _refuse_changes(request: ListFrameworks, why: str, *, problems: list[Problem] | None = None) -> None:
    if request.changes_since is None:
        return
    problem = Problem("changes_since", f"changes_since compares versions of one framework: {why}.")
    if problems is None:
        raise InvalidInput(problem.message, problems=[problem])
    problems.append(problem)


def templates_table() -> Table:
    """The templates, in the order in which they are offered."""
    return table(TEMPLATE_COLUMNS, _templates())


def _templates() -> Iterator[tuple[Cell, ...]]:
    for key, framework in TEMPLATES.items():
        yield key, framework.name, framework.risk_band, targets_said(framework), framework.description


def targets_said(framework: Framework) -> str:
    """The buckets with their targets in one line: `Equity 60 %, Bonds 35 %`."""
    return ", ".join(f"{bucket.label} {float(bucket.target_weight) * 100:.4g} %" for bucket in framework.buckets)


def _table(heads: Iterable[FrameworkHead]) -> Table:
    rows = (
        (
            head.framework_id,
            clean(head.name, None),
            head.method,
            head.base_ccy,
            head.risk_band,
            head.version,
            head.n_buckets,
            head.archived,
            head.saved_at,
        )
        for head in heads
    )
    return table(FRAMEWORK_COLUMNS, rows)
