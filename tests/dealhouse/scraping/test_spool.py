import os
import time
from pathlib import Path

import pytest

from dealhouse.scraping import spool as spools
from dealhouse.scraping.spool import Spool


def document(url: str) -> dict[str, str]:
    return {"url": url, "status": "fetched"}


def write(spool: Spool, url: str, *lines: bytes) -> None:
    for line in lines:
        spool.write(b"R", line)
    spool.commit(document(url))


def test_what_was_committed_is_there_after_a_death(tmp_path: Path) -> None:
    folder = tmp_path / "acme"
    with Spool(folder, "k") as spool:
        write(spool, "a", b"1", b"2")
        write(spool, "b")
        spool.write(b"R", b"never committed")
    with Spool(folder, "k") as again:
        assert {url: list(again.lines(url)) for url in again.spans} == {"a": [(b"R", b"1"), (b"R", b"2")], "b": []}
        write(again, "c", b"3")
        assert list(again.lines("c")) == [(b"R", b"3")]
        again.remove()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("torn", [b"R{\"half\":", b"R{}\nD{\"url\"", b"D{]\n", b"\0\0\0\n", b"R{}\n"])
def test_a_torn_end_never_happened(tmp_path: Path, torn: bytes) -> None:
    with Spool(tmp_path, "k") as spool:
        write(spool, "a", b"1")
    whole = (tmp_path / "k.spool").read_bytes()
    (tmp_path / "k.spool").write_bytes(whole + torn)
    with Spool(tmp_path, "k") as again:
        assert list(again.spans) == ["a"]
    assert (tmp_path / "k.spool").read_bytes() == whole


def test_a_dropped_document_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spools, "FLUSH", 10)
    with Spool(tmp_path, "k") as spool:
        write(spool, "a", b"1")
        spool.write(b"R", b"long enough to be written at once")
        spool.drop()
        write(spool, "b", b"2" * 30, b"3")
        assert [list(spool.lines(url)) for url in ("a", "b")] == [[(b"R", b"1")], [(b"R", b"2" * 30), (b"R", b"3")]]
    with Spool(tmp_path, "k") as again:
        assert list(again.spans) == ["a", "b"]


def test_the_later_of_one_name_counts(tmp_path: Path) -> None:
    with Spool(tmp_path, "k") as spool:
        write(spool, "a", b"1")
        write(spool, "a", b"2")
    with Spool(tmp_path, "k") as again:
        assert list(again.lines("a")) == [(b"R", b"2")]
        assert again.document("a") == document("a")
        assert again.document("b") is None


def test_two_at_the_same_crawl_do_not_meet(tmp_path: Path) -> None:
    with Spool(tmp_path, "k") as first, Spool(tmp_path, "k") as second:
        write(first, "a", b"1")
        write(second, "b", b"2")
        assert (list(first.spans), list(second.spans)) == (["a"], ["b"])
        assert first.path != second.path


def test_abandoned_ones_are_cleared_away(tmp_path: Path) -> None:
    for name, age in (("old", spools.ABANDONED + 60), ("young", 60)):
        (tmp_path / f"{name}.spool").write_bytes(b"")
        os.utime(tmp_path / f"{name}.spool", (time.time() - age,) * 2)
    with Spool(tmp_path, "k"):
        assert sorted(path.name for path in tmp_path.iterdir()) == ["k.spool", "young.spool"]
