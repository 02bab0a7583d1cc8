"""`get_server_status`."""

from tests.tools.scripted_desk import ScriptedDesk
from tests.tools.serving import call
from trimtab.workflow.ports.desk import Caller


async def test_the_desk_is_told_who_asks() -> None:
    desk = ScriptedDesk()
    await call("get_server_status", desk)
    assert desk.asked == [("status", Caller(owner="local", actor="assistant", source="assistant"))]
