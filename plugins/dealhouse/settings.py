"""Settings of the batch rooms: read once from the environment, typed, immutable.

Every variable is listed in docs/settings.md; a test holds the two together.
"""

from functools import lru_cache
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).resolve().parents[2]


class Settings(BaseSettings):
    """What the batch rooms need to know about their surroundings."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    database_url: SecretStr = Field(SecretStr("postgresql://postgres@127.0.0.1:5432/dealhouse"), alias="DATABASE_URL")
    home: Path = Field(PROJECT / ".dealhouse", alias="DEALHOUSE_HOME")
    store: str = Field("", alias="DEALHOUSE_STORE")
    store_endpoint: str | None = Field(None, alias="DEALHOUSE_STORE_ENDPOINT")
    hmac_secret: SecretStr = Field(SecretStr("dealhouse-demo-secret"), alias="DEALHOUSE_HMAC_SECRET")
    reporting_currency: str = Field("EUR", alias="DEALHOUSE_REPORTING_CURRENCY", pattern="^[A-Z]{3}$")
    shop_id: str = Field("house", alias="DEALHOUSE_SHOP_ID")
    shop_feed_url: str = Field("", alias="DEALHOUSE_SHOP_FEED_URL")
    shop_timezone: str = Field("Europe/Berlin", alias="DEALHOUSE_SHOP_TIMEZONE")
    sources: str = Field("", alias="DEALHOUSE_SOURCES")
    user_agent: str = Field("DealhouseBot/1.0 (+https://dealhouse.example/bot)", alias="DEALHOUSE_USER_AGENT")
    ingest_cron: str = Field("*/15 * * * *", alias="DEALHOUSE_INGEST_CRON")
    ingest_patience: float = Field(300.0, alias="DEALHOUSE_INGEST_PATIENCE", ge=0, le=1500)  # tasks end after half an hour
    crawl_shards: int = Field(4, alias="DEALHOUSE_CRAWL_SHARDS", ge=1, le=64)
    requests_in_flight: int = Field(50, alias="DEALHOUSE_REQUESTS_IN_FLIGHT", ge=1)
    platform_rates: dict[str, float] = Field({"shopify": 40.0}, alias="DEALHOUSE_PLATFORM_RATES")
    revisit_runs: int = Field(8, alias="DEALHOUSE_REVISIT_RUNS", ge=1)
    failure_budget: float = Field(0.5, alias="DEALHOUSE_FAILURE_BUDGET", ge=0, le=1)
    link_secret: SecretStr = Field(SecretStr(""), alias="DEALHOUSE_LINK_SECRET")
    storefront_url: str = Field("http://127.0.0.1:8600", alias="DEALHOUSE_STOREFRONT_URL")
    smtp_url: SecretStr = Field(SecretStr(""), alias="DEALHOUSE_SMTP_URL")
    mail_from: str = Field("Dealhouse <deals@dealhouse.example>", alias="DEALHOUSE_MAIL_FROM")
    webhooks_private: bool = Field(False, alias="DEALHOUSE_WEBHOOKS_PRIVATE")
    kept_versions: int = Field(3, alias="DEALHOUSE_KEPT_VERSIONS", ge=2)

    @property
    def sqlalchemy_url(self) -> str:
        """DATABASE_URL with the driver named: SQLAlchemy 2.1's plain scheme means psycopg 3."""
        return self.database_url.get_secret_value().replace("postgresql://", "postgresql+psycopg2://", 1)

    @property
    def sends_mail(self) -> bool:
        """Whether there is a mail server, and a secret by which links in mails are ours."""
        return bool(self.smtp_url.get_secret_value() and self.link_secret.get_secret_value())

    @property
    def has_feeds(self) -> bool:
        """False where the shop's orders are imported instead (DEALHOUSE_SHOP_FEED_URL=none)."""
        return self.shop_feed_url != "none"

    @property
    def sources_folder(self) -> Path:
        """Where the YAML files of the databases lie that are pulled from."""
        return Path(self.sources) if self.sources else self.home / "sources"

    @property
    def store_root(self) -> str:
        """Where landing, artifacts and backups live: a folder, or `s3://bucket/prefix`."""
        return self.store or str(self.home / "store")


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The process's settings, read at first use."""
    return Settings()
