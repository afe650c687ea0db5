import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from serving.jwks import FRESH_S, KEPT_S, REFETCH_S, RETRY_S, Key, KeySet, keys_of
from serving.problems import UnavailableError
from tests.serving.shop import ED, RSA, jwk, open_shop
from tests.serving.test_limits import Clock


def parsed(*keys: Any) -> dict[str, Key]:
    return keys_of(json.dumps({"keys": keys}).encode())


def test_a_keys_type_says_its_algorithm() -> None:
    assert {kid: key.algorithm for kid, key in parsed(jwk(ED, "ed"), jwk(RSA, "rsa")).items()} == {"ed": "EdDSA", "rsa": "RS256"}


@pytest.mark.parametrize(
    "key",
    [
        {"kty": "oct", "kid": "k", "k": "c2VjcmV0"},
        {"kty": "EC", "kid": "k", "crv": "P-256", "x": "x", "y": "y"},
        jwk(RSA, "k", alg="RS512"),
        jwk(RSA, "k", use="enc"),
        jwk(rsa.generate_private_key(public_exponent=65537, key_size=1024), "k"),
        {"kty": "RSA", "kid": "k"},
        {"kty": "OKP", "crv": "Ed448", "x": "AAAA", "kid": "k"},
        {name: value for name, value in jwk(ED, "k").items() if name != "kid"},
        jwk(ED, "k") | {"d": "AAAA"},
        jwk(ED, "k") | {"kid": 7},
    ],
    ids=lambda key: f"{key.get('kty')}-{key.get('alg')}-{key.get('use')}-{len(key)}",
)
def test_what_may_sign_no_token_is_passed_over(key: dict[str, Any]) -> None:
    assert set(parsed(key, jwk(ED, "ed"))) == {"ed"}


@pytest.mark.parametrize("document", [b"", b"[]", b"{}", b'{"keys": 7}', b'{"keys": ["x"]}', b"<html>"])
def test_what_is_no_key_set_is_refused(document: bytes) -> None:
    with pytest.raises(ValueError, match="no JWKS"):
        keys_of(document)


def test_a_new_key_is_fetched_when_it_is_first_met_but_not_for_every_name_that_somebody_makes_up() -> None:
    async def walk() -> None:
        clock = Clock()
        with open_shop(jwk(ED, "one")) as shop:
            known = KeySet(shop.address, clock)
            assert await asyncio.gather(*(known.key("one") for _ in range(5)))
            shop.publish(jwk(ED, "one"), jwk(RSA, "two"))
            assert await known.key("two") is None
            assert shop.asked == 1
            clock.now += REFETCH_S
            assert await known.key("two")
            assert [await known.key(f"made-up-{number}") for number in range(20)] == [None] * 20
            assert shop.asked == 2

    asyncio.run(walk())


def test_a_withdrawn_key_opens_nothing_after_a_while() -> None:
    async def walk() -> None:
        clock = Clock()
        with open_shop(jwk(ED, "one"), jwk(RSA, "two")) as shop:
            known = KeySet(shop.address, clock)
            assert await known.key("one")
            shop.publish(jwk(RSA, "two"))
            clock.now += FRESH_S + 1
            assert await known.key("one")  # this request does not wait for the shop
            assert known._refresh
            await known._refresh
            assert await known.key("one") is None

    asyncio.run(walk())


def test_a_shop_that_is_away_for_an_hour_locks_nobody_out_but_one_that_never_answered_says_so() -> None:
    async def walk() -> None:
        clock = Clock()
        with open_shop(jwk(ED, "one")) as shop:
            known, new = KeySet(shop.address, clock), KeySet(shop.address, clock)
            assert await known.key("one")
            shop.body = None
            clock.now += 3600
            assert await known.key("one")
            with pytest.raises(UnavailableError) as told:
                await new.key("one")
            assert told.value.headers["Retry-After"] == "5"
            shop.publish(jwk(ED, "one"))
            clock.now += RETRY_S
            assert await new.key("one")
            shop.body = None
            clock.now += KEPT_S
            with pytest.raises(UnavailableError):
                await known.key("one")

    asyncio.run(walk())


def test_keys_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text(json.dumps({"keys": [jwk(ED, "one")]}))
    assert asyncio.run(KeySet(str(tmp_path / "keys.json")).key("one"))
    assert asyncio.run(KeySet(f"file://{tmp_path}/keys.json").key("one"))
