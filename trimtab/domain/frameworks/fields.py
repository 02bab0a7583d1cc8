"""The fields of a document that somebody else wrote, read one by one; what is wrong with them is told all at once."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final, TypeVar

from trimtab.domain.errors import InvalidInput, Problem
from trimtab.domain.factors.reference_checks import near
from trimtab.domain.given import MOST_NUMBER
from trimtab.domain.outside_text import TEXT_LIMIT, clean

Document = Mapping[str, object]
"""Its numbers are the text they were written in."""
T = TypeVar("T", bound=str)

NAME_LIMIT: Final = 255

_NUMBER: Final = re.compile(r"[+-]?\d{1,40}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,3})?", re.ASCII)


@dataclass(slots=True)
class Problems:
    """What is wrong, in reading order."""

    found: list[Problem] = field(default_factory=list)

    def add(self, place: str, message: str, *, code: str = "invalid") -> None:
        """One thing more."""
        self.found.append(Problem(place, message, code))

    def refuse(self, what: str) -> None:
        """Ends the reading where anything is wrong.

        Raises:
            InvalidInput: with everything that was found.
        """
        if not self.found:
            return
        count, first = len(self.found), self.found[0]
        said = f"{count} place{'s' if count > 1 else ''} of the {what} can't be read, and nothing was taken of it"
        raise InvalidInput(
            f"{said}; the first is {first.field}: {first.message}",
            problems=self.found,
            next_action="Correct the listed places and send it again.",
        )


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one object; a field that isn't there, or is null, is left out.

    Attributes:
        document: its values by name.
        problems: takes what is wrong.
        place: where the object is, put before a field's name.
        decimal_comma: whether 0,25 is a number too.
        comma_advice: what is said behind a number with a comma where it is none.
    """

    document: Document
    problems: Problems
    place: str = ""
    decimal_comma: bool = False
    comma_advice: str = " Write it with a point."

    def wrong(self, name: str, message: str, *, code: str = "invalid") -> None:
        """Tells what is wrong with a field."""
        self.problems.add(f"{self.place}{name}", message, code=code)

    def only(self, known: Sequence[str], *, needed: Sequence[str] = ()) -> None:
        """Tells every field that isn't one of these, with what is needed and isn't there, as it may be meant by it.

        The name is only repeated where it is nearly one of ours.
        """
        lacking = [name for name in needed if self.document.get(name) in (None, "")]
        missing = f" It needs {' and '.join(lacking)}." if lacking else ""
        for name in self.document:
            if name not in known:
                hint = near(name[:TEXT_LIMIT], lacking) or near(name[:TEXT_LIMIT], [*known])
                self.problems.add(
                    self.place.rstrip(". ,") or "document",
                    f"A field is unknown here; there are {', '.join(known)}.{missing}{hint}",
                    code="unknown_field",
                )

    def text(self, name: str, default: str = "", *, limit: int | None = NAME_LIMIT) -> str:
        """One harmless line of text."""
        value = self.document.get(name)
        if value is None:
            return default
        if not isinstance(value, str):
            self.wrong(name, "This must be a text.")
            return default
        line = clean(value, None)
        if limit is not None and len(line) > limit:
            self.wrong(name, f"This has {len(line)} characters: shorten it to at most {limit}.")
        return line

    def choice(self, name: str, allowed: Sequence[T]) -> T | None:
        """One of the words that are allowed; None where none is given."""
        value = self.document.get(name)
        found = next((word for word in allowed if word == value), None)
        if value is not None and found is None:
            hint = near(value[:TEXT_LIMIT], [*allowed]) if isinstance(value, str) else ""
            self.wrong(name, f"This must be one of {', '.join(allowed)}.{hint}")
        return found

    def number(self, name: str) -> Decimal | None:
        """A number as it is written; None where none is given."""
        value = self.document.get(name)
        if value is None or value == "":
            return None
        text = value.strip() if isinstance(value, str) else ""
        text = text.replace(",", ".") if self.decimal_comma else text
        number = Decimal(text) if _NUMBER.fullmatch(text) else None
        if number is None or abs(number) > MOST_NUMBER:
            advice = self.comma_advice if _NUMBER.fullmatch(text.replace(",", ".", 1)) and "," in text else ""
            self.wrong(name, f"This must be a number such as 0.25 (for 25 %), at most {MOST_NUMBER:g}.{advice}")
            return None
        return number

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; empty where none is given."""
        value = self.document.get(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self.wrong(name, 'This must be a list of texts, such as ["ETF", "Stock"].')
            return ()
        return tuple(clean(each, None) for each in value)

    def inside(self, name: str) -> "Fields | None":
        """The fields of the object under a name; None where none is given."""
        value = self.document.get(name)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            self.wrong(name, "This must be an object: {...}.")
            return None
        return replace(self, document=value, place=f"{self.place}{name}.")

    def each(self, name: str) -> tuple["Fields", ...]:
        """The fields of each object of the list under a name."""
        value = self.document.get(name)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.wrong(name, "This must be a list of objects: [{...}, ...].")
            return ()
        for number, each in enumerate(value):
            if not isinstance(each, Mapping):
                self.wrong(f"{name}[{number}]", "This must be an object: {...}.")
        return tuple(
            replace(self, document=each, place=f"{self.place}{name}[{number}].")
            for number, each in enumerate(value)
            if isinstance(each, Mapping)
        )

    def name_among(self, names: Sequence[str]) -> str:
        """Under which of several names for one thing it is given; the first where under none."""
        given = [name for name in names if self.document.get(name) is not None]
        if len(given) > 1:
            self.wrong(given[1], f"This says the same as {given[0]}: give one of the two.")
        there = [*given, *(name for name in names if name in self.document), names[0]]
        return there[0]
