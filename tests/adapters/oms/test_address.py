"""Which URLs name an order system, and that a password in one is used and never shown."""

import pytest

from tests.adapters.oms.wire_server import said, serving
from trimtab.adapters.oms.address import address_of
from trimtab.adapters.oms.client import HttpOrderSystem
from trimtab.domain.errors import SettingsError
from trimtab.workflow.ports.order_system import NotSent

PAPER = {"GET /paper": said({"kind": "paper-oms", "version": "1"})}


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://127.0.0.1:8770", "http://127.0.0.1:8770"),
        ("http://127.0.0.1:8770/", "http://127.0.0.1:8770"),
        ("HTTPS://OMS.example/desk/", "https://oms.example/desk"),
        ("https://oms.example/desk/api/rebalancing/", "https://oms.example/desk"),
        ("http://[::1]:8770", "http://[::1]:8770"),
        ("https://anne:s%40cret@oms.example:8443", "https://oms.example:8443"),
    ],
)
def test_an_address_is_the_url_without_user_password_and_the_interfaces_own_path(url, address):
    assert address_of(url).url == address


@pytest.mark.parametrize(
    "url",
    [
        "",
        "oms.example:8770",
        "//oms.example",
        "ftp://oms.example",
        "http://",
        "http://:8770",
        "http://oms.example:0",
        "http://oms.example:99999",
        "http://oms.example:port",
        "http://oms..example",
        "http://oms.example\n",
        "http://oms.example?account=1",
        "http://anne:s3cret@oms.example#part",
    ],
)
def test_a_url_that_nothing_can_be_sent_to_is_refused_without_being_quoted(url):
    with pytest.raises(SettingsError) as refused:
        HttpOrderSystem(url)
    assert refused.value.field == "TRIMTAB_OMS"
    assert "https://oms.example:8443/desk" in refused.value.message
    assert "s3cret" not in repr(refused.value)
    assert refused.value.__cause__ is None


async def test_user_and_password_of_the_url_are_sent_as_they_are_meant():
    async with serving(PAPER) as server:
        system = HttpOrderSystem(server.address.replace("//", "//anne:s%40cret@"))
        await system.require("simulated")
        await system.close()
    assert server.asked[0].headers["authorization"] == "Basic YW5uZTpzQGNyZXQ="


async def test_without_a_password_nothing_is_sent_as_one():
    async with serving(PAPER) as server:
        system = HttpOrderSystem(server.address)
        await system.require("simulated")
        await system.close()
    assert "authorization" not in server.asked[0].headers


async def test_a_password_is_in_no_name_and_no_error():
    async with serving({}) as server:
        nobody = server.address.replace("//", "//anne:s3cret@")
    system = HttpOrderSystem(nobody)
    with pytest.raises(NotSent) as failed:
        await system.require("live")
    await system.close()
    assert system.name == server.address
    assert server.address in failed.value.message
    shown = f"{failed.value!r} {failed.value.__cause__!r} {system.__dict__!r} {address_of(nobody)!r}"
    assert "s3cret" not in shown
    assert "anne" not in shown


async def test_a_path_of_the_url_stands_before_that_of_the_interface():
    async with serving({"GET /desk/paper": PAPER["GET /paper"]}) as server:
        system = HttpOrderSystem(f"{server.address}/desk/")
        await system.require("simulated")
        await system.close()
    assert server.places() == ["GET /desk/paper"]
