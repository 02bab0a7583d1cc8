"""Keeps and finds profiles, portfolios, and the sessions that were opened for these; in the caller's transaction."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from trimtab.adapters.frameworks.refusals import other_portfolio, unknown_portfolio
from trimtab.adapters.frameworks.rows import PORTFOLIO_ROWS, PROFILE_ROWS, SESSION_ROWS, Columns, findable, hashed
from trimtab.adapters.frameworks.seeking import read
from trimtab.adapters.frameworks.stored import StoredPortfolio, StoredProfile
from trimtab.adapters.records.tables import FRAMEWORK_PORTFOLIOS, PORTFOLIO_SESSIONS, PROFILES
from trimtab.domain.frameworks.requirements import Requirements
from trimtab.workflow.evidence import canonical
from trimtab.workflow.ports.framework_records import MOST_LISTED, PortfolioRow, ProfileRow

_PORTFOLIO: Final = FRAMEWORK_PORTFOLIOS.c
_SESSION: Final = PORTFOLIO_SESSIONS.c
_NOT_CONTENT: Final = frozenset({"accepted_at", "content_hash"})


def profile_columns(owner: str, profile: ProfileRow, *, at: str) -> Columns:
    """The row of a profile that is saved now; raises ValueError where no database shall hold it."""
    wishes = profile.wishes
    row = hashed(
        {
            "owner": owner,
            "name": profile.name,
            "risk_band": wishes.risk_tolerance,
            "horizon_years": wishes.horizon_years,
            "goals": canonical(wishes.goals),
            "preferences": canonical(wishes.preferences),
            "exclusions": canonical(wishes.exclusions),
            "base_ccy": wishes.base_ccy,
            "saved_at": at,
        }
    )
    PROFILE_ROWS.require([row])
    return row


def keep_profile(connection: Connection, row: Columns) -> None:
    """Keeps it, in place of the one of that name."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    key = [column.name for column in PROFILES.primary_key]
    kept = dialect.insert(PROFILES).values(row)
    others = {name: kept.excluded[name] for name in row if name not in key}
    connection.execute(kept.on_conflict_do_update(index_elements=key, set_=others))


def list_profiles(connection: Connection, owner: str) -> tuple[ProfileRow, ...]:
    """See `FrameworkRecords.profiles`."""
    if not findable(owner):
        return ()
    those = select(*PROFILE_ROWS.raw()).where(PROFILES.c.owner == owner).order_by(PROFILES.c.name).limit(MOST_LISTED)
    found = [PROFILE_ROWS.columns(row) for row in connection.execute(those).mappings()]
    return tuple(map(_profile, PROFILE_ROWS.read(found)))


def portfolio_columns(owner: str, portfolio: PortfolioRow, *, at: str) -> Columns:
    """The row of a portfolio that is accepted now; raises ValueError where no database shall hold it."""
    row = hashed(
        {
            "owner": owner,
            "portfolio_id": portfolio.portfolio_id,
            "framework_id": portfolio.framework_id,
            "framework_version_used": portfolio.framework_version,
            "account_number": portfolio.account_number,
            "document": portfolio.document,
            "accepted_at": at,
        }
    )
    PORTFOLIO_ROWS.require([row])
    return row


def keep_portfolio(connection: Connection, row: Columns) -> PortfolioRow:
    """See `FrameworkRecords.keep_portfolio`."""
    owner = row["owner"]
    read(connection, owner, framework_id=row["framework_id"], version=row["framework_version_used"])
    its = (_PORTFOLIO.owner == owner, _PORTFOLIO.portfolio_id == row["portfolio_id"])
    if not _portfolios(connection, *its):
        _insert_absent(connection, row)
    (kept,) = _portfolios(connection, *its)
    if any(row[name] != kept[name] for name in row.keys() - _NOT_CONTENT):
        raise other_portfolio()
    return _portfolio(*PORTFOLIO_ROWS.read([kept]))


def portfolio_of(connection: Connection, owner: str, *, portfolio_id: str) -> PortfolioRow:
    """See `FrameworkRecords.portfolio`."""
    found: Sequence[Columns] = ()
    if findable(owner, portfolio_id):
        found = _portfolios(connection, _PORTFOLIO.owner == owner, _PORTFOLIO.portfolio_id == portfolio_id)
    if not found:
        raise unknown_portfolio()
    return _portfolio(*PORTFOLIO_ROWS.read(found))


def list_portfolios(connection: Connection, owner: str) -> tuple[PortfolioRow, ...]:
    """See `FrameworkRecords.portfolios`."""
    if not findable(owner):
        return ()
    return tuple(map(_portfolio, PORTFOLIO_ROWS.read(_portfolios(connection, _PORTFOLIO.owner == owner))))


def link_session(connection: Connection, owner: str, *, portfolio_id: str, session_id: str, at: str) -> None:
    """See `FrameworkRecords.link_session`; ValueError where no database shall hold the session's id."""
    its = (_PORTFOLIO.owner == owner, _PORTFOLIO.portfolio_id == portfolio_id)
    # Of several at once the others wait here, so that each gets a place of its own.
    locked = select(_PORTFOLIO.portfolio_id).where(*its).with_for_update()
    if not findable(owner, portfolio_id) or connection.execute(locked).first() is None:
        raise unknown_portfolio()
    noted = sessions_of(connection, owner, portfolio_id=portfolio_id)
    if session_id in noted:
        return
    row = {"owner": owner, "portfolio_id": portfolio_id, "session_id": session_id}
    row = hashed(row | {"position": len(noted), "noted_at": at})
    SESSION_ROWS.require([row])
    connection.execute(insert(PORTFOLIO_SESSIONS), [row])


def sessions_of(connection: Connection, owner: str, *, portfolio_id: str) -> tuple[str, ...]:
    """See `FrameworkRecords.sessions_of`."""
    if not findable(owner, portfolio_id):
        return ()
    those = select(*SESSION_ROWS.raw()).where(_SESSION.owner == owner, _SESSION.portfolio_id == portfolio_id)
    found = connection.execute(those.order_by(_SESSION.position, _SESSION.session_id)).mappings()
    return tuple(each.session_id for each in SESSION_ROWS.read([SESSION_ROWS.columns(row) for row in found]))


def _portfolios(connection: Connection, *those: ColumnElement[bool]) -> Sequence[Columns]:
    newest_first = (_PORTFOLIO.accepted_at.desc(), _PORTFOLIO.portfolio_id)
    statement = select(*PORTFOLIO_ROWS.raw()).where(*those).order_by(*newest_first).limit(MOST_LISTED)
    return [PORTFOLIO_ROWS.columns(row) for row in connection.execute(statement).mappings()]


def _insert_absent(connection: Connection, row: Columns) -> None:
    """In PostgreSQL somebody may just have kept the same; in SQLite nobody else can write now."""
    absent: Any = insert(FRAMEWORK_PORTFOLIOS)
    if connection.dialect.name != "sqlite":
        absent = postgresql.insert(FRAMEWORK_PORTFOLIOS).on_conflict_do_nothing()
    connection.execute(absent, [row])


def _profile(row: StoredProfile) -> ProfileRow:
    wishes = Requirements(
        risk_tolerance=row.risk_band,
        horizon_years=row.horizon_years,
        goals=row.goals,
        preferences=row.preferences,
        exclusions=row.exclusions,
        base_ccy=row.base_ccy,
    )
    return ProfileRow(row.name, wishes, row.saved_at)


def _portfolio(row: StoredPortfolio) -> PortfolioRow:
    return PortfolioRow(
        portfolio_id=row.portfolio_id,
        framework_id=row.framework_id,
        framework_version=row.framework_version_used,
        account_number=row.account_number,
        document=row.document,
        accepted_at=row.accepted_at,
    )
