"""Settings of the models' room: read once from the environment, typed, immutable."""

from functools import lru_cache
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).resolve().parents[2]


class Settings(BaseSettings):
    """What a capability needs to know about its surroundings."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    database_url: SecretStr = Field(SecretStr("postgresql://postgres@127.0.0.1:5432/dealhouse"), alias="DATABASE_URL")
    home: Path = Field(PROJECT / ".dealhouse", alias="DEALHOUSE_HOME")
    store: str = Field("", alias="DEALHOUSE_STORE")
    store_endpoint: str | None = Field(None, alias="DEALHOUSE_STORE_ENDPOINT")
    tracking_uri: str = Field("", alias="MLFLOW_TRACKING_URI")
    shop_timezone: str = Field("Europe/Berlin", alias="DEALHOUSE_SHOP_TIMEZONE")

    @property
    def sqlalchemy_url(self) -> str:
        """DATABASE_URL with the driver named: SQLAlchemy 2.1's plain scheme means psycopg 3."""
        return self.database_url.get_secret_value().replace("postgresql://", "postgresql+psycopg2://", 1)

    @property
    def artifacts_root(self) -> str:
        """Where model artifacts live: a folder, or `s3://bucket/prefix`."""
        return f"{self.store or self.home / 'store'}".rstrip("/") + "/artifacts"

    @property
    def mlflow_uri(self) -> str:
        """MLflow's database: the given one, or a SQLite file in DEALHOUSE_HOME."""
        return self.tracking_uri or f"sqlite:///{self.home / 'mlflow.db'}"


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The process's settings, read at first use."""
    return Settings()
