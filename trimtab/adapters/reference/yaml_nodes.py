"""YAML as it is written: keys and values with their lines, values as text.

YAML takes `ON`, `NO` and `1e5` for something else than tickers, and keeps the last of two equal keys without a word; so
the text of every value is read as it stands, and nothing is made of it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import yaml

from trimtab.domain.errors import Fault
from trimtab.domain.factors.reference_checks import near
from trimtab.domain.outside_text import TEXT_LIMIT, clean

_NULL: Final = "tag:yaml.org,2002:null"


@dataclass(frozen=True, slots=True)
class Place:
    """A value of the file, and the keys that lead to it."""

    node: yaml.Node
    path: tuple[str, ...] = ()

    @property
    def line(self) -> int:
        """Where it begins, from 1."""
        return int(self.node.start_mark.line) + 1

    @property
    def name(self) -> str:
        """The path as a reader finds it."""
        return ".".join(clean(key, TEXT_LIMIT) for key in self.path)

    @property
    def is_text(self) -> bool:
        """Whether it is a single value."""
        return isinstance(self.node, yaml.ScalarNode)

    @property
    def has_entries(self) -> bool:
        """Whether it is a mapping with something in it."""
        return isinstance(self.node, yaml.MappingNode) and bool(self.node.value)


@dataclass(slots=True)
class Reading:
    """A file while it is read, and all that is wrong with it."""

    file: str
    faults: list[Fault] = field(default_factory=list)

    def fault(self, place: Place, message: str, *, code: str = "not_allowed") -> None:
        """Notes what is wrong there."""
        self.faults.append(Fault(self.file, place.line, place.name or None, message, code))

    def root(self, text: str) -> Place | None:
        """The whole file; None, and a fault, where it isn't YAML or is empty."""
        try:
            node = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            line = None if error.problem_mark is None else error.problem_mark.line + 1
            self.faults.append(Fault(self.file, line, None, f"This isn't YAML: {error.problem}.", "syntax"))
            return None
        except (yaml.YAMLError, RecursionError):
            self.faults.append(Fault(self.file, None, None, "The file isn't YAML that can be read.", "syntax"))
            return None
        if node is None:
            self.faults.append(Fault(self.file, None, None, "The file is empty.", "missing"))
        return None if node is None else Place(node)

    def entries(self, place: Place, *, what: str) -> Iterator[tuple[str, Place]]:
        """Keys with their places; a fault for a key that is there twice, and where it isn't a mapping or is empty."""
        if not isinstance(place.node, yaml.MappingNode) or not place.node.value:
            self.fault(place, f"Here belongs a mapping: {what}.", code="missing")
            return
        seen: set[str] = set()
        for key_node, node in place.node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else ""
            below = Place(node, (*place.path, key))
            if not key or key_node.tag == _NULL:
                self.fault(Place(key_node, place.path), "A key has to be a text.")
            elif key in seen:
                self.fault(Place(key_node, below.path), "This key stands here twice.", code="twice")
            else:
                seen.add(key)
                yield key, below

    def fields(self, place: Place, *, known: Iterable[str], what: str) -> dict[str, Place]:
        """The named fields of a mapping; a fault for each that isn't known."""
        allowed = list(known)
        found = dict(self.entries(place, what=what))
        for name in [name for name in found if name not in allowed]:
            hint = near(name, allowed)
            self.fault(found.pop(name), f"There is no such field; there are {', '.join(allowed)}.{hint}")
        return found

    def text(self, place: Place) -> str | None:
        """A value as it is written; None, and a fault, where it isn't a single one."""
        if isinstance(place.node, yaml.ScalarNode) and place.node.tag != _NULL:
            return str(place.node.value)
        self.fault(place, "Here belongs a single value.", code="missing")
        return None

    def items(self, place: Place) -> list[Place]:
        """The values of a list; a fault where it isn't one."""
        if isinstance(place.node, yaml.SequenceNode):
            return [Place(node, (*place.path, str(number))) for number, node in enumerate(place.node.value)]
        self.fault(place, "Here belongs a list: [A, B].")
        return []
