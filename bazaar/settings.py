"""Settings of the bazaar, read once from the environment.

| variable | meaning | default |
|---|---|---|
| WORLD | tiny, small, default, market or market-<merchants>-<offers> | default |
| DEALHOUSE_SEED | the world's seed | 7 |
| DEALHOUSE_BAZAAR_PORT | port of the control site, the shop and every merchant | 8700 |
| DEALHOUSE_HOME | parent of the bazaar's own folder `bazaar/` | <project>/.dealhouse |
| DEALHOUSE_API_URL | where the shop polls prices | http://127.0.0.1:8600 |
| DEALHOUSE_SHOP_ID | the house shop's id | house |
| DEALHOUSE_HMAC_SECRET | secret of customer keys | dealhouse-demo-secret |
| DEALHOUSE_TOKEN_SECRET | what the key of shoppers' tokens is drawn from | dealhouse-demo-token-secret-0123456789 |
| DEALHOUSE_TOKEN_ALGORITHM | EdDSA, or HS256 for a platform that is told the secret itself | EdDSA |
| DEALHOUSE_API_KEY | the shop's service key at the platform | none |
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
DEFAULT_SEED = 7


@dataclass(frozen=True)
class BazaarSettings:
    """What the bazaar may be told from outside."""

    world: str
    seed: int
    port: int
    home: Path
    api_url: str
    shop_id: str
    hmac_secret: str
    token_secret: str
    signature: str
    api_key: str | None


def from_env(env: Mapping[str, str] | None = None) -> BazaarSettings:
    """The settings of this process. Raises ValueError where a number is not one."""
    source = os.environ if env is None else env
    home = Path(source.get("DEALHOUSE_HOME") or PROJECT / ".dealhouse")
    return BazaarSettings(
        world=source.get("WORLD") or "default",
        seed=int(source.get("DEALHOUSE_SEED") or DEFAULT_SEED),
        port=int(source.get("DEALHOUSE_BAZAAR_PORT") or 8700),
        home=home / "bazaar",
        api_url=(source.get("DEALHOUSE_API_URL") or "http://127.0.0.1:8600").rstrip("/"),
        shop_id=source.get("DEALHOUSE_SHOP_ID") or "house",
        hmac_secret=source.get("DEALHOUSE_HMAC_SECRET") or "dealhouse-demo-secret",
        token_secret=source.get("DEALHOUSE_TOKEN_SECRET") or "dealhouse-demo-token-secret-0123456789",
        signature=source.get("DEALHOUSE_TOKEN_ALGORITHM") or "EdDSA",
        api_key=source.get("DEALHOUSE_API_KEY") or None,
    )
