"""Reads a page as a browser does: its elements, and the text that a reader sees."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from html.parser import HTMLParser

from pydantic import JsonValue

from tests.workflow.kept_sessions import Records
from trimtab.workflow.evidence import chained, head_after
from trimtab.workflow.ports.records import Evidence

VOID = frozenset({"meta", "br"})
SILENT = frozenset({"style", "title", "script"})
INLINE = frozenset({"a", "bdi", "code", "small", "span", "strong", "time"})


@dataclass(frozen=True)
class Element:
    """An element as it was opened."""

    tag: str
    attributes: Mapping[str, str]


@dataclass
class Page(HTMLParser):
    """A page that was read; `misplaced` are end tags that close something else."""

    elements: list[Element] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    misplaced: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)
        if tag not in INLINE:
            self.texts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.misplaced.append(tag)

    def handle_data(self, data: str) -> None:
        if not SILENT & set(self.open):
            self.texts.append(data)

    def of(self, tag: str) -> list[Element]:
        """Its elements of this tag."""
        return [element for element in self.elements if element.tag == tag]

    @cached_property
    def text(self) -> str:
        """What a reader sees, on one line, once all was read."""
        return " ".join("".join(self.texts).split())


def read(page: str) -> Page:
    found = Page()
    found.feed(page)
    found.close()
    return found


def reworded(records: Records, words: Mapping[str, str]) -> Records:
    """The same records, with these texts in the place of others, in a chain of their own."""
    made = Records()
    for entry in records.entries:
        evidence = Evidence(
            kind=entry.kind,
            actor=entry.actor,
            source=entry.source,
            session_id=entry.session_id,
            content=_reworded_content(json.loads(entry.content), words),
        )
        [kept] = chained(made.head, (evidence,), at=_at(records))
        made.head = head_after(made.head, (kept,), at=_at(records))
        made.entries.append(kept)
    return made


def _at(records: Records) -> datetime:
    assert records.head.at is not None
    return records.head.at


def _reworded_content(content: dict[str, JsonValue], words: Mapping[str, str]) -> dict[str, JsonValue]:
    return {name: _reworded(value, words) for name, value in content.items()}


def _reworded(value: JsonValue, words: Mapping[str, str]) -> JsonValue:
    if isinstance(value, str):
        for plain, other in words.items():
            value = value.replace(plain, other)
        return value
    if isinstance(value, list):
        return [_reworded(each, words) for each in value]
    return _reworded_content(value, words) if isinstance(value, dict) else value
