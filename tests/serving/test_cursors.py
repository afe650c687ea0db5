import base64
import json
from datetime import UTC, datetime

import pytest

from serving import cursors
from serving.cursors import Cursor
from serving.problems import InvalidRequestError

CURSOR = Cursor(
    versions={"deal": 3}, release_id="r", as_of=datetime(2026, 5, 5, tzinfo=UTC), question="q", after=["-1.5", "7"], words="é ☕"
)


def test_a_cursor_survives_the_wire() -> None:
    text = cursors.encode(CURSOR)
    assert text.isascii()
    assert cursors.decode(text, "q", {"deal"}) == CURSOR


def forged(**changes: object) -> str:
    body = json.loads(CURSOR.model_dump_json(by_alias=True)) | changes
    return base64.urlsafe_b64encode(json.dumps(body).encode()).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!",
        "é",
        "e30",
        forged(v={"price": 3}),
        forged(v={"deal": -1}),
        forged(v={"deal": 2**64}),
        forged(a=[]),
        forged(w="\x00"),
        forged(q="x"),
        forged(t="now"),
        forged(a=["x" * 300]),
    ],
)
def test_what_we_did_not_make_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequestError):
        cursors.decode(text, "q", {"deal"})


@pytest.mark.parametrize("after", [["x", "1"], ["1"], ["NaN", "1"], ["1", "-1"], ["1", "1.5"], ["1" * 40, "1"]])
def test_a_key_that_is_no_number_is_refused(after: list[str]) -> None:
    with pytest.raises(InvalidRequestError):
        CURSOR.model_copy(update={"after": after}).keyed()


def test_the_fingerprint_depends_on_the_question_not_on_its_order() -> None:
    assert cursors.fingerprint({"a": 1, "b": [2]}) == cursors.fingerprint({"b": [2], "a": 1})
    assert cursors.fingerprint({"a": 1}) != cursors.fingerprint({"a": 2})
