"""A profile is replaced, a portfolio never changes, and its sessions are noted once and in order."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.adapters.frameworks.sample_frameworks import kept_portfolio, new, portfolio, profile
from tests.clock import NOON, FixedClock
from trimtab.domain.errors import InvalidInput, NotFound
from trimtab.workflow.ports.framework_records import FrameworkRecords
from trimtab.workflow.ports.records import moment

FIRST = moment(NOON)
LATER = moment(NOON + timedelta(hours=1))


async def test_a_profile_saved_again_under_its_name_takes_the_others_place(
    records: FrameworkRecords, clock: FixedClock
) -> None:
    assert await records.keep_profile("jane", profile("b")) == replace(profile("b"), saved_at=FIRST)
    await records.keep_profile("jane", profile("A", goals=(), exclusions=(), preferences=()))
    await records.keep_profile("tom", profile("b", horizon_years=1))
    clock.advance(timedelta(hours=1))
    await records.keep_profile("jane", profile("b", risk_tolerance="high", goals=("two", "goals\n")))
    assert await records.profiles("jane") == (
        replace(profile("A", goals=(), exclusions=(), preferences=()), saved_at=FIRST),
        replace(profile("b", risk_tolerance="high", goals=("two", "goals\n")), saved_at=LATER),
    )
    assert [each.wishes.horizon_years for each in await records.profiles("tom")] == [1]


@pytest.mark.parametrize(
    ("column", "changes"),
    [
        ("risk_band", {"risk_tolerance": "wild"}),
        ("horizon_years", {"horizon_years": 0}),
        ("goals", {"goals": ("\ud800",)}),
    ],
)
async def test_a_profile_that_nobody_can_have_is_refused(
    records: FrameworkRecords, column: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=f"investment_profiles can't keep 1 of these rows. row 0: {column}\\."):
        await records.keep_profile("jane", profile(**changes))
    assert await records.profiles("jane") == ()


async def test_a_portfolio_is_kept_once_and_comes_back_as_it_was(records: FrameworkRecords, clock: FixedClock) -> None:
    made = await records.create("jane", new())
    given = portfolio(made.framework_id)
    kept = await records.keep_portfolio("jane", given)
    assert kept == replace(given, accepted_at=FIRST)
    clock.advance(timedelta(hours=1))
    assert await records.keep_portfolio("jane", given) == kept
    await records.add_version("jane", made.framework_id, new=new(), expected_version=1)
    newer = await records.keep_portfolio("jane", portfolio(made.framework_id, "p-2", framework_version=2))
    assert await records.portfolio("jane", "p-1") == kept
    assert await records.portfolios("jane") == (newer, kept)


@pytest.mark.parametrize("changes", [{"document": "[]"}, {"account_number": "ACC-2"}, {"framework_version": 2}])
async def test_another_portfolio_under_the_same_id_is_refused(
    records: FrameworkRecords, changes: dict[str, Any]
) -> None:
    kept = await kept_portfolio(records)
    await records.add_version("jane", kept.framework_id, new=new(), expected_version=1)
    with pytest.raises(InvalidInput, match="holds something else, and never changes"):
        await records.keep_portfolio("jane", portfolio(kept.framework_id, **changes))
    assert await records.portfolio("jane", "p-1") == kept


async def test_two_owners_may_have_portfolios_of_one_id(records: FrameworkRecords) -> None:
    await kept_portfolio(records, "jane")
    toms = await kept_portfolio(records, "tom")
    assert await records.portfolio("tom", "p-1") == toms
    assert (await records.portfolio("jane", "p-1")).framework_id != toms.framework_id


async def test_a_portfolio_of_a_version_that_is_not_kept_is_refused(records: FrameworkRecords) -> None:
    made = await records.create("jane", new())
    with pytest.raises(NotFound, match="has no version 2"):
        await records.keep_portfolio("jane", portfolio(made.framework_id, framework_version=2))
    with pytest.raises(ValueError, match="row 0: document"):
        await records.keep_portfolio("jane", portfolio(made.framework_id, document="{"))
    assert await records.portfolios("jane") == ()


async def test_sessions_are_noted_once_and_told_in_their_order(records: FrameworkRecords) -> None:
    kept = await kept_portfolio(records)
    assert await records.sessions_of("jane", kept.portfolio_id) == ()
    for session in ("ts_b", "ts_a", "ts_b", "ts_c"):
        await records.link_session("jane", kept.portfolio_id, session_id=session)
    assert await records.sessions_of("jane", kept.portfolio_id) == ("ts_b", "ts_a", "ts_c")
    with pytest.raises(ValueError, match="row 0: session_id"):
        await records.link_session("jane", kept.portfolio_id, session_id="a\0")


async def test_of_many_at_once_each_portfolio_and_session_is_kept_once(several: Sequence[FrameworkRecords]) -> None:
    made = await several[0].create("jane", new())
    ids = [f"p-{number}" for number in range(5)]
    kept = [each.keep_portfolio("jane", portfolio(made.framework_id, one)) for one in ids for each in several]
    await asyncio.gather(*kept)
    assert [each.portfolio_id for each in await several[0].portfolios("jane")] == ids
    sessions = [f"ts_{number}" for number in range(5)]
    await asyncio.gather(*(each.link_session("jane", "p-0", session_id=one) for one in sessions for each in several))
    assert sorted(await several[-1].sessions_of("jane", "p-0")) == sessions
