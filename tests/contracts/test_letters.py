"""A link that the notifier writes is one that the API reads: two rooms, one rule."""

from urllib.parse import urlsplit

import pytest

from dealhouse.notifying import links
from dealhouse.settings import settings
from serving import letters
from serving.problems import NotFoundError

KEY, SECRET = "a" * 32, "one-secret"


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEALHOUSE_LINK_SECRET", SECRET)
    settings.cache_clear()


def token(link: str) -> str:
    return urlsplit(link).path.removeprefix("/letters/")


def test_what_is_written_is_read() -> None:
    assert letters.read(token(links.unsubscribe(KEY)), SECRET) == letters.Letter("unsubscribe", KEY, "")
    assert letters.read(token(links.confirm(KEY, "0" * 64)), SECRET) == letters.Letter("confirm", KEY, "0" * 64)


@pytest.mark.parametrize("other", ["another-secret", None, ""])
def test_under_another_secret_it_is_nobodys(other: str | None) -> None:
    with pytest.raises(NotFoundError):
        letters.read(token(links.unsubscribe(KEY)), other)
