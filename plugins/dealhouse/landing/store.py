"""Where immutable files live: a folder, or a prefix of an S3 bucket, behind one small Protocol.

A key is a relative path with `/`. A folder writes under a temporary name and renames; S3's PUT is atomic by itself.
`put_if_absent` is what makes a manifest the last and only word on its batch.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Protocol, cast

from dealhouse.errors import BadInputError
from dealhouse.settings import settings

TEMPORARY = ".tmp-"
S3_MISSING = {"404", "NoSuchKey", "NotFound", "NoSuchBucket"}  # some stores make a bucket at the first write
S3_TAKEN = {"412", "409", "PreconditionFailed", "ConditionalRequestConflict"}


class Store(Protocol):
    """Files by key. A missing key raises FileNotFoundError."""

    def put(self, key: str, content: bytes) -> None: ...

    def put_file(self, key: str, path: Path) -> None: ...

    def put_if_absent(self, key: str, content: bytes) -> bool:
        """Write unless the key is taken; True when written."""
        ...

    def get(self, key: str) -> bytes: ...

    def open(self, key: str) -> BinaryIO: ...

    def exists(self, key: str) -> bool: ...

    def list(self, prefix: str) -> Iterator[str]:
        """Keys that start with the prefix, sorted."""
        ...

    def written_at(self, key: str) -> datetime:
        """When the key was last written, by the store's clock."""
        ...

    def delete(self, key: str) -> None:
        """Take the key away; one that is not there is no fault."""
        ...

    def sweep(self, seconds: float) -> None:
        """Take away what writes left that were cut short so long ago."""
        ...

    def uri(self, key: str) -> str: ...


def open_store(root: str | None = None) -> Store:
    """The store at `root` (a folder or `s3://bucket/prefix`); None means the settings' store."""
    place = settings().store_root if root is None else root
    if place.startswith("s3://"):
        bucket, _, prefix = place.removeprefix("s3://").partition("/")
        return S3Store(bucket, prefix.strip("/"), settings().store_endpoint)
    return FolderStore(Path(place))


class FolderStore:
    """A folder on this machine."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()

    def _path(self, key: str) -> Path:
        if PurePosixPath(key).is_absolute() or ".." in PurePosixPath(key).parts:
            raise BadInputError("a key must be a relative path without ..", key)
        return self.root / key

    def _beside(self, target: Path) -> Path:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=TEMPORARY)
        os.close(handle)
        return Path(name)

    def put(self, key: str, content: bytes) -> None:
        target = self._path(key)
        temporary = self._beside(target)
        temporary.write_bytes(content)
        temporary.replace(target)

    def put_file(self, key: str, path: Path) -> None:
        target = self._path(key)
        temporary = self._beside(target)
        shutil.copyfile(path, temporary)
        temporary.replace(target)

    def put_if_absent(self, key: str, content: bytes) -> bool:
        target = self._path(key)
        temporary = self._beside(target)
        temporary.write_bytes(content)
        try:
            os.link(temporary, target)
        except FileExistsError:
            return False
        finally:
            temporary.unlink()
        return True

    def get(self, key: str) -> bytes:
        return self._path(key).read_bytes()

    def open(self, key: str) -> BinaryIO:
        return self._path(key).open("rb")

    def exists(self, key: str) -> bool:
        return self._path(key).is_file()

    def list(self, prefix: str) -> Iterator[str]:
        top = self._path(prefix if prefix.endswith("/") else str(PurePosixPath(prefix).parent))
        found = (path.relative_to(self.root).as_posix() for path in top.rglob("*") if path.is_file())
        yield from sorted(key for key in found if key.startswith(prefix) and not PurePosixPath(key).name.startswith(TEMPORARY))

    def written_at(self, key: str) -> datetime:
        return datetime.fromtimestamp(self._path(key).stat().st_mtime, UTC)

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)  # its folder stays: somebody may be about to write there

    def sweep(self, seconds: float) -> None:
        for path in self.root.rglob(f"{TEMPORARY}*"):
            if path.stat().st_mtime < time.time() - seconds:
                path.unlink(missing_ok=True)

    def uri(self, key: str) -> str:
        return str(self._path(key))


class S3Store:
    """A prefix of a bucket of any S3-compatible store that honours conditional writes."""

    def __init__(self, bucket: str, prefix: str, endpoint: str | None = None) -> None:
        import boto3

        self.bucket = bucket
        self.prefix = f"{prefix}/" if prefix else ""
        session = boto3.Session()  # its own: the default one keeps the credentials that it was first asked with
        self.client: Any = session.client("s3", endpoint_url=endpoint)

    def put(self, key: str, content: bytes) -> None:
        self.client.put_object(Bucket=self.bucket, Key=self.prefix + key, Body=content)

    def put_file(self, key: str, path: Path) -> None:
        self.client.upload_file(str(path), self.bucket, self.prefix + key)

    def put_if_absent(self, key: str, content: bytes) -> bool:
        return self._unless(S3_TAKEN, lambda: self.client.put_object(
            Bucket=self.bucket, Key=self.prefix + key, Body=content, IfNoneMatch="*"))

    def get(self, key: str) -> bytes:
        with self.open(key) as body:
            return body.read()

    def open(self, key: str) -> BinaryIO:
        from botocore.exceptions import ClientError

        try:
            return cast(BinaryIO, self.client.get_object(Bucket=self.bucket, Key=self.prefix + key)["Body"])
        except ClientError as error:
            if error.response["Error"]["Code"] in S3_MISSING:
                raise FileNotFoundError(self.uri(key)) from error
            raise

    def exists(self, key: str) -> bool:
        return self._unless(S3_MISSING, lambda: self.client.head_object(Bucket=self.bucket, Key=self.prefix + key))

    def list(self, prefix: str) -> Iterator[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self.prefix + prefix)
        try:
            for page in pages:
                yield from (entry["Key"].removeprefix(self.prefix) for entry in page.get("Contents", []))
        except self.client.exceptions.NoSuchBucket:
            return  # some stores make a bucket at the first write: before it there is nothing to list

    def written_at(self, key: str) -> datetime:
        from botocore.exceptions import ClientError

        try:
            moment: datetime = self.client.head_object(Bucket=self.bucket, Key=self.prefix + key)["LastModified"]
        except ClientError as error:
            if error.response["Error"]["Code"] in S3_MISSING:
                raise FileNotFoundError(self.uri(key)) from error
            raise
        return moment

    def delete(self, key: str) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=self.prefix + key)

    def sweep(self, seconds: float) -> None:
        """Nothing: of a PUT that was cut short nothing can be seen."""

    def uri(self, key: str) -> str:
        return f"s3://{self.bucket}/{self.prefix}{key}"

    @staticmethod
    def _unless(codes: set[str], call: Any) -> bool:  # noqa: ANN401 (a botocore call)
        """Make the call: True when it worked, False when S3 answered one of these codes."""
        from botocore.exceptions import ClientError

        try:
            call()
        except ClientError as error:
            if error.response["Error"]["Code"] in codes:
                return False
            raise
        return True
