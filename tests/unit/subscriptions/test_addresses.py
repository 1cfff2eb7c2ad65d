"""Where calls to URLs that others give may go: nowhere inside a network, whatever the address looks like."""

from collections.abc import Sequence
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.calls.addresses import (
    NOT_PUBLIC,
    ForbiddenAddressError,
    ForbiddenUrlError,
    Outside,
    UnknownHostError,
)
from adapters.settings import OutsideSettings

INSIDE = [
    "0.0.0.0",  # noqa: S104 - an address like any other here
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.251",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.1.2.3",
    "::ffff:169.254.169.254",
    "::ffff:7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "3fff::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "",
    "localhost",
    "127.1",
]
OUTSIDE = ["1.1.1.1", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]


def outside(*addresses: str, **more: object) -> Outside:
    """Names stand for these addresses."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        return addresses

    return Outside(resolve=resolve, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("address", INSIDE)
async def test_a_name_that_leads_inside_is_refused(address: str) -> None:
    """Private, loopback, link-local, reserved, multicast, documentation; also where IPv6 only carries it."""
    with pytest.raises(ForbiddenAddressError) as caught:
        await outside(address).check("https://receiver.example/hooks")
    assert not address or address not in str(caught.value), "whoever gave the name learns nothing of the network"


@pytest.mark.parametrize("address", OUTSIDE)
async def test_a_name_that_leads_outside_is_called(address: str) -> None:
    """The public internet, also just beside a range that is not."""
    await outside(address).check("https://receiver.example/hooks")


@pytest.mark.parametrize("order", [("1.1.1.1", "10.0.0.1"), ("10.0.0.1", "1.1.1.1")])
async def test_one_address_inside_is_enough_to_refuse(order: tuple[str, str]) -> None:
    """Whichever comes first: the next look-up might give the other."""
    with pytest.raises(ForbiddenAddressError):
        await outside(*order).check("https://receiver.example/")


async def test_a_name_without_an_address_is_not_called() -> None:
    """And the error says that it is the name."""
    with pytest.raises(UnknownHostError, match=r"receiver\.example"):
        await outside().check("https://receiver.example/")


@given(st.sampled_from(sorted(NOT_PUBLIC)), st.data())
def test_no_address_of_the_table_gets_through(network: str, data: st.DataObject) -> None:
    """Whatever address of a range is taken, its first and last among them."""
    found = ip_network(network)
    number = data.draw(st.integers(0, found.num_addresses - 1) | st.sampled_from([0, found.num_addresses - 1]))
    assert outside().why_not(str(found[number]))


@pytest.mark.parametrize(
    "url",
    [
        "http://receiver.example/",
        "ftp://receiver.example/",
        "file:///etc/passwd",
        "gopher://receiver.example/",
        "//receiver.example/",
        "https:///hooks",
        "https://user@receiver.example/",
        "https://user:word@receiver.example/",
        "https://receiver.example/#here",
        "https://receiver.example:0/",
        "https://receiver.example:99999/",
        "https://[::1/",
        "https://010.8.8.8/",
        "https://receiver.example/a b",
        "https://receiver.example/\r\nX: y",
        "https://alıcı.example/",
        "https://receiver.example/" + "a" * 2000,
        "",
    ],
)
def test_urls_of_another_form_are_refused(url: str) -> None:
    """Only https, with a host, without names, fragments, or anything that one program reads otherwise than another."""
    with pytest.raises(ForbiddenUrlError):
        outside("1.1.1.1").check_url(url)


@pytest.mark.parametrize(
    "url", ["https://receiver.example", "https://receiver.example:8443/hooks?who=us", "https://[2606:4700::1]/"]
)
def test_ordinary_urls_are_taken(url: str) -> None:
    """With port and query too."""
    assert outside("1.1.1.1").check_url(url)


async def test_settings_open_a_network_of_ones_own() -> None:
    """That one and no other, also where IPv6 carries it; and http only where it is said."""
    settings = OutsideSettings.model_validate({"networks": ["10.1.0.0/16"], "http": True})
    ours = Outside.of(settings)
    assert ours.why_not("10.1.2.3") == ours.why_not("::ffff:10.1.2.3") == ""
    assert ours.why_not("10.2.0.1").startswith("private")
    assert ours.check_url("http://receiver.example/") == "receiver.example"
