from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from dealhouse.errors import BadInputError
from dealhouse.landing.store import FolderStore, S3Store, Store, open_store
from dealhouse.settings import settings


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3_login(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path, s3_login: None) -> Store:
    if request.param == "folder":
        return FolderStore(tmp_path)
    endpoint = request.getfixturevalue("s3_endpoint")
    bucket = f"b{abs(hash(tmp_path))}"
    boto3.client("s3", endpoint_url=endpoint).create_bucket(Bucket=bucket)
    return S3Store(bucket, "some/prefix", endpoint)


def test_what_was_put_is_got(store: Store, tmp_path: Path) -> None:
    store.put("a/one", b"1")
    source = tmp_path / "source"
    source.write_bytes(b"2")
    store.put_file("a/two", source)
    assert store.get("a/one") == b"1"
    with store.open("a/two") as file:
        assert file.read() == b"2"


def test_a_missing_key_is_not_found(store: Store) -> None:
    assert not store.exists("nothing")
    with pytest.raises(FileNotFoundError):
        store.get("nothing")


def test_only_the_first_put_if_absent_writes(store: Store) -> None:
    assert store.put_if_absent("m", b"first") is True
    assert store.put_if_absent("m", b"second") is False
    assert store.get("m") == b"first"


def test_what_is_deleted_is_gone_and_may_be_deleted_again(store: Store) -> None:
    store.put("a/b/c", b"1")
    store.put("a/d", b"2")
    store.delete("a/b/c")
    store.delete("a/b/c")
    assert list(store.list("a/")) == ["a/d"]
    assert list(store.list("")) == ["a/d"]


def test_a_key_knows_when_it_was_written(store: Store) -> None:
    store.put("a", b"1")
    assert abs((datetime.now(UTC) - store.written_at("a")).total_seconds()) < 120
    with pytest.raises(FileNotFoundError):
        store.written_at("b")


def test_list_is_sorted_and_by_prefix(store: Store) -> None:
    for key in ("x/b", "x/a/c", "y/d"):
        store.put(key, b"")
    assert list(store.list("x/")) == ["x/a/c", "x/b"]


def test_a_bucket_that_nobody_wrote_to_yet_lists_nothing(s3_endpoint: str, s3_login: None) -> None:
    assert list(S3Store("to-be-made", "store", s3_endpoint).list("")) == []


def test_an_overwrite_replaces(store: Store) -> None:
    store.put("k", b"old")
    store.put("k", b"new")
    assert store.get("k") == b"new"


@pytest.mark.parametrize("key", ["../out", "/etc/passwd", "a/../../out"])
def test_a_folder_keeps_its_keys_inside(tmp_path: Path, key: str) -> None:
    with pytest.raises(BadInputError):
        FolderStore(tmp_path).put(key, b"")


def test_a_folder_leaves_no_temporary_files(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.put("k", b"1")
    store.put_if_absent("k", b"2")
    assert [path.name for path in tmp_path.iterdir()] == ["k"]


def test_the_settings_name_the_default_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEALHOUSE_STORE", str(tmp_path / "here"))
    settings.cache_clear()
    try:
        _check_uri: Callable[[str], str] = open_store().uri
        assert _check_uri("k") == str(tmp_path / "here" / "k")
    finally:
        settings.cache_clear()
