import pytest

from dealhouse.errors import ConfigurationError
from dealhouse.scraping.secrets import expand, redact

FEED = "https://feeds.example/download/apikey/${SHOP_FEED_KEY}/fid/1/format/csv/?sig=${SHOP_FEED_SIG}"
ENVIRON = {"SHOP_FEED_KEY": "a1b2c3/d4 e5", "SHOP_FEED_SIG": "zz99zz99", "SHORT": "abc"}


def test_an_address_gets_its_values_percent_encoded() -> None:
    assert expand(FEED, ENVIRON) == "https://feeds.example/download/apikey/a1b2c3%2Fd4%20e5/fid/1/format/csv/?sig=zz99zz99"


def test_without_placeholders_nothing_is_asked_of_the_environment() -> None:
    assert expand("https://feeds.example/?a=$1", {}) == "https://feeds.example/?a=$1"


@pytest.mark.parametrize(
    ("name", "why"),
    [("UNSET", "not set"), ("SHORT", "shorter"), ("DEALHOUSE_DATABASE_URL", "own"), ("AIRFLOW__CORE__FERNET_KEY", "own")],
)
def test_a_value_that_cannot_be_kept_is_refused(name: str, why: str) -> None:
    with pytest.raises(ConfigurationError, match=why):
        expand(f"https://feeds.example/${{{name}}}", {**ENVIRON, name: ENVIRON.get(name, "" if name == "UNSET" else "x" * 20)})


@pytest.mark.parametrize(
    "text",
    [
        "answered 403: https://feeds.example/download/apikey/a1b2c3%2Fd4%20e5/fid/1",
        "redirected to https://other.example/?q=a1b2c3%2Fd4+e5",
        "no host 'a1b2c3/d4 e5'",
        "zz99zz99",
    ],
)
def test_an_expanded_value_is_its_placeholder_again(text: str) -> None:
    expand(FEED, ENVIRON)
    assert not any(secret in redact(text) for secret in ("a1b2c3", "d4", "zz99"))
    assert "${SHOP_FEED_" in redact(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("https://user:pass@feeds.example/f.csv", "https://***@feeds.example/f.csv"),
        ("refused: ftp://me:a%40b@h/ (x)", "refused: ftp://***@h/ (x)"),
        ("https://h/f?token=abc&page=2", "https://h/f?token=***&page=2"),
        ("https://h/f?page=2&api_key=abc#x", "https://h/f?page=2&api_key=***#x"),
        ("https://h/f?X=1&Signature=a%2Bb", "https://h/f?X=1&Signature=***"),
        ("https://h/datafeed/list/apikey/0123abc/", "https://h/datafeed/list/apikey/***/"),
        ("https://h/f?keyword=lamp&monkey=1", "https://h/f?keyword=lamp&monkey=1"),
        ("https://h/mail@home?a=b", "https://h/mail@home?a=b"),
        ("https://h/apikey/${K}/?key=${K}", "https://h/apikey/${K}/?key=${K}"),
        ("a plain sentence", "a plain sentence"),
    ],
)
def test_what_looks_like_a_secret_is_not_told(text: str, told: str) -> None:
    assert redact(text) == told
