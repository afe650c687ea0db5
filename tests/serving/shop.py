"""A shop that signs: its keys, its tokens, and the address where it publishes the public halves."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from jwt.algorithms import OKPAlgorithm, RSAAlgorithm

from tests.serving.world import ALICE

ED, RSA = ed25519.Ed25519PrivateKey.generate(), rsa.generate_private_key(public_exponent=65537, key_size=2048)


def jwk(private: Any, kid: str, **changes: Any) -> dict[str, Any]:
    """A key's public half as the shop publishes it."""
    writer = OKPAlgorithm if isinstance(private, ed25519.Ed25519PrivateKey) else RSAAlgorithm
    written: dict[str, Any] = writer.to_jwk(private.public_key(), as_dict=True)
    return written | {"kid": kid, "use": "sig"} | changes


def signed(private: Any = ED, algorithm: str = "EdDSA", kid: str | None = "ed", lifetime_s: int = 86_400, **claims: Any) -> str:
    """A token that outlives a run of all tests, for many are made when tests are found; a claim of None is left out."""
    body = {"sub": ALICE, "aud": "dealhouse", "iss": "house", "exp": int(time.time()) + lifetime_s} | claims
    told = {name: value for name, value in body.items() if value is not None}
    return jwt.encode(told, private, algorithm=algorithm, headers={"kid": kid} if kid else None)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


class Shop:
    """What is published, and how often it was asked for. `body` of None: the shop is away."""

    def __init__(self, *keys: dict[str, Any]) -> None:
        self.body: bytes | None = None
        self.asked, self.address = 0, ""
        self.publish(*keys)

    def publish(self, *keys: dict[str, Any]) -> None:
        self.body = json.dumps({"keys": keys}).encode()


@contextmanager
def open_shop(*keys: dict[str, Any]) -> Iterator[Shop]:
    shop = Shop(*keys)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            shop.asked += 1
            self.send_response(503 if shop.body is None else 200)
            self.end_headers()
            self.wfile.write(shop.body or b"")

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    shop.address = f"http://127.0.0.1:{server.server_address[1]}/jwks.json"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield shop
    finally:
        server.shutdown()
        server.server_close()
