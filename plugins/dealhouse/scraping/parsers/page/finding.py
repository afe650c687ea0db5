"""What one layer says of the page's product, in the words of the canonical offer."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass
class Finding:
    """`fields` are make_offer's; `price` is a plain amount; `others` are the layer's further amounts (offers, variants).

    is_range: the price is the lowest of several; `variants` are findings of one sellable variant each.
    """

    layer: str
    fields: dict[str, Any] = field(default_factory=dict)
    price: Decimal | None = None
    currency: str | None = None
    others: frozenset[Decimal] = frozenset()
    is_range: bool = False
    variants: "list[Finding]" = field(default_factory=list)

    def get(self, name: str) -> Any:  # noqa: ANN401
        return self.fields.get(name)
