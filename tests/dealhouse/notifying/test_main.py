import json

import pytest

from dealhouse.notifying.__main__ import main
from tests.dealhouse.notifying.conftest import ANN, Execute


def test_told_delivered_and_listed_without_a_name(execute: Execute, capsys: pytest.CaptureFixture[str]) -> None:
    execute("insert into contact.address (customer_key, address) values (%s, 'ann@mail.example')", ANN)
    assert [main(words) for words in (["tell"], ["deliver"], ["list"])] == [0, 0, 0]
    told, done, listed = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (told["rows"], told["messages"], done["held"]) == (1, {"confirm": 1}, 1)
    assert {name: listed[name] for name in ("channel", "kind", "state", "rows")} == {
        "channel": "email", "kind": "confirm", "state": "held", "rows": 1,
    }
    assert ANN not in json.dumps(listed)


def test_a_mail_server_of_no_known_kind_is_refused(execute: Execute, monkeypatch: pytest.MonkeyPatch) -> None:
    from dealhouse.settings import settings

    monkeypatch.setenv("DEALHOUSE_SMTP_URL", "http://mail.example")
    settings.cache_clear()
    assert main(["deliver"]) == 2
    assert execute("select 1") == [(1,)]
