import asyncio

import pytest
from yarl import URL

from dealhouse.errors import FetchRefusedError
from dealhouse.scraping.addresses import PublicResolver, check_literal, is_public


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
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


def test_a_private_literal_is_allowed_only_by_word() -> None:
    check_literal(URL("http://127.0.0.1/"), private_allowed=True)
    check_literal(URL("http://acme.example/"), private_allowed=False)


@pytest.mark.parametrize("host", ["localhost", "127.1", "0x7f.0.0.1", "2130706433", "0177.0.0.1"])
def test_a_name_of_a_private_address_is_refused(host: str) -> None:
    with pytest.raises((FetchRefusedError, OSError)):
        asyncio.run(PublicResolver(private_allowed=False).resolve(host, 80))
    if host == "localhost":
        assert asyncio.run(PublicResolver(private_allowed=True).resolve(host, 80))
