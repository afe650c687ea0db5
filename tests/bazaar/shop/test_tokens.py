import jwt
import pytest

from bazaar.settings import BazaarSettings, from_env
from bazaar.shop.tokens import jwks, token


def settings(**env: str) -> BazaarSettings:
    return from_env({"DEALHOUSE_TOKEN_SECRET": "a-secret-of-the-tests-with-more-than-thirty-two-letters", **env})


def test_every_process_with_the_secret_has_the_same_key_and_another_secret_has_another() -> None:
    ((one,), (again,), (other,)) = (jwks(given)["keys"] for given in (settings(), settings(), from_env({})))
    assert one == again
    assert one["kid"] != other["kid"]
    assert one["x"] != other["x"]


def test_what_is_published_opens_nothing() -> None:
    (key,) = jwks(settings())["keys"]
    assert set(key) == {"kty", "crv", "x", "use", "alg", "kid"}


def test_a_token_says_its_scope_and_its_key() -> None:
    (key,) = jwks(settings())["keys"]
    given = token(settings(), "7", scope="staff")
    assert jwt.get_unverified_header(given) == {"alg": "EdDSA", "kid": key["kid"], "typ": "JWT"}
    assert jwt.decode(given, jwt.PyJWK(key), ["EdDSA"], audience="dealhouse", issuer="house")["scope"] == "staff"


def test_a_shop_that_signs_with_its_secret_publishes_no_key() -> None:
    own = settings(DEALHOUSE_TOKEN_ALGORITHM="HS256")
    assert jwks(own) == {"keys": []}
    assert jwt.decode(token(own, "7"), own.token_secret, ["HS256"], audience="dealhouse", issuer="house")["scope"] == "customer"
    with pytest.raises(jwt.InvalidTokenError):
        jwt.decode(token(own, "7"), "another secret that is just as long as the first", ["HS256"], audience="dealhouse")
