"""What a client carries between two calls is opened by every process that has the key, and by no other."""

import pickle

import pytest
from mcp.server.request_state import InvalidRequestState
from pydantic import SecretStr

from trimtab.server.http import MakeApp
from trimtab.server.request_state import request_state_security, with_state_key
from trimtab.settings import Settings

OLD, NEW = SecretStr("o" * 32), SecretStr("n" * 32)


def sealed(settings: Settings) -> str:
    return request_state_security(settings).codec.seal(b"carried")


def opened(settings: Settings, token: str) -> bytes:
    return request_state_security(settings).codec.unseal(token)


def test_servers_of_the_same_keys_open_what_each_other_sealed() -> None:
    assert opened(Settings(state_keys=(OLD,)), sealed(Settings(state_keys=(OLD,)))) == b"carried"


def test_the_first_key_seals_and_all_open_so_that_keys_can_be_changed_without_a_gap() -> None:
    before, after = Settings(state_keys=(OLD, NEW)), Settings(state_keys=(NEW, OLD))
    assert opened(after, sealed(before)) == b"carried"
    assert opened(before, sealed(after)) == b"carried"
    assert opened(Settings(state_keys=(OLD,)), sealed(before)) == b"carried"


def test_without_keys_each_process_has_its_own() -> None:
    with pytest.raises(InvalidRequestState):
        opened(Settings(), sealed(Settings()))


def test_the_workers_of_one_server_share_a_key_made_at_its_start() -> None:
    shared = with_state_key(Settings())
    worker: MakeApp = pickle.loads(pickle.dumps(MakeApp(shared)))
    assert opened(worker.settings, sealed(shared)) == b"carried"


def test_the_key_is_another_at_each_start_and_is_not_shown() -> None:
    one, other = with_state_key(Settings()), with_state_key(Settings())
    assert one.state_keys != other.state_keys
    assert one.state_keys[0].get_secret_value() not in repr(one)


def test_given_keys_are_kept() -> None:
    settings = Settings(state_keys=(OLD,))
    assert with_state_key(settings) is settings
