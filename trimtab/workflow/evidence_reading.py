"""A session's evidence, read into what it holds. Nothing is dropped: what isn't understood stays as it is."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from pydantic import BaseModel, JsonValue, ValidationError

from trimtab.workflow.evidence_contents import (
    LOG,
    Cancellation,
    Delivery,
    Execution,
    Inputs,
    KeptPlan,
    KeptState,
    Refusal,
)
from trimtab.workflow.log import LogEntry
from trimtab.workflow.log_details import MODEL_CALL
from trimtab.workflow.ports.model_calls import ModelCall
from trimtab.workflow.ports.records import (
    DESK,
    Approval,
    EvidenceEntry,
    Fill,
    KeptSession,
    KillSwitch,
    OrderRow,
    Parked,
    Question,
    Undone,
)

M = TypeVar("M", bound=BaseModel)

_KNOWN: Final[dict[str, type[BaseModel]]] = {
    LOG: LogEntry,
    **{
        kind.KIND: kind
        for kind in (
            Inputs,
            KeptState,
            KeptPlan,
            Refusal,
            Execution,
            Cancellation,
            Delivery,
            Question,
            Approval,
            OrderRow,
            Fill,
            Parked,
            KillSwitch,
            KeptSession,
            Undone,
        )
    },
}


@dataclass(frozen=True, slots=True)
class Reading:
    """An entry and what it holds; None where its kind, or what stands in it, isn't understood."""

    entry: EvidenceEntry
    content: BaseModel | None

    @property
    def at(self) -> datetime:
        """When it was recorded."""
        return datetime.fromisoformat(self.entry.at)


@dataclass(frozen=True, slots=True)
class Readings:
    """All of a session's evidence, in order."""

    every: tuple[Reading, ...]

    @property
    def session_id(self) -> str:
        """Whose evidence it is."""
        return self.every[0].entry.session_id

    def of(self, content: type[M]) -> Iterator[tuple[Reading, M]]:
        """The entries that hold this, in order."""
        for reading in self.every:
            if isinstance(reading.content, content):
                yield reading, reading.content

    def last(self, content: type[M]) -> M | None:
        """What of this was recorded last."""
        return next((found for reading in reversed(self.every) if isinstance(found := reading.content, content)), None)

    def latest(self, content: type[M], key: str) -> tuple[M, ...]:
        """What of this was recorded last for each value of `key`, in the order in which they first came."""
        standing: dict[object, M] = {}
        for _, found in self.of(content):
            standing[getattr(found, key)] = found
        return tuple(standing.values())

    def calls(self) -> Iterator[tuple[Reading, LogEntry, ModelCall]]:
        """The calls of a language model in the log."""
        for reading, entry in self.of(LogEntry):
            call = as_call(entry)
            if call is not None:
                yield reading, entry, call


def last_seq(readings: Readings, content: type[BaseModel]) -> int:
    """The number of the entry that holds the last of this; 0 where none does."""
    return max((reading.entry.seq for reading, _ in readings.of(content)), default=0)


def read(entries: Sequence[EvidenceEntry]) -> Readings:
    """Reads a session's evidence.

    Raises:
        ValueError: there is none, or it isn't one session's.
    """
    if len({entry.session_id for entry in entries}) != 1 or entries[0].session_id == DESK:
        raise ValueError("An evidence pack is made of the entries of one session.")
    in_order = sorted(entries, key=lambda entry: entry.seq)
    return Readings(tuple(Reading(entry, _content(entry)) for entry in in_order))


def _content(entry: EvidenceEntry) -> BaseModel | None:
    known = _KNOWN.get(entry.kind)
    if known is None:
        return None
    try:
        return known.model_validate_json(entry.content)
    except ValidationError:
        return None


def as_call(entry: LogEntry) -> ModelCall | None:
    """The call of a model that a log entry holds, None where it holds none."""
    if entry.action != MODEL_CALL:
        return None
    try:
        return ModelCall.model_validate(entry.detail)
    except ValidationError:
        return None


def purpose_of(call: ModelCall) -> str:
    """What a model was asked about: `portfolios, batch 1 of 2`."""
    return ", ".join(filter(None, (call.question, call.label)))


def texts(values: JsonValue) -> tuple[str, ...]:
    """The texts of a JSON list; none where it is something else."""
    return tuple(value for value in values if isinstance(value, str)) if isinstance(values, list) else ()


def records(values: JsonValue) -> Iterable[dict[str, JsonValue]]:
    """The objects of a JSON list; none where it is something else."""
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []
