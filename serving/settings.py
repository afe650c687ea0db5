"""Settings of the API: read once from the environment, typed, immutable."""

from functools import lru_cache

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What the API needs to know about its surroundings."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    database_url: SecretStr = Field(SecretStr("postgresql://postgres@127.0.0.1:5432/dealhouse"), alias="DATABASE_URL")
    token_secret: SecretStr = Field(SecretStr("dealhouse-demo-token-secret-0123456789"), alias="DEALHOUSE_TOKEN_SECRET")
    shop_id: str = Field("house", alias="DEALHOUSE_SHOP_ID")
    shop_url: str = Field("http://127.0.0.1:8700/shop/v1", alias="DEALHOUSE_SHOP_URL")
    shelf_size: int = Field(10_000, alias="DEALHOUSE_API_SHELF_SIZE", ge=0, description="products kept in memory by each process")
    pool_size: int = Field(8, alias="DEALHOUSE_API_POOL_SIZE", ge=1, le=100)


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The process's settings, read at first use."""
    return Settings()
