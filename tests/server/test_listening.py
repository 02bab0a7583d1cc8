"""Where the HTTP server listens: at this machine's own address, unless somebody said who may come from elsewhere."""

import logging
import socket

import pytest

from trimtab.domain.errors import InvalidInput, SettingsError, TrimtabError, Unavailable
from trimtab.server.listening import Listening, listen, mcp_address
from trimtab.settings import Settings

NAMED = Settings(allowed_hosts=("desk.example:*",))


def refusal(where: Listening, settings: Settings | None = None) -> TrimtabError:
    with pytest.raises(TrimtabError) as refused:
        listen(where, settings or Settings()).close()
    return refused.value


def test_the_address_can_be_used_as_soon_as_it_is_known() -> None:
    with listen(Listening(port=0), Settings()) as listening:
        assert mcp_address(listening) == f"http://127.0.0.1:{listening.getsockname()[1]}/mcp"
        with socket.create_connection(listening.getsockname(), timeout=5):
            pass


def test_a_name_of_this_machine_will_do() -> None:
    with listen(Listening(host="localhost", port=0), Settings()) as listening:
        assert listening.getsockname()[0] == "127.0.0.1"


def test_an_address_of_the_newer_kind_is_written_in_brackets() -> None:
    try:
        listening = listen(Listening(host="::1", port=0), Settings())
    except TrimtabError:
        pytest.skip("this machine has no such address")
    with listening:
        assert mcp_address(listening) == f"http://[::1]:{listening.getsockname()[1]}/mcp"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_others_may_not_reach_it_while_nobody_said_by_which_name(host: str) -> None:
    refused = refusal(Listening(host=host, port=0))
    assert isinstance(refused, SettingsError)
    assert refused.field == "TRIMTAB_ALLOWED_HOSTS"
    assert "Nobody signs in" in refused.message
    assert "127.0.0.1" in refused.next_action


def test_others_may_reach_it_by_the_names_of_the_settings_and_the_log_warns(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    with listen(Listening(host="0.0.0.0", port=0), NAMED) as listening:
        assert mcp_address(listening).startswith("http://0.0.0.0:")
    assert "nobody has to sign in" in caplog.text


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = refusal(Listening(port=port))
    assert isinstance(refused, Unavailable)
    assert refused.message == f"Port {port} is in use by another program."
    assert "--port" in refused.next_action


def test_a_port_that_is_not_for_this_user_is_said_to_be_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_given: object, **_named: object) -> socket.socket:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket, "create_server", denied)
    refused = refusal(Listening(port=80))
    assert isinstance(refused, Unavailable)
    assert "may not be used by this user" in refused.message


@pytest.mark.parametrize(
    ("host", "settings"), [("no-such-name.invalid", NAMED), ("192.0.2.1", NAMED), ("x" * 300, NAMED), ("a b", NAMED)]
)
def test_an_address_that_this_machine_has_not_is_refused(host: str, settings: Settings) -> None:
    refused = refusal(Listening(host=host, port=0), settings)
    assert isinstance(refused, InvalidInput)
    assert refused.field == "--host"
    assert host not in refused.message
