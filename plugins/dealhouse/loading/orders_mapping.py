"""How a shop's order export names and writes things: a YAML file beside the export, or one of those that ship."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from dealhouse.currencies import MINOR_UNITS
from dealhouse.loading.writing import Writing, read_document

SHIPPED = Path(__file__).parent / "mappings"

Country = Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")]


class Columns(BaseModel):
    """The export's column for each thing; customer_id, country and title may be missing from it.

    unit_price: of one unit; an export that tells only what a whole line cost has line_total instead.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    order_id: str
    sku: str
    quantity: str
    event_at: str
    unit_price: str | None = None
    line_total: str | None = None
    title: str | None = None
    customer_id: str | None = None
    country: str | None = None

    @model_validator(mode="after")
    def _priced(self) -> Self:
        if (self.unit_price is None) == (self.line_total is None):
            raise ValueError("either unit_price or line_total names a column")
        return self

    def named(self) -> dict[str, str]:
        """Our name → the export's column."""
        return {name: column for name, column in self.model_dump().items() if column is not None}


class Mapping(Writing):
    """What an export leaves unsaid is said here; nothing is assumed.

    cost_share: the cost of a product as a share of its price, where the shop's owner knows it; None = not known, and pricing
    says so. service_skus: postage, fees, corrections: facts of an order, but nothing that is sold. countries: the export's
    words → ISO codes; other words leave the country empty.
    """

    columns: Columns
    currency: str
    country: Country
    cancellation_prefix: str | None = None
    cost_share: float | None = Field(None, gt=0, le=1, allow_inf_nan=False)
    countries: dict[str, Country] = Field(default_factory=dict)
    service_skus: frozenset[str] = frozenset()
    service_prefixes: tuple[str, ...] = ()
    category: str | None = None

    @field_validator("currency")
    @classmethod
    def _iso(cls, value: str) -> str:
        if value not in MINOR_UNITS:
            raise ValueError(f"{value} is no ISO 4217 currency")
        return value

    def is_service(self, sku: str) -> bool:
        return sku in self.service_skus or (bool(self.service_prefixes) and sku.startswith(self.service_prefixes))


def read_mapping(name: str) -> Mapping:
    """The mapping of a file, or the shipped one of that name. Raises BadInputError naming the entry that is wrong."""
    return read_document(SHIPPED / f"{name}.yml" if name.isidentifier() else Path(name), Mapping)
