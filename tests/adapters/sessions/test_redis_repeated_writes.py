"""A write that reaches the server a second time is known again, though others have written meanwhile."""

import secrets
from pathlib import Path

import pytest

from tests.adapters.sessions.redis_stores import actions, changed, opened, redis_store
from tests.adapters.sessions.stores import place_of
from trimtab.domain.errors import Conflict

REMEMBERED = 64


@pytest.mark.parametrize("kind", ["valkey", "redis"])
async def test_the_last_writes_of_a_session_are_answered_again_and_older_ones_are_conflicts(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with redis_store(place_of(kind, tmp_path)) as store:
        first = await opened(store)

        async def write_first() -> int:
            with monkeypatch.context() as patch:
                patch.setattr(secrets, "token_hex", lambda _bytes: "the first")
                return (await changed(store, first, "first")).version

        session = await store.read(first.session_id, "jane")
        assert await write_first() == 2
        for number in range(REMEMBERED - 1):
            session = await store.read(first.session_id, "jane")
            session = await changed(store, session, str(number))
        assert await write_first() == 2
        assert await store.read(first.session_id, "jane") == session
        await changed(store, session, "one more")
        with pytest.raises(Conflict):
            await write_first()
        assert (await actions(store, first)).count("first") == 1
