"""Whose token opens what: an API that verifies by a shop's published keys."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi import Depends

from bazaar.settings import from_env
from bazaar.shop.tokens import jwks, token
from serving.app import create_app
from serving.auth import Caller, required_customer, required_scope
from serving.keys import book
from tests.serving import published
from tests.serving.shop import ED, RSA, Shop, bearer, jwk, open_shop, signed

PATH = "/v1/recommendations"


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with open_shop(jwk(ED, "ed"), jwk(RSA, "rsa")) as opened:
        yield opened


@pytest.fixture(scope="module")
def guarded(published_url: str, shop: Shop) -> Iterator[httpx.Client]:
    """An API that knows the shop's keys, and has a room for the staff and one for machines."""
    app = create_app(published.settings_of(published_url, jwks=shop.address))

    @app.get("/v1/of-staff")
    async def of_staff(caller: Annotated[Caller, Depends(required_scope("staff"))]) -> str:
        return caller.subject or (caller.key.name if caller.key else "")

    @app.get("/v1/of-prices", dependencies=[Depends(required_scope("prices"))])
    async def of_prices() -> str:
        return "open"

    @app.get("/v1/of-customers")
    async def of_customers(customer: Annotated[str, Depends(required_customer)]) -> str:
        return customer

    with published.listening(app) as where, httpx.Client(base_url=where) as client:
        yield client


def encoded(part: dict[str, Any] | bytes) -> str:
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def by_hand(header: dict[str, Any], secret: bytes | None = None, **claims: Any) -> str:
    """A token that no library would make: any header, HMAC with any bytes, or no signature."""
    body = {"sub": published.ALICE, "aud": "dealhouse", "iss": "house", "exp": int(time.time()) + 600} | claims
    text = f"{encoded(header)}.{encoded(body)}"
    return f"{text}.{encoded(hmac.new(secret, text.encode(), hashlib.sha256).digest()) if secret is not None else ''}"


PEM = RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
OTHER = ed25519.Ed25519PrivateKey.generate()
CLAIMS = {"sub": published.ALICE, "aud": "dealhouse", "iss": "house", "exp": int(time.time()) + 3600}
FORGED = {
    "alg-none": by_hand({"alg": "none", "kid": "ed"}),
    "alg-None": by_hand({"alg": "None", "kid": "rsa"}),
    "alg-empty": by_hand({"alg": "", "kid": "rsa"}),
    "no-alg": by_hand({"kid": "rsa"}, PEM),
    "hmac-by-the-public-pem": by_hand({"alg": "HS256", "kid": "rsa"}, PEM),
    "hmac-by-the-public-bytes": by_hand({"alg": "HS256", "kid": "ed"}, ED.public_key().public_bytes_raw()),
    "hmac-by-the-configured-secret": published.token(),
    "hmac-by-nothing": by_hand({"alg": "HS256", "kid": "../../dev/null"}, b""),
    "kid-of-another-type": signed(RSA, "RS256", "ed"),
    "kid-missing": signed(kid=None),
    "kid-unknown": signed(kid="nobody"),
    "kid-no-text": by_hand({"alg": "EdDSA", "kid": {"ed": 1}}),
    "kid-huge": signed(kid="e" * 3000),
    "kid-of-sql": signed(kid="ed' or '1'='1"),
    "own-key-in-the-header": jwt.encode(CLAIMS, OTHER, "EdDSA", {"kid": "ed", "jwk": jwk(OTHER, "ed")}),
    "stronger-hash": signed(RSA, "RS512", "rsa"),
    "another-padding": signed(RSA, "PS256", "rsa"),
    "expired": signed(lifetime_s=-60),
    "not-yet": signed(nbf=int(time.time()) + 600),
    "issued-tomorrow": signed(iat=int(time.time()) + 86_400),
    "no-exp": signed(exp=None),
    "no-sub": signed(sub=None),
    "no-aud": signed(aud=None),
    "no-iss": signed(iss=None),
    "another-aud": signed(aud="elsewhere"),
    "another-iss": signed(iss="elsewhere"),
    "exp-no-number": signed(exp="soon"),
    "sub-a-number": by_hand({"alg": "EdDSA", "kid": "ed"}, sub=7),
    "sub-with-newline": signed(sub="a\n"),
    "sub-huge": signed(sub="a" * 65),
    "huge": signed(filler="x" * 60_000),
    "two-parts": "e30.e30",
    "five-parts": "e30.e30.e30.e30.e30",
    "no-base64": "!.!.!",
    "deep": f"{encoded(b'[' * 2000)}.e30.e30",
    "critical": jwt.encode(CLAIMS, ED, "EdDSA", {"kid": "ed", "crit": ["exp"], "exp": 1}),
    "truncated": signed()[:-8],
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_token_opens_nothing(guarded: httpx.Client, name: str) -> None:
    answer = guarded.get(PATH, headers=bearer(FORGED[name]))
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_bit_of_the_body_turned_is_seen(guarded: httpx.Client) -> None:
    head, _, signature = signed().split(".")
    body = encoded({"sub": published.BOB, "aud": "dealhouse", "iss": "house", "exp": int(time.time()) + 600})
    assert guarded.get(PATH, headers=bearer(f"{head}.{body}.{signature}")).status_code == 401


@pytest.mark.parametrize("given", [signed(), signed(RSA, "RS256", "rsa")], ids=["EdDSA", "RS256"])
def test_both_kinds_of_signature_open_ones_own(guarded: httpx.Client, given: str) -> None:
    answer = guarded.get(PATH, headers=bearer(given))
    assert answer.status_code == 200
    assert answer.json()["source"] == "personalised"


def test_a_clock_that_is_some_seconds_off_locks_nobody_out(guarded: httpx.Client) -> None:
    assert guarded.get(PATH, headers=bearer(signed(lifetime_s=-5, nbf=int(time.time()) + 5))).status_code == 200


def test_two_tokens_are_none(guarded: httpx.Client) -> None:
    headers = [("Authorization", f"Bearer {signed()}"), ("Authorization", f"Bearer {signed(sub=published.BOB)}")]
    assert guarded.get(PATH, headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("scope", "staff", "customers"),
    [(None, 403, 200), ("customer", 403, 200), ("staff", 200, 403), ("customer staff", 200, 200), ("", 403, 403), (7, 403, 403),
     (["staff"], 403, 403), ("staffed", 403, 403), ("STAFF", 403, 403)],
)
def test_a_token_opens_what_its_scope_says(guarded: httpx.Client, scope: Any, staff: int, customers: int) -> None:
    headers = bearer(signed(scope=scope))
    assert guarded.get("/v1/of-staff", headers=headers).status_code == staff
    assert guarded.get("/v1/of-customers", headers=headers).status_code == customers
    assert guarded.get("/v1/of-prices", headers=headers).status_code == 403


def test_without_a_token_one_is_asked_for(guarded: httpx.Client) -> None:
    assert {guarded.get(path).status_code for path in ("/v1/of-staff", "/v1/of-customers", "/v1/of-prices")} == {401}


@pytest.fixture(scope="module")
def keys(published_url: str) -> dict[str, str]:
    """A key for prices, one for the staff's figures, one of yesterday and one that was revoked."""
    with book.opened(published_url) as connection:
        made = {
            "prices": book.create(connection, "pricer", ["prices"], 1000, None),
            "staff": book.create(connection, "reporter", ["staff"], 1000, 30),
            "old": book.create(connection, "of-yesterday", ["prices"], 1000, -1),
            "revoked": book.create(connection, "leaver", ["prices"], 1000, None),
        }
        book.revoke(connection, "leaver")
    return made


@pytest.mark.parametrize(
    ("name", "path", "status"),
    [
        ("prices", "/v1/of-prices", 200), ("prices", "/v1/of-staff", 403), ("prices", "/v1/of-customers", 403),
        ("staff", "/v1/of-staff", 200), ("staff", "/v1/of-prices", 403), ("old", "/v1/of-prices", 401),
        ("revoked", "/v1/of-prices", 401),
    ],
)
def test_a_service_key_opens_what_it_was_made_for(
    guarded: httpx.Client, keys: dict[str, str], name: str, path: str, status: int,
) -> None:
    assert guarded.get(path, headers={"X-API-Key": keys[name]}).status_code == status


def test_a_key_beside_a_token_speaks_for_that_shopper_with_its_own_scopes(guarded: httpx.Client, keys: dict[str, str]) -> None:
    headers = bearer(signed()) | {"X-API-Key": keys["prices"]}
    assert guarded.get("/v1/of-customers", headers=headers).json() == published.ALICE
    assert guarded.get("/v1/of-prices", headers=headers).status_code == 200


@pytest.mark.parametrize("path", ["/v1/deals", "/v1/of-prices", "/v1/recommendations"])
@pytest.mark.parametrize("key", ["", "x", *(f"dh_aaaaaaaa_{secret}" for secret in ("x" * 40, "x" * 5000, "\u00ff" + "x" * 40))])
def test_a_key_that_is_none_is_refused_even_where_none_is_asked_for(guarded: httpx.Client, path: str, key: str) -> None:
    headers = bearer(signed()) | {"X-API-Key": key}
    answer = guarded.get(path, headers={name: value.encode("latin-1") for name, value in headers.items()})  # type: ignore[arg-type]
    assert answer.status_code == 401


@pytest.mark.parametrize("secret", [None, ""])
def test_an_api_without_keys_and_secret_accepts_no_token(published_url: str, secret: str | None) -> None:
    with published.running(published_url, token_secret=secret) as where:
        for given in (signed(), published.token(), by_hand({"alg": "HS256"}, b"")):
            assert httpx.get(f"{where}{PATH}", headers=bearer(given)).status_code == 401


def test_while_the_shops_keys_cannot_be_read_a_shopper_is_told_so_and_others_are_served(published_url: str) -> None:
    with published.running(published_url, jwks=f"http://127.0.0.1:{published.free_port()}/jwks.json") as where:
        answer = httpx.get(f"{where}{PATH}", headers=bearer(signed()))
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "5"
        assert httpx.get(f"{where}/v1/trending").status_code == 200


def test_the_house_shops_tokens_are_verified_by_what_it_publishes(published_url: str, tmp_path: Path) -> None:
    shop = replace(from_env({}), token_secret="another-secret-of-a-shop-with-more-than-32-letters")
    (tmp_path / "jwks.json").write_text(json.dumps(jwks(shop)))
    with published.running(published_url, jwks=str(tmp_path / "jwks.json")) as where:
        assert httpx.get(f"{where}{PATH}", headers=bearer(token(shop, "7"))).status_code == 200
        assert httpx.get(f"{where}{PATH}", headers=bearer(token(from_env({}), "7"))).status_code == 401
