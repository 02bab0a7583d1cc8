"""Entry points of installed packages, read so that a broken package doesn't hide the others."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import Distribution, EntryPoint, distributions
from typing import Any

from trimtab.domain.outside_text import clean
from trimtab.domain.signals.strategies.strategy_failed import words_of


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """An entry point: its name as it stands there, the package with its version, and what imports the object."""

    name: str
    package: str
    load: Callable[[], Any] = field(compare=False)


@dataclass(frozen=True, slots=True, order=True)
class Unread:
    """A package whose entry points can't be read."""

    package: str
    said: str


@dataclass(frozen=True, slots=True)
class _Read:
    package: Distribution
    points: tuple[EntryPoint, ...] = ()
    said: str = ""


def entries(group: str) -> tuple[list[Entry], list[Unread]]:
    """The entry points of this group in order of their names, and the packages that can't be read.

    As for imports, the first package of a name on Python's path hides those behind it.
    """
    read = [_read(package, group) for package in distributions()]
    if not any(each.points or each.said for each in read):
        return [], []  # names stand in a file of each package, which isn't opened for nothing
    first: dict[object, _Read] = {}
    for each in read:
        first.setdefault(_key(each.package), each)
    found = [Entry(point.name, _called(each.package), point.load) for each in first.values() for point in each.points]
    return sorted(found), sorted(Unread(_called(each.package), each.said) for each in first.values() if each.said)


def _read(package: Distribution, group: str) -> _Read:
    try:
        return _Read(package, tuple(package.entry_points.select(group=group)))
    except Exception as error:  # noqa: BLE001 - a file that somebody spoiled fails in many ways
        return _Read(package, said=words_of(error))


def _key(package: Distribution) -> object:
    """Names are the same that differ only in capitals and in - _ . between words."""
    name = _fact(package, "Name")
    return re.sub(r"[-_.]+", "-", name).lower() if name else package


def _called(package: Distribution) -> str:
    """Its name and version, as far as it has them."""
    return clean(f"{_fact(package, 'Name') or 'unknown'} {_fact(package, 'Version')}")


def _fact(package: Distribution, name: str) -> str:
    try:
        return package.metadata[name] or ""
    except Exception:  # noqa: BLE001 - a file that somebody spoiled fails in many ways
        return ""
