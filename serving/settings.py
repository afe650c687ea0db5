"""Settings of the API: read once from the environment, typed, immutable."""

from functools import lru_cache

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What the API needs to know about its surroundings."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    database_url: SecretStr = Field(SecretStr("postgresql://postgres@127.0.0.1:5432/dealhouse"), alias="DATABASE_URL")
    jwks: str | None = Field(None, alias="DEALHOUSE_JWKS", description="address or file of the shop's public keys")
    token_secret: SecretStr | None = Field(None, alias="DEALHOUSE_TOKEN_SECRET", description="HS256, where there is no JWKS")
    link_secret: SecretStr | None = Field(None, alias="DEALHOUSE_LINK_SECRET", description="signs links in mails; none: no links")
    shop_id: str = Field("house", alias="DEALHOUSE_SHOP_ID")
    shop_url: str = Field("http://127.0.0.1:8700/shop/v1", alias="DEALHOUSE_SHOP_URL")
    shelf_size: int = Field(10_000, alias="DEALHOUSE_API_SHELF_SIZE", ge=0, description="products kept in memory by each process")
    pool_size: int = Field(8, alias="DEALHOUSE_API_POOL_SIZE", ge=1, le=100)
    deadline_s: float = Field(10, alias="DEALHOUSE_API_DEADLINE", gt=0, description="seconds that a request may take")
    limits: bool = Field(True, alias="DEALHOUSE_API_LIMITS", description="off: nobody is counted, service keys included")
    window_s: int = Field(900, alias="DEALHOUSE_API_WINDOW", ge=1, description="seconds that the three limits speak of")
    anonymous_limit: int = Field(100, alias="DEALHOUSE_API_ANONYMOUS_LIMIT", ge=1, description="/v1 by address")
    page_limit: int = Field(3000, alias="DEALHOUSE_API_PAGE_LIMIT", ge=1, description="pages and their scripts, by address")
    customer_limit: int = Field(1800, alias="DEALHOUSE_API_CUSTOMER_LIMIT", ge=1, description="by a token's sub")

    @field_validator("jwks", "token_secret", "link_secret", mode="before")
    @classmethod
    def _blank_is_none(cls, value: object) -> object:
        """Compose hands on what is not set as an empty text."""
        return None if value == "" else value


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The process's settings, read at first use."""
    return Settings()
