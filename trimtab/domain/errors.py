"""What can go wrong, as types that carry the five fields every caller gets.

TrimtabError
├── InvalidInput        an argument is wrong; the message says what is allowed
├── NotFound            a session, portfolio or instrument that isn't there (or has expired)
├── Conflict            somebody else changed the session or framework; carries the fresh version
├── WrongPhase          the step isn't possible in the session's phase or workflow mode
├── Blocked             a hard failure: the rule's name is the code of each problem
├── Unavailable         a store or file that can't be reached now; trying again may help
├── TooManyRequests     a caller asked more often than is allowed; carries when to try again
├── NewerVersion        data that a newer release wrote; only that release can read it
├── OlderVersion        a database in the form of an older release; it has to be upgraded first
├── BrokenRecord        what is kept of a session isn't what was written, or doesn't lead to its plan
├── SettingsError       the server may not start like this
└── FilesRefused        structural faults of files, all at once
    ├── BookRefused     of a book
    ├── MarketRefused   of market data
    ├── ProductsRefused     of the products of allocation frameworks
    └── ReferenceRefused    of a file of reference data
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where (`field`), and what is allowed there."""

    field: str
    message: str
    code: str = "invalid"


class TrimtabError(Exception):
    """Base of every error that a caller may see. The text is ours; it never quotes outside text unescaped."""

    code: ClassVar[str] = "error"
    retryable: ClassVar[bool] = False
    default_next_action: ClassVar[str] = ""

    def __init__(
        self,
        message: str,
        *,
        field: str | None = None,
        next_action: str | None = None,
        problems: Sequence[Problem] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field if field is not None or not problems else problems[0].field
        self.next_action = next_action or self.default_next_action
        self.problems = tuple(problems)


def _duration(seconds: int) -> str:
    hours, minutes = divmod(-(-seconds // 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


class InvalidInput(TrimtabError):
    """An argument has a wrong value."""

    code = "invalid_argument"
    default_next_action = "Correct the named field and call again."


class NotFound(TrimtabError):
    """What was named does not exist, has expired, or belongs to somebody else."""

    code = "not_found"
    default_next_action = "Call open_session to start a new session."


class Conflict(TrimtabError):
    """The session, or what `next_action` names, changed since it was read; `version` is the one that stands now."""

    code = "conflict"
    retryable = True

    def __init__(
        self, message: str, *, version: int, next_action: str | None = None, problems: Sequence[Problem] = ()
    ) -> None:
        again = f"Read the session again and retry with expected_version {version}."
        super().__init__(message, field="expected_version", next_action=next_action or again, problems=problems)
        self.version = version


class WrongPhase(TrimtabError):
    """The step isn't possible now."""

    code = "wrong_phase"
    default_next_action = "Call get_session to see the phase and what is open."


class Blocked(TrimtabError):
    """Hard failures: nothing was stored."""

    code = "blocked"
    default_next_action = "Correct what the listed rules forbid, then call again."


class Unavailable(TrimtabError):
    """A store or a file can't be reached at the moment."""

    code = "unavailable"
    retryable = True
    default_next_action = "Try again in a few seconds."


class TooManyRequests(TrimtabError):
    """A caller asked more often than is allowed; `retry_after_seconds` is when that begins anew.

    `headers` say the same to programs that speak HTTP.
    """

    code = "too_many_requests"
    retryable = True

    def __init__(self, message: str, *, seconds: int, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message, next_action=f"Try again in {_duration(seconds)}; tools over MCP aren't counted.")
        self.retry_after_seconds = seconds
        self.headers = dict(headers or {})


class NewerVersion(TrimtabError):
    """A newer release wrote this data, and this one doesn't know its form."""

    code = "newer_version"
    default_next_action = "Use the newer release, or start anew with another store."


class OlderVersion(TrimtabError):
    """A database has the form of an older release; nothing was changed in it."""

    code = "older_version"
    default_next_action = "Make a copy of the database, then run `trimtab records upgrade`."


class BrokenRecord(TrimtabError):
    """A session's record was changed, or can't be gone through again."""

    code = "broken_record"
    default_next_action = "Don't trust this session's record; look at what changed it."


class SettingsError(TrimtabError):
    """A setting has a value that isn't allowed."""

    code = "settings"
    default_next_action = "Correct the setting and start again."


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """A fault in a book's file: `line` counts from 1 with the header, None where there is no line.

    A message may show what stands in the file; `own_words` is then the same without it, for a caller who isn't the
    file's keeper.
    """

    file: str
    line: int | None
    column: str | None
    message: str = field(compare=False)
    code: str = field(default="fault", compare=False)
    own_words: str | None = field(default=None, compare=False)

    def __str__(self) -> str:
        """`file:line column: message`, as editors understand it."""
        return self._placed(self.message)

    @property
    def without_content(self) -> str:
        """The same line, with nothing of what the file holds."""
        return self._placed(self.message if self.own_words is None else self.own_words)

    def _placed(self, message: str) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {message}" if self.column is None else f"{place} {self.column}: {message}"


class FilesRefused(TrimtabError):
    """Base of what is said of files with structural faults; `faults` are all of them, in file order."""

    what: ClassVar[str]

    def __init__(self, name: str, faults: Sequence[Fault]) -> None:
        count = f"{len(faults)} fault" + ("s" if len(faults) != 1 else "")
        super().__init__(f"The {self.what} {name} has {count}; the first: {faults[0].without_content}", field=self.what)
        self.faults = tuple(faults)


class BookRefused(FilesRefused):
    """A book with structural faults."""

    what = "book"
    code = "book_refused"
    default_next_action = "Correct the listed places; `trimtab book check PATH` lists all of them."


class MarketRefused(FilesRefused):
    """Market data with structural faults."""

    what = "market"
    code = "market_refused"
    default_next_action = "Correct the listed places; `trimtab factors check PATH` lists all of them."


class ProductsRefused(FilesRefused):
    """Products of allocation frameworks with faults."""

    what = "products folder"
    code = "products_refused"
    default_next_action = "Correct the listed places; every fault is listed with its file and line."


class ReferenceRefused(FilesRefused):
    """A file of reference data with faults."""

    what = "reference file"
    code = "reference_refused"
    default_next_action = "Correct the listed places; nothing was changed."
