"""Model artifacts in a folder or in S3: JSON, npz, text, skops; never pickle.

A version is `<store>/artifacts/<name>/<version>/`: parts under content-addressed names, then the manifest, written last. A
version without its manifest does not exist; saving it again swaps the manifest: a reader sees the old parts or the new ones.
"""

import hashlib
import io
import json
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import numpy as np

from ml.core.errors import ArtifactError, StoreUnavailableError
from ml.core.settings import settings

MANIFEST = "manifest.json"
AT_ONCE = 2      # parts read and unpacked side by side


class Store(Protocol):
    """Where bytes live. `get` returns None for what is not there; `drop` does not mind."""

    def put(self, path: str, data: bytes) -> None: ...

    def get(self, path: str) -> bytes | None: ...

    def drop(self, path: str) -> None: ...


class FolderStore:
    """A folder; a file appears whole or not at all."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, path: str, data: bytes) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_name(f".{target.name}.{os.getpid()}")
        unfinished.write_bytes(data)
        unfinished.replace(target)

    def get(self, path: str) -> bytes | None:
        target = self.root / path
        return target.read_bytes() if target.is_file() else None

    def drop(self, path: str) -> None:
        (self.root / path).unlink(missing_ok=True)


class S3Store:
    """A bucket and prefix, through boto3."""

    def __init__(self, bucket: str, prefix: str, endpoint: str | None = None) -> None:
        import boto3

        self.bucket, self.prefix = bucket, prefix.strip("/")
        self.client = boto3.Session().client("s3", endpoint_url=endpoint)

    def _key(self, path: str) -> str:
        return f"{self.prefix}/{path}" if self.prefix else path

    def put(self, path: str, data: bytes) -> None:
        self._call(lambda: self.client.put_object(Bucket=self.bucket, Key=self._key(path), Body=data))

    def get(self, path: str) -> bytes | None:
        try:
            answer = self._call(lambda: self.client.get_object(Bucket=self.bucket, Key=self._key(path)))
        except self.client.exceptions.NoSuchKey:
            return None
        return bytes(self._call(answer["Body"].read))

    def drop(self, path: str) -> None:
        self._call(lambda: self.client.delete_object(Bucket=self.bucket, Key=self._key(path)))

    def _call(self, request: Callable[[], Any]) -> Any:  # noqa: ANN401
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return request()
        except self.client.exceptions.NoSuchKey:
            raise
        except (BotoCoreError, ClientError) as error:
            raise StoreUnavailableError(str(error)) from error


def open_store(root: str | None = None) -> Store:
    """The store of a root (`s3://bucket/prefix` or a folder); default: the settings' artifacts root."""
    place = root or settings().artifacts_root
    if place.startswith("s3://"):
        parts = urlsplit(place)
        return S3Store(parts.netloc, parts.path, settings().store_endpoint)
    return FolderStore(Path(place))


def save(name: str, version: str, parts: Mapping[str, Any], store: Store | None = None) -> str:
    """Store a model's parts; returns its uri, `<name>/<version>`.

    A part's form follows its name: `x.json` (anything JSON), `x.npz` (a mapping of arrays), `x.txt` (str, or a LightGBM Booster),
    `x.skops` (a scikit-learn estimator).
    """
    place, uri = store or open_store(), f"{name}/{version}"
    entries = []
    for part, value in sorted(parts.items()):
        data = _encode(part, value)
        sha = hashlib.sha256(data).hexdigest()
        entries.append({"part": part, "file": f"{sha[:12]}-{part}", "sha256": sha, "bytes": len(data)})
        place.put(f"{uri}/{entries[-1]['file']}", data)
    place.put(f"{uri}/{MANIFEST}", json.dumps({"name": name, "version": version, "parts": entries}, indent=1).encode())
    return uri


def load(uri: str, store: Store | None = None, *, only: str | None = None) -> dict[str, Any]:
    """Read a model's parts by name, or `only` one; a LightGBM text comes as str.

    Raises ArtifactError when anything is missing or altered.
    """
    place = store or open_store()
    manifest = place.get(f"{uri}/{MANIFEST}")
    if manifest is None:
        raise ArtifactError(f"no manifest for {uri}")
    entries = [entry for entry in json.loads(manifest)["parts"] if only in (None, entry["part"])]
    with ThreadPoolExecutor(AT_ONCE) as readers:
        parts = readers.map(lambda entry: _decode(entry["part"], _checked(place, uri, entry)), entries)
        return dict(zip((entry["part"] for entry in entries), parts, strict=True))


def remove(uri: str, store: Store | None = None) -> None:
    """Take a version away: its manifest first, so that nobody finds half of it. Nothing happens where there is none."""
    place = store or open_store()
    manifest = place.get(f"{uri}/{MANIFEST}")
    place.drop(f"{uri}/{MANIFEST}")
    for entry in json.loads(manifest)["parts"] if manifest else ():
        place.drop(f"{uri}/{entry['file']}")


def _checked(place: Store, uri: str, entry: Mapping[str, Any]) -> bytes:
    data = place.get(f"{uri}/{entry['file']}")
    if data is None or hashlib.sha256(data).hexdigest() != entry["sha256"]:
        raise ArtifactError(f"{entry['part']} of {uri} is {'missing' if data is None else 'altered'}")
    return data


def _encode(part: str, value: Any) -> bytes:  # noqa: ANN401
    match part.rpartition(".")[2]:
        case "json":
            return json.dumps(value, sort_keys=True, allow_nan=False).encode()
        case "npz":
            buffer = io.BytesIO()
            np.savez_compressed(buffer, **value)
            return buffer.getvalue()
        case "txt":
            return (value if isinstance(value, str) else value.model_to_string()).encode()
        case "skops":
            import skops.io

            return bytes(skops.io.dumps(value))
    raise ArtifactError(f"no form for part {part}: use .json, .npz, .txt or .skops")


def _decode(part: str, data: bytes) -> Any:  # noqa: ANN401
    match part.rpartition(".")[2]:
        case "json":
            return json.loads(data)
        case "npz":
            with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
                return dict(arrays)
        case "txt":
            return data.decode()
    import skops.io

    return skops.io.loads(data, trusted=[])
