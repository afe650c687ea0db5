from datetime import UTC, datetime
from pathlib import Path

import pytest

from dealhouse.errors import BadInputError, CorruptBatchError
from dealhouse.landing import batch as batches
from dealhouse.landing.batch import Batch, BatchWriter, landed, open_batch
from dealhouse.landing.store import FolderStore

AS_OF = datetime(2026, 5, 5, 10, 15, tzinfo=UTC)


def write(root: Path, titles: list[str], as_of: datetime = AS_OF) -> Batch:
    with BatchWriter(FolderStore(root), source="offers", merchant_id="acme", kind="offers", as_of=as_of) as writer:
        writer.document({"url": "http://acme/feed", "status": "fetched"})
        for title in titles:
            writer.record({"title": title})
        writer.reject("missing_price", '{"id": 1}', "no price")
        return writer.close({"crawl_id": "acme:k", "status": "complete"})


def lines(batch: Batch) -> list[bytes]:
    return [row.line for row in batch.rows("records")]


def test_a_batch_reads_back_as_it_was_written(tmp_path: Path) -> None:
    batch = open_batch(write(tmp_path, ["Käse", "b"]).uri)
    assert lines(batch) == ['{"title":"Käse"}'.encode(), b'{"title":"b"}']
    assert batch.manifest.rows == 3
    assert [row.row_no for row in [*batch.rows("records"), *batch.rows("rejects")]] == [0, 1, 2]
    assert batch.manifest.crawl == {"crawl_id": "acme:k", "status": "complete"}


def test_rows_are_numbered_over_all_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "PART_ROWS", 2)
    batch = write(tmp_path, list("abcde"))
    assert [(row.part, row.row_no) for row in batch.rows("records")] == [
        ("part-0000.ndjson.zst", 0), ("part-0000.ndjson.zst", 1), ("part-0001.ndjson.zst", 2), ("part-0001.ndjson.zst", 3),
        ("part-0002.ndjson.zst", 4),
    ]


def test_the_same_content_is_the_same_batch(tmp_path: Path) -> None:
    first, second = write(tmp_path, ["a"]), write(tmp_path, ["a"])
    assert first.uri == second.uri
    assert first.manifest == second.manifest
    assert len(list(landed(FolderStore(tmp_path)))) == 1


def test_other_content_or_another_run_is_another_batch(tmp_path: Path) -> None:
    first = write(tmp_path, ["a"]).manifest.batch_id
    assert write(tmp_path, ["b"]).manifest.batch_id != first
    assert write(tmp_path, ["a"], AS_OF.replace(day=6)).manifest.batch_id != first


def test_a_batch_without_its_manifest_does_not_exist(tmp_path: Path) -> None:
    batch = write(tmp_path, ["a"])
    (Path(batch.uri) / "manifest.json").unlink()
    assert list(landed(FolderStore(tmp_path))) == []
    with pytest.raises(BadInputError):
        open_batch(batch.uri)


def test_a_writer_left_without_close_lands_nothing(tmp_path: Path) -> None:
    writer = BatchWriter(FolderStore(tmp_path), source="offers", merchant_id="acme", kind="offers", as_of=AS_OF)
    with writer:
        writer.record({"title": "a"})
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize("damage", [lambda b: b[:-3], lambda b: b + b"x", lambda b: bytes([b[0] ^ 1]) + b[1:], lambda _: b""])
def test_damage_is_found(tmp_path: Path, damage: object) -> None:
    batch = write(tmp_path, ["a" * 100, "b"])
    part = Path(batch.uri) / "part-0000.ndjson.zst"
    part.write_bytes(damage(part.read_bytes()))  # type: ignore[operator]
    with pytest.raises(CorruptBatchError):
        lines(open_batch(batch.uri))


def test_a_lost_part_is_found(tmp_path: Path) -> None:
    batch = write(tmp_path, ["a"])
    (Path(batch.uri) / "part-0000.ndjson.zst").unlink()
    with pytest.raises(CorruptBatchError):
        lines(batch)


def test_an_empty_batch_is_a_batch(tmp_path: Path) -> None:
    with BatchWriter(FolderStore(tmp_path), source="offers", merchant_id="acme", kind="offers", as_of=AS_OF) as writer:
        batch = writer.close({"status": "failed", "error": "timeout"})
    assert batch.manifest.rows == 0
    assert list(open_batch(batch.uri).rows("records")) == []


def test_a_name_that_would_leave_its_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError):
        BatchWriter(FolderStore(tmp_path), source="offers", merchant_id="../x", kind="offers", as_of=AS_OF)


def test_a_surrogate_in_a_record_is_bad_input_and_in_a_reject_is_kept(tmp_path: Path) -> None:
    with BatchWriter(FolderStore(tmp_path), source="offers", merchant_id="acme", kind="offers", as_of=AS_OF) as writer:
        with pytest.raises(BadInputError):
            writer.record({"title": "\ud800"})
        writer.reject("malformed_record", "\ud800")
        batch = writer.close()
    assert [row.line for row in batch.rows("rejects")] == [b'{"reason":"malformed_record","payload":"\\\\ud800","detail":""}']
