import asyncio
import socket

import pytest
from yarl import URL

from dealhouse.errors import FetchRefusedError
from dealhouse.scraping.addresses import PublicResolver, check_literal, checked_socket, is_public, is_reachable


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"])
def test_addresses_of_the_open_internet(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "fe80::1%eth0",
        "fc00::1",
        "::ffff:127.0.0.1",
        "2002:7f00:1::",
        "ff02::1",
        "::",
        "::ffff:169.254.169.254",
        "::127.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b::169.254.169.254",
        "64:ff9b:1::8.8.8.8",
        "2002:a9fe:a9fe::1",
        "2001:0:53aa:64c:0:0:f5ff:fffe",
        "fd00:ec2::254",
        "168.63.129.16",
        "100.100.100.200",
        "192.0.2.1",
        "198.18.0.1",
        "240.0.0.1",
    ],
)
def test_addresses_that_are_not(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://[::1]/", "http://169.254.169.254/latest", "ftp://acme.example/", "file:///etc/passwd"]
)
def test_a_literal_is_refused(url: str) -> None:
    with pytest.raises(FetchRefusedError):
        check_literal(URL(url), private_allowed=False)


@pytest.mark.parametrize("host", ["127.1", "0x7f.1", "0x7f000001", "2130706433", "0177.0.0.1", "127.0.0.1."])
def test_a_number_that_only_the_system_reads_is_refused_to_everybody(host: str) -> None:
    for private_allowed in (False, True):
        with pytest.raises(FetchRefusedError, match="disguise"):
            check_literal(URL.build(scheme="http", host=host), private_allowed=private_allowed)


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "fe80::1", "0.0.0.0", "::", "224.0.0.1", "168.63.129.16", "::ffff:169.254.1.1"]
)
def test_nobody_s_own_host_is_on_the_link_or_a_cloud_s_metadata(address: str) -> None:
    assert not is_reachable(address)
    assert is_reachable("127.0.0.1")
    assert is_reachable("::1")
    assert is_reachable("10.0.0.1")


def test_no_socket_is_made_for_what_was_not_checked() -> None:
    kind = (socket.AF_INET, socket.SOCK_STREAM, 0, "")
    for address in ("127.0.0.1", "127.1", "localhost"):
        with pytest.raises(FetchRefusedError):
            checked_socket(private_allowed=False)((*kind, (address, 80)))
    checked_socket(private_allowed=True)((*kind, ("127.0.0.1", 80))).close()


def test_a_private_literal_is_allowed_only_by_word() -> None:
    check_literal(URL("http://127.0.0.1/"), private_allowed=True)
    check_literal(URL("http://acme.example/"), private_allowed=False)


@pytest.mark.parametrize("host", ["localhost", "127.1", "0x7f.0.0.1", "2130706433", "0177.0.0.1"])
def test_a_name_of_a_private_address_is_refused(host: str) -> None:
    with pytest.raises((FetchRefusedError, OSError)):
        asyncio.run(PublicResolver(private_allowed=False).resolve(host, 80))
    if host == "localhost":
        assert asyncio.run(PublicResolver(private_allowed=True).resolve(host, 80))
