import pytest

from dealhouse.scraping.domains import country_of


@pytest.mark.parametrize(
    ("host", "country"),
    [
        ("shop.example.de", "DE"), ("SHOP.EXAMPLE.CO.UK", "GB"), ("shop.example.co.id", "ID"), ("shop.example.com", None),
        ("shop.example.io", None), ("shop.example.zz", None), ("127.0.0.1", None), ("", None), (None, None),
    ],
)
def test_a_domain_names_its_country_or_none(host: str | None, country: str | None) -> None:
    assert country_of(host) == country
