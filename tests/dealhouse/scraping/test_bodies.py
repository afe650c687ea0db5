import gzip
import time
import tracemalloc
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealhouse.scraping.bodies import Body, BodyError

LIMIT = 1 << 20


def unfold(encoding: str | None, *chunks: bytes, limit: int = LIMIT) -> bytes:
    body = Body(encoding, limit)
    for chunk in chunks:
        body.add(chunk)
    return body.close()


@pytest.mark.parametrize(
    ("encoding", "wrap"),
    [
        (None, lambda plain: plain),
        ("identity", lambda plain: plain),
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        (None, gzip.compress),  # a compressed file
        ("gzip", lambda plain: gzip.compress(gzip.compress(plain))),  # a compressed file, compressed for the way
        ("deflate", zlib.compress),
        ("deflate", lambda plain: zlib.compress(plain)[2:-4]),
        ("gzip", lambda plain: gzip.compress(plain[:5]) + gzip.compress(plain[5:]) + b"\0\0"),
    ],
)
def test_what_was_folded_is_unfolded(encoding: str | None, wrap: object) -> None:
    plain = b"hello shop " * 500
    folded = wrap(plain)  # type: ignore[operator]
    assert unfold(encoding, folded) == plain
    assert unfold(encoding, *(folded[at : at + 1] for at in range(len(folded)))) == plain


def test_an_empty_and_a_tiny_body() -> None:
    assert unfold(None) == b""
    assert unfold(None, b"\x1f") == b"\x1f"


@pytest.mark.parametrize("encoding", ["gzip", None])
def test_a_bomb_is_refused_at_once_in_little_memory(encoding: str | None) -> None:
    bomb = gzip.compress(gzip.compress(b"0" * 150_000_000, 1), 9) if encoding else gzip.compress(b"0" * 150_000_000, 1)
    tracemalloc.start()
    started = time.process_time()
    with pytest.raises(BodyError, match="over"):
        unfold(encoding, *(bomb[at : at + 65536] for at in range(0, len(bomb), 65536)), limit=64 << 20)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (time.process_time() - started < 5, peak < 200e6) == (True, True)


def test_a_cut_body_may_be_whole_next_time_and_a_broken_one_never() -> None:
    folded = gzip.compress(b"hello shop" * 100)
    with pytest.raises(BodyError) as cut:
        unfold("gzip", folded[:-9])
    with pytest.raises(BodyError) as broken:
        unfold("gzip", b"\x1f\x8b" + b"nonsense")
    with pytest.raises(BodyError) as unasked:
        unfold("br", b"?")
    assert [one.value.is_final for one in (cut, broken, unasked)] == [False, True, True]


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([None, "gzip", "deflate", "gzip, deflate"]))
def test_any_bytes_are_a_body_or_a_fault(data: bytes, encoding: str | None) -> None:
    try:
        unfold(encoding, data[:7], data[7:])
    except BodyError:
        return
