from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from dealhouse.scraping.offer import Context

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)


@pytest.fixture
def context() -> Callable[..., Context]:
    """A document's context; keyword arguments replace its values."""
    known = Context(
        merchant_id="acme", source_kind="shopify", country="DE", crawl_id="acme:k", document_url="https://acme.example/doc",
        base_url="https://acme.example", as_of=AS_OF, currency="EUR", language="de",
    )

    def make(**changes: Any) -> Context:
        return replace(known, **changes)

    return make
