from collections.abc import Callable
from typing import Any

import httpx
import pytest

from serving import letters
from tests.serving import published
from tests.serving.routers.conftest import LINKS

Ask = Callable[..., httpx.Response]
Execute = Callable[..., list[tuple[Any, ...]]]
CHOSEN = {
    "country": "DE", "currency": "EUR", "language": "de", "categories": ["audio"], "brands": ["Volt"], "is_personalised": False,
    "channels": ["email", "inbox"], "timezone": "Europe/Berlin", "quiet_from": "21:00:00", "quiet_until": "08:00:00",
    "digest": "daily", "is_unsubscribed": False,
}
ADDRESS = "ann@mail.example"


def link(purpose: str, customer: str, detail: str = "") -> str:
    said = f"{purpose}.{customer}.{detail}"
    return f"/letters/{said}.{letters.sign(said, LINKS)}"


def test_preferences_are_the_defaults_until_chosen(ask: Ask) -> None:
    told = ask("GET", "/preferences").json()
    assert (told["channels"], told["digest"], told["is_personalised"], told["updated_at"]) == (["inbox"], "off", True, None)
    put = ask("PUT", "/preferences", CHOSEN)
    assert put.status_code == 200
    assert {name: put.json()[name] for name in CHOSEN} == CHOSEN
    assert ask("GET", "/preferences").json() == put.json()
    assert ask("PUT", "/preferences", {}).json()["country"] is None, "what is left out takes its default"


@pytest.mark.parametrize("change", [
    {"timezone": "Mars/Base"}, {"timezone": "../etc"}, {"country": "Germany"}, {"channels": ["fax"]}, {"quiet_from": None},
    {"quiet_from": "25:00"}, {"quiet_from": "21:00+02:00"}, {"digest": "hourly"}, {"brands": ["x"] * 51}, {"language": "deutsch"},
    {"customer_key": published.BOB},
])
def test_preferences_that_are_none_are_refused(ask: Ask, change: dict[str, Any]) -> None:
    assert ask("PUT", "/preferences", CHOSEN | change).status_code == 422


def test_consents_are_only_added(ask: Ask, execute: Execute, shopper: str) -> None:
    def answer(granted: bool, version: str = "1") -> int:
        return ask("POST", "/consents", {"purpose": "alerts", "granted": granted, "text_version": version}).status_code

    assert [answer(True), answer(True), answer(False), answer(True, "2")] == [201, 200, 201, 201]
    told = ask("GET", "/consents").json()
    assert told["current"] == {"alerts": True}
    assert [(one["granted"], one["text_version"]) for one in told["items"]] == [(True, "2"), (False, "1"), (True, "1")]
    assert execute("select count(*) from inbox.consent where customer_key = %s", shopper) == [(3,)]


def test_an_address_goes_in_and_never_comes_out(ask: Ask, execute: Execute, shopper: str) -> None:
    put = ask("PUT", "/contacts/email", {"address": ADDRESS})
    assert put.json() == {"has_email": True, "is_verified": False, "has_webhook": False}
    assert ADDRESS not in put.text + ask("GET", "/contacts").text
    assert execute("select address from contact.address where customer_key = %s", shopper) == [(ADDRESS,)]
    assert ask("DELETE", "/contacts/email").status_code == 204
    assert ask("GET", "/contacts").json()["has_email"] is False


@pytest.mark.parametrize("address", ["ann", "ann@", "@x.example", "a b@x.example", "ann@x.example\nBcc: bob@x.example", "a@x",
                                     "x" * 250 + "@x.example", "ann@[127.0.0.1]", "ann@x.example,bob@x.example", "änn@x.example"])
def test_what_is_no_address_is_refused(ask: Ask, address: str) -> None:
    assert ask("PUT", "/contacts/email", {"address": address}).status_code == 422


def test_a_webhook_has_a_secret_of_its_own(ask: Ask, execute: Execute, shopper: str) -> None:
    secrets = [ask("PUT", "/contacts/webhook", {"url": "https://hooks.example/x"}).json()["secret"] for _ in range(2)]
    assert len(set(secrets)) == 2
    assert execute("select url, secret from contact.webhook where customer_key = %s", shopper) == [
        ("https://hooks.example/x", secrets[1]),
    ]
    assert ask("DELETE", "/contacts/webhook").status_code == 204
    assert ask("GET", "/contacts").json()["has_webhook"] is False


@pytest.mark.parametrize("url", ["ftp://x.example", "javascript:alert(1)", "https://u:p@x.example", "https://", "x", "https://x:99999",
                                 "https://x.example/\n", "http://[::1"])
def test_what_is_no_webhook_is_refused(ask: Ask, url: str) -> None:
    assert ask("PUT", "/contacts/webhook", {"url": url}).status_code == 422


def test_a_link_asks_before_it_unsubscribes(shop: tuple[httpx.Client, str], ask: Ask, shopper: str) -> None:
    path = link("unsubscribe", shopper)
    page = shop[0].get(path)
    assert (page.status_code, page.headers["cache-control"], page.headers["content-type"][:9]) == (200, "no-store", "text/html")
    assert 'method="post"' in page.text
    assert ask("GET", "/preferences").json()["is_unsubscribed"] is False
    for _ in range(2):
        assert shop[0].post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert ask("GET", "/preferences").json()["is_unsubscribed"] is True
    assert ask("PUT", "/preferences", CHOSEN).json()["is_unsubscribed"] is False, "the shopper's own word counts again"


def test_a_link_confirms_the_address_that_it_was_sent_to(
    shop: tuple[httpx.Client, str], ask: Ask, execute: Execute, shopper: str
) -> None:
    ask("PUT", "/contacts/email", {"address": ADDRESS})
    (hash_of,) = execute("select contact.hash_of(%s)", ADDRESS.upper())[0]
    assert shop[0].post(link("confirm", shopper, "0" * 64)).status_code == 404
    assert shop[0].post(link("confirm", shopper, hash_of)).status_code == 200
    assert ask("GET", "/contacts").json()["is_verified"] is True
    ask("PUT", "/contacts/email", {"address": "other@mail.example"})
    assert shop[0].post(link("confirm", shopper, hash_of)).status_code == 404
    assert ask("GET", "/contacts").json()["is_verified"] is False


@pytest.mark.parametrize("token", ["x", "unsubscribe.a..x", "unsubscribe.a.b.c.d", "spend.a..x", "x" * 600, "..." , "%00.a.b.c"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_link_that_is_not_ours_does_nothing(shop: tuple[httpx.Client, str], method: str, token: str) -> None:
    assert shop[0].request(method, f"/letters/{token}").status_code in (404, 422)


def test_a_link_speaks_for_one_purpose_and_one_person(shop: tuple[httpx.Client, str], shopper: str) -> None:
    signature = link("unsubscribe", shopper).rsplit(".", 1)[1]
    assert shop[0].post(f"/letters/unsubscribe.{published.BOB}..{signature}").status_code == 404
    assert shop[0].post(f"/letters/confirm.{shopper}..{signature}").status_code == 404
