import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import boto3
import numpy as np
import pytest
from moto.server import ThreadedMotoServer
from sklearn.linear_model import LogisticRegression

from ml.core.artifacts import FolderStore, S3Store, Store, load, open_store, save
from ml.core.errors import ArtifactError, StoreUnavailableError
from ml.core.settings import settings


@pytest.fixture(scope="module")
def s3_endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path, s3_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Store:
    if request.param == "folder":
        return FolderStore(tmp_path)
    for name, value in (("ACCESS_KEY_ID", "test"), ("SECRET_ACCESS_KEY", "test"), ("DEFAULT_REGION", "us-east-1")):
        monkeypatch.setenv(f"AWS_{name}", value)
    bucket = f"models-{uuid.uuid4().hex[:8]}"
    boto3.client("s3", endpoint_url=s3_endpoint).create_bucket(Bucket=bucket)
    return S3Store(bucket, "artifacts", s3_endpoint)


def test_every_form_comes_back_equal(store: Store) -> None:
    model = LogisticRegression().fit([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1])
    parts = {"a.json": {"k": [1, 2.5, None]}, "b.npz": {"x": np.arange(3.0)}, "c.txt": "tree\n", "d.skops": model}
    back = load(save("matching", "v1", parts, store), store)
    assert back["a.json"] == parts["a.json"]
    assert back["b.npz"]["x"].tolist() == [0.0, 1.0, 2.0]
    assert back["c.txt"] == "tree\n"
    assert back["d.skops"].predict([[0.1], [2.9]]).tolist() == [0, 1]


def test_a_version_without_its_manifest_does_not_exist(store: Store) -> None:
    store.put("matching/v2/abc-a.json", b"{}")
    with pytest.raises(ArtifactError, match="no manifest"):
        load("matching/v2", store)


def test_an_altered_part_is_refused(store: Store) -> None:
    uri = save("matching", "v3", {"a.json": {"k": 1}}, store)
    manifest = store.get(f"{uri}/manifest.json")
    assert manifest is not None
    store.put(f"{uri}/{json.loads(manifest)['parts'][0]['file']}", b'{"k": 2}')
    with pytest.raises(ArtifactError, match="altered"):
        load(uri, store)


def test_saving_again_swaps_the_parts(store: Store) -> None:
    save("matching", "v4", {"a.json": 1, "b.json": 2}, store)
    assert load(save("matching", "v4", {"a.json": 3}, store), store) == {"a.json": 3}


def test_arrays_of_objects_are_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="allow_pickle"):
        load(save("matching", "v5", {"a.npz": {"x": np.array([{"k": 1}], dtype=object)}}, store), store)


def test_a_part_of_unknown_form_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=r"model\.pkl"):
        save("matching", "v1", {"model.pkl": 1}, FolderStore(tmp_path))


def test_a_store_that_does_not_answer_is_transient(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(StoreUnavailableError):
        S3Store("models", "", "http://127.0.0.1:1").put("a", b"")


def test_the_store_follows_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEALHOUSE_STORE", str(tmp_path / "store"))
    settings.cache_clear()
    uri = save("deals", "v1", {"a.json": 1}, open_store())
    assert (tmp_path / "store" / "artifacts" / uri / "manifest.json").is_file()
    settings.cache_clear()
