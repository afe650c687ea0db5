"""What the stack needs to know: ports, folders, world, secrets; and the environment that its processes share."""

import json
import os
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from cryptography.fernet import Fernet

PROJECT = Path(__file__).resolve().parents[1]
SECRETS = "secrets.json"
SIBLINGS = ("airflow", "mlflow")  # databases beside the warehouse's
OWN_SHOP = "own-shop.json"  # says of a home that it holds a shop of one's own: until when, in which currency and time zone


def _port(name: str, default: int) -> int:
    return int(os.environ.get(f"DEALHOUSE_{name}_PORT", default))


@dataclass(frozen=True)
class StackSettings:
    """Ports, folders and the world of one running platform."""

    home: Path = field(default_factory=lambda: Path(os.environ.get("DEALHOUSE_HOME", PROJECT / ".dealhouse")).resolve())
    world: str = field(default_factory=lambda: os.environ.get("WORLD", "default"))
    seed: int = field(default_factory=lambda: int(os.environ.get("DEALHOUSE_SEED", "7")))
    given_database_url: str | None = field(default_factory=lambda: os.environ.get("DATABASE_URL"))
    postgres_port: int = field(default_factory=lambda: _port("POSTGRES", 5439))
    api_port: int = field(default_factory=lambda: _port("API", 8600))
    bazaar_port: int = field(default_factory=lambda: _port("BAZAAR", 8700))
    airflow_port: int = field(default_factory=lambda: _port("AIRFLOW", 8080))
    docs_port: int = field(default_factory=lambda: _port("DOCS", 8081))

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.api_port}"

    @property
    def bazaar_url(self) -> str:
        return f"http://127.0.0.1:{self.bazaar_port}"

    @property
    def airflow_url(self) -> str:
        return f"http://127.0.0.1:{self.airflow_port}"

    @property
    def docs_url(self) -> str:
        return f"http://127.0.0.1:{self.docs_port}"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def ports(self) -> dict[str, int]:
        """The ports that this machine must have free, by who listens there."""
        bazaar = {} if self.own_shop else {"BAZAAR": self.bazaar_port}
        ports = {"API": self.api_port, **bazaar, "AIRFLOW": self.airflow_port, "DOCS": self.docs_port}
        return ports if self.given_database_url else {"POSTGRES": self.postgres_port, **ports}

    @property
    def own_shop(self) -> dict[str, str] | None:
        """as_of, currency and timezone of the orders that were imported here; None where there are none."""
        path = self.home / OWN_SHOP
        kept: dict[str, str] | None = json.loads(path.read_text()) if path.exists() else None
        return kept

    def keep_own_shop(self, facts: dict[str, str]) -> None:
        (self.home / OWN_SHOP).write_text(json.dumps(facts))

    @property
    def has_bazaar(self) -> bool:
        """Whether the demo's marketplace lives here."""
        return (self.home / "bazaar").exists()


def stack_secrets(home: Path) -> dict[str, str]:
    """The platform's secrets, minted at first use and kept in a file that only its owner reads."""
    path = home / SECRETS
    kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    if missing := {name: mint() for name, mint in MINTS.items() if name not in kept}:
        kept |= missing
        home.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(json.dumps(kept))
    return kept


def _service_key() -> str:
    """A machine client's key in the API's own form, so that the shop may have its key before there is a database."""
    return f"dh_{''.join(secrets.choice('abcdefghijklmnopqrstuvwxyz234567') for _ in range(8))}_{secrets.token_urlsafe(32)}"


MINTS: dict[str, Callable[[], str]] = {
    "hmac": partial(secrets.token_urlsafe, 32), "token": partial(secrets.token_urlsafe, 48),
    "jwt": partial(secrets.token_urlsafe, 48), "api": partial(secrets.token_urlsafe, 32),
    "fernet": lambda: Fernet.generate_key().decode(), "bi_reader": partial(secrets.token_urlsafe, 12), "shop": _service_key,
    "link": partial(secrets.token_urlsafe, 32),
}


def sibling(url: str, suffix: str) -> str:
    """The URL of the database beside `url` whose name ends with `suffix`."""
    base, _, query = url.partition("?")
    return f"{base}_{suffix}" + (f"?{query}" if query else "")


def environment(settings: StackSettings, database_url: str) -> dict[str, str]:
    """The environment of every process of the platform, complete: what it reads is here or in its own defaults."""
    kept = stack_secrets(settings.home)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "PYTEST"))}
    return {
        **inherited, **_dealhouse(settings, database_url, kept), **_airflow(settings, database_url, kept),
        "PYTHONPATH": f"{PROJECT}{os.pathsep}{PROJECT / 'plugins'}", "PYTHONUNBUFFERED": "1", "DO_NOT_TRACK": "1",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}", "TZ": "UTC",
        "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "2"), "GX_ANALYTICS_ENABLED": "false",
        "SPT_NOENV": "1",  # Airflow's processes change their titles: without it over the environment by which a sweep finds them
    }


def _dealhouse(settings: StackSettings, database_url: str, kept: dict[str, str]) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url, "DEALHOUSE_HOME": str(settings.home), "WORLD": settings.world,
        "DEALHOUSE_SEED": str(settings.seed), "DEALHOUSE_HMAC_SECRET": kept["hmac"], "DEALHOUSE_TOKEN_SECRET": kept["token"],
        **_shop(settings), "DEALHOUSE_API_KEY": kept["shop"],
        "DEALHOUSE_LINK_SECRET": kept["link"], "DEALHOUSE_STOREFRONT_URL": settings.api_url,
        "DEALHOUSE_API_URL": settings.api_url, "DEALHOUSE_API_PORT": str(settings.api_port),
        "DEALHOUSE_BAZAAR_PORT": str(settings.bazaar_port), "DEALHOUSE_INGEST_CRON": "",
        "MLFLOW_TRACKING_URI": sibling(database_url, "mlflow").replace("postgresql://", "postgresql+psycopg2://", 1),
    }


def _shop(settings: StackSettings) -> dict[str, str]:
    if settings.own_shop is None:
        shop = f"{settings.bazaar_url}/shop/v1"
        return {"DEALHOUSE_SHOP_FEED_URL": shop, "DEALHOUSE_SHOP_URL": shop, "DEALHOUSE_JWKS": f"{shop}/jwks.json"}
    return {  # no shop answers there: its shoppers are known by their tokens alone
        "DEALHOUSE_SHOP_FEED_URL": "none", "DEALHOUSE_SHOP_URL": settings.api_url,
        "DEALHOUSE_REPORTING_CURRENCY": settings.own_shop["currency"], "DEALHOUSE_SHOP_TIMEZONE": settings.own_shop["timezone"],
    }


def _airflow(settings: StackSettings, database_url: str, kept: dict[str, str]) -> dict[str, str]:
    metadata = sibling(database_url, "airflow")
    return {
        "AIRFLOW_HOME": str(settings.home / "airflow"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": "6",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
        "AIRFLOW__CORE__FERNET_KEY": kept["fernet"],
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{settings.airflow_url}/execution/",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": metadata.replace("postgresql://", "postgresql+psycopg2://", 1),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": metadata.replace("postgresql://", "postgresql+psycopg_async://", 1),
        "AIRFLOW__API__HOST": "127.0.0.1", "AIRFLOW__API__PORT": str(settings.airflow_port),
        "AIRFLOW__API__BASE_URL": settings.airflow_url, "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API__SECRET_KEY": kept["api"], "AIRFLOW__API_AUTH__JWT_SECRET": kept["jwt"],
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "300",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "60",
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.5",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }
