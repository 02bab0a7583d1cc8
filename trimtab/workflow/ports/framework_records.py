"""What is kept of frameworks: every version for ever, profiles, and which portfolio follows which version."""

from dataclasses import dataclass
from typing import Protocol

from trimtab.domain.frameworks.framework import Framework
from trimtab.domain.frameworks.requirements import Requirements

MOST_LISTED = 1_000
"""The most that one list has."""


@dataclass(frozen=True, slots=True)
class FrameworkHead:
    """A saved framework without its buckets, as its newest version has it.

    Attributes:
        framework_id: nobody can guess it.
        version: the newest, from 1 on.
        archived: taken out of lists; it can be read, and restored.
        n_buckets: of the newest version.
        saved_at: of the newest version (ISO, UTC).
    """

    framework_id: str
    version: int
    name: str
    method: str
    base_ccy: str
    risk_band: str | None
    archived: bool
    n_buckets: int
    saved_at: str


@dataclass(frozen=True, slots=True)
class StoredFramework:
    """One version in full, exactly as it was saved. `newest` is the number of the newest version."""

    framework_id: str
    version: int
    newest: int
    archived: bool
    framework: Framework
    saved_at: str
    actor: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class VersionHead:
    """One version without its content."""

    version: int
    saved_at: str
    actor: str
    note: str


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version to be kept; `actor` is who saves it."""

    framework: Framework
    actor: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """Who invests. Saved again under one name it is replaced.

    Attributes:
        wishes: risk, horizon, goals, exclusions and base currency.
        saved_at: when (ISO, UTC); empty before.
    """

    name: str
    wishes: Requirements
    saved_at: str = ""


@dataclass(frozen=True, slots=True)
class PortfolioRow:
    """A portfolio that was accepted; it never changes.

    Attributes:
        portfolio_id: nobody can guess it.
        framework_id: which framework it follows.
        framework_version: the version it was made from.
        account_number: whose: an account of the book, or a new one.
        document: what it holds, as canonical JSON.
        accepted_at: when (ISO, UTC); empty before.
    """

    portfolio_id: str
    framework_id: str
    framework_version: int
    account_number: str
    document: str
    accepted_at: str = ""


class FrameworkRecords(Protocol):
    """Frameworks of an owner. Versions never change; what is somebody else's doesn't exist.

    Every operation may raise Unavailable, or another of the records' errors, where the database can't be used. Reading
    makes no database: where there is none, nothing is kept.
    """

    def new_id(self) -> str:
        """An id that nobody can guess."""

    async def create(self, owner: str, new: NewVersion, *, key: str | None = None) -> StoredFramework:
        """Keeps a new framework as version 1; with a `key` of a framework that it made before, that one is answered."""

    async def add_version(
        self, owner: str, framework_id: str, *, new: NewVersion, expected_version: int
    ) -> StoredFramework:
        """Keeps the next version.

        Raises:
            NotFound: there is no such framework of this owner.
            Conflict: the newest isn't `expected_version`; carries the number of the newest. Nothing is kept.
        """

    async def set_archived(self, owner: str, framework_id: str, *, archived: bool) -> FrameworkHead:
        """Archives or restores; raises NotFound."""

    async def read(self, owner: str, framework_id: str, *, version: int | None = None) -> StoredFramework:
        """A version, the newest without a number.

        Raises:
            NotFound: no such framework of this owner, or no such version.
            BrokenRecord: what stands there isn't what was written.
        """

    async def list(self, owner: str, *, archived: bool = False) -> tuple[FrameworkHead, ...]:
        """By name; with `archived` those too. At most 1,000."""

    async def versions(self, owner: str, framework_id: str) -> tuple[VersionHead, ...]:
        """All versions, the newest first; raises NotFound."""

    async def keep_profile(self, owner: str, profile: ProfileRow) -> ProfileRow:
        """Keeps it, in place of the one of that name."""

    async def profiles(self, owner: str) -> tuple[ProfileRow, ...]:
        """By name."""

    async def keep_portfolio(self, owner: str, portfolio: PortfolioRow) -> PortfolioRow:
        """Keeps it; one of the same id and content is answered as it stands.

        Raises:
            NotFound: its framework, or that version, isn't kept.
            InvalidInput: the owner has another portfolio of this id.
        """

    async def portfolio(self, owner: str, portfolio_id: str) -> PortfolioRow:
        """Raises NotFound."""

    async def portfolios(self, owner: str) -> tuple[PortfolioRow, ...]:
        """The newest first."""

    async def link_session(self, owner: str, portfolio_id: str, *, session_id: str) -> None:
        """Notes that a trading session was opened for a portfolio; once more changes nothing. Raises NotFound."""

    async def sessions_of(self, owner: str, portfolio_id: str) -> tuple[str, ...]:
        """Ids of those sessions, in the order in which they were noted."""

    async def close(self) -> None:
        """Lets go of the connection."""
