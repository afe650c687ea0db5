from pathlib import Path
from typing import Any

import pytest

from dealhouse.errors import BadInputError
from dealhouse.scraping import mapping as mappings

GOOD: dict[str, Any] = {"items": "products", "fields": {"native_product_id": "id", "title": "name", "price": "price"}}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (None, "needs an option `mapping`"),
        ("nothing", "no mapping 'nothing'"),
        ({**GOOD, "fields": {"title": "name"}}, "fields lacks price"),
        ({**GOOD, "fields": {"title": "name", "price": "price"}}, "native_product_id or url"),
        ({**GOOD, "fields": {**GOOD["fields"], "prise": "x"}}, "no fields of an offer: prise"),
        ({**GOOD, "fields": {**GOOD["fields"], "merchant_id": "x"}}, "no fields of an offer: merchant_id"),
        ({**GOOD, "fields": {**GOOD["fields"], "url": {"paths": ["a"], "template": "{a}"}}}, "fields.url"),
        ({**GOOD, "itmes": "x"}, "itmes"),
        ({**GOOD, "availability": {"yes": "there"}}, "availability.yes"),
        ({**GOOD, "paging": {"by": "page"}}, "needs {page} in the path"),
        ({**GOOD, "paging": {"by": "cursor"}}, "needs `at`"),
        ({**GOOD, "paging": {"by": "guess"}}, "paging.by"),
        ({**GOOD, "headers": {"Authorization": "Bearer abc"}}, "variable of the environment"),
    ],
)
def test_a_wrong_mapping_is_named(given: object, told: str) -> None:
    with pytest.raises(BadInputError) as caught:
        mappings.read(given)
    assert told in str(caught.value)


def test_a_mapping_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "m.yml"
    path.write_text("items: products\nfields: {native_product_id: id, title: [a, b], price: price.value}\n")
    mapping = mappings.read_file(path)
    assert (mapping.items, mapping.fields["title"].paths) == ("products", ("a", "b"))
    path.write_text("fields: [")
    with pytest.raises(BadInputError):
        mappings.read_file(path)
