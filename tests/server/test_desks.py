"""A desk with what it holds open: made when it is needed, and closed whole, whatever fails on the way."""

from types import SimpleNamespace

import pytest

from tests.server.noticing_store import NoticingStore, over
from tests.tools.frameworks.scripted_frameworks import ScriptedFrameworks
from tests.tools.scripted_desk import ScriptedDesk
from trimtab.server.desks import BackOffice, DeskOnNeed, FrameworksOnNeed, OpenDesk, OpenFrameworks


class Closing:
    """Tells that it is closed, or fails at it."""

    def __init__(self, name: str, told: list[str], *, fails: bool = False) -> None:
        self._name, self._told, self._fails = name, told, fails

    async def close(self) -> None:
        self._told.append(self._name)
        if self._fails:
            raise RuntimeError(self._name)


def desk_of(told: list[str], *, client_fails: bool = False) -> OpenDesk:
    store, client = Closing("store", told), Closing("client", told, fails=client_fails)
    delivery = SimpleNamespace(system=Closing("order system", told), records=Closing("records", told))
    office = BackOffice(None, None, delivery)  # type: ignore[arg-type]  # it is only closed
    return OpenDesk(ScriptedDesk(), store, office, client)  # type: ignore[arg-type]  # so are these


async def test_the_client_of_a_model_is_closed_before_what_it_judged_for() -> None:
    told: list[str] = []
    await desk_of(told).close()
    assert told == ["client", "order system", "records", "store"]


async def test_a_client_that_cant_be_closed_leaves_no_store_open() -> None:
    told: list[str] = []
    with pytest.raises(RuntimeError, match="client"):
        await desk_of(told, client_fails=True).close()
    assert told == ["client", "order system", "records", "store"]


async def test_without_a_model_only_the_store_is_closed() -> None:
    store = NoticingStore()
    await over(store).close()
    assert store.closed == 1


async def test_a_desk_that_couldnt_be_made_is_made_by_the_next_call() -> None:
    tries: list[int] = []

    def make() -> OpenDesk:
        tries.append(len(tries))
        if len(tries) == 1:
            raise RuntimeError("a broken book")
        return over(NoticingStore())

    desk = DeskOnNeed(make)
    with pytest.raises(RuntimeError, match="a broken book"):
        await desk.get()
    assert desk.made is None
    assert await desk.get() is await desk.get()
    assert len(tries) == 2


@pytest.mark.parametrize("fails", [False, True])
async def test_frameworks_let_go_of_all_that_they_hold_whatever_becomes_of_one(fails: bool) -> None:
    told: list[str] = []
    parts = (Closing("kept", told, fails=fails), Closing("reference", told), Closing("client", told))
    frameworks = ScriptedFrameworks()
    made = FrameworksOnNeed(lambda: OpenFrameworks(frameworks, *parts))  # type: ignore[arg-type]  # a client to close
    assert await made.get() is frameworks
    if fails:
        with pytest.raises(RuntimeError, match="kept"):
            await made.close()
    else:
        await made.close()
    assert sorted(told) == ["client", "kept", "reference"]
