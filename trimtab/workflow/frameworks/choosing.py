"""Which framework a request is about: a saved one, a template, or one given in full."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import anyio.to_thread
from pydantic import JsonValue

from trimtab.domain.errors import InvalidInput, NotFound, Problem
from trimtab.domain.frameworks.checking import Checked, validate
from trimtab.domain.frameworks.framework import Framework
from trimtab.domain.frameworks.reading_json import read_json
from trimtab.domain.frameworks.templates import TEMPLATES
from trimtab.domain.frameworks.tree import Tree, tree_of
from trimtab.domain.outside_text import clean
from trimtab.workflow.ports.framework_records import FrameworkRecords, StoredFramework
from trimtab.workflow.ports.framework_requests import FrameworkScope
from trimtab.workflow.ports.framework_results import FrameworkFinding, FrameworkNamed

FIRST_VERSION: Final = 1
_ONE_OF_TWO: Final = "give framework_id (a saved one or a template's key), or framework in full: one of the two"


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """A framework with its tree; `stored` where it is saved, `template` the key where it is a template."""

    framework: Framework
    tree: Tree
    stored: StoredFramework | None = None
    template: str | None = None

    @classmethod
    def of(cls, framework: Framework) -> "Chosen":
        """One that was given in full."""
        return cls(framework, tree_of(framework.buckets))

    @property
    def named(self) -> FrameworkNamed:
        """As answers name it."""
        if self.stored is not None:
            return FrameworkNamed(
                framework_id=self.stored.framework_id, version=self.stored.version, name=self.framework.name
            )
        version = None if self.template is None else FIRST_VERSION
        return FrameworkNamed(framework_id=self.template, version=version, name=self.framework.name)


async def chosen(records: FrameworkRecords, owner: str, *, scope: FrameworkScope) -> Chosen:
    """The framework of a request, whatever is wrong with it.

    Raises:
        InvalidInput: none was named, or two; or a document that can't be read, with every place.
        NotFound: the owner has no such framework, or it has no such version.
    """
    if (scope.framework_id is None) == (scope.framework is None):
        raise InvalidInput(
            f"There is {'no framework' if scope.framework is None else 'more than one framework'}: {_ONE_OF_TWO}.",
            field="framework_id",
            next_action="Call list_frameworks to see templates and saved ones.",
        )
    if scope.framework is not None:
        if scope.version is not None:
            raise InvalidInput("A framework given in full has no version: leave version away.", field="version")
        return Chosen.of(read_document(scope.framework))
    assert scope.framework_id is not None, "one of the two is given"
    return await known(records, owner, framework_id=scope.framework_id, version=scope.version)


def read_document(document: Mapping[str, JsonValue]) -> Framework:
    """The framework of a document; one that says nothing of how it came about is made by hand.

    Raises:
        InvalidInput: with every place that can't be read.
    """
    own: dict[str, JsonValue] = {"method": "custom"}
    return read_json(json.dumps({**own, **document}))


async def known(records: FrameworkRecords, owner: str, *, framework_id: str, version: int | None = None) -> Chosen:
    """A template, or a saved framework of the owner's; raises NotFound."""
    if framework_id in TEMPLATES:
        if version not in (None, FIRST_VERSION):
            raise NotFound(
                f"The template {framework_id} has one version.", field="version", next_action="Leave version away."
            )
        template = TEMPLATES[framework_id]
        return Chosen(template, tree_of(template.buckets), template=framework_id)
    stored = await records.read(owner, framework_id, version=version)
    return Chosen(stored.framework, tree_of(stored.framework.buckets), stored=stored)


async def require_valid(chosen_one: Chosen, *, then: str) -> Checked:
    """The same as `required_valid`, on a thread: many buckets take a while, and others may ask meanwhile."""
    return await anyio.to_thread.run_sync(partial(required_valid, chosen_one, then=then))


def required_valid(chosen_one: Chosen, *, then: str) -> Checked:
    """What was found, where nothing of it is an error; `then` completes "... was ...", such as `saved`.

    Raises:
        InvalidInput: with every error, at its bucket.
    """
    checked = validate(chosen_one.framework, tree=chosen_one.tree)
    if checked.errors:
        count, first = len(checked.errors), checked.errors[0]
        raise InvalidInput(
            f"The framework has {count} error{'s' if count > 1 else ''}, and nothing was {then}; the first is at "
            f"{clean(first.path)}: {first.message}",
            problems=[Problem(clean(each.path), each.message, each.code) for each in checked.errors],
            next_action="Mend the listed places; validate_framework shows what is left.",
        )
    return checked


def findings_told(findings: Iterable[tuple[str, str, str]]) -> tuple[FrameworkFinding, ...]:
    """Code, path and message of each, as answers tell them."""
    return tuple(
        FrameworkFinding(code=code, path=clean(path, None), message=message) for code, path, message in findings
    )
