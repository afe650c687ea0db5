"""What a shopper keeps, where they are reached and what they were told goes with them; another's stays."""

from datetime import UTC, datetime

import pytest

from dealhouse.loading.wishes import land_wishes
from dealhouse.privacy.erase import erase, replay
from tests.dealhouse.loading.conftest import Ask
from tests.dealhouse.privacy.conftest import ANN_KEY, ANNS_ADDRESS, BOB_KEY, execute
from tests.dealhouse.privacy.test_erase import traces

AS_OF = datetime(2099, 5, 5, 10, 15, tzinfo=UTC)
WORDS = (ANN_KEY, ANNS_ADDRESS, "gift for Tom", "Acme of Ann", "hooks.example")
KEEP = """
    insert into inbox.saved_deal (customer_key, deal_id) values (%(key)s, gen_random_uuid());
    insert into inbox.saved_search (customer_key, name, query)
    values (%(key)s, 'a gift for Tom', '{"q": "gift for Tom", "brand": ["Acme of Ann"]}');
    insert into inbox.alert (customer_key, kind, product_id, release_as_of)
    values (%(key)s, 'back_in_stock', gen_random_uuid(), now());
    insert into inbox.preference (customer_key, brands) values (%(key)s, '{Acme of Ann}');
    insert into inbox.consent (customer_key, purpose, granted, text_version) values (%(key)s, 'alerts', true, '1');
    insert into inbox.not_interested (customer_key, kind, value) values (%(key)s, 'brand', 'Acme of Ann');
    insert into inbox.notification (outbox_id, customer_key, kind, title, body, release_id)
    values (gen_random_uuid(), %(key)s, 'cart', 'x', '{}', 'r');
    insert into contact.address (customer_key, address) values (%(key)s, %(address)s);
    insert into contact.webhook (customer_key, url, secret) values (%(key)s, 'https://hooks.example/x', 's');
    insert into notify.outbox (outbox_id, customer_key, channel, kind, subject_id, occasion, release_id, as_of, title, body,
        state, not_before)
    values (gen_random_uuid(), %(key)s, 'email', 'cart', %(key)s, 'r', 'r', now(), 'x', '{}', 'queued', now());
    insert into notify.watched values (%(key)s, 'interest', %(key)s, now());
    insert into notify.told values (%(key)s, 'interest', %(key)s, gen_random_uuid(), now());
"""
TABLES = ("inbox.saved_deal", "inbox.saved_search", "inbox.alert", "inbox.preference", "inbox.consent", "inbox.not_interested",
          "inbox.notification", "inbox.wish_changes", "contact.address", "contact.webhook", "notify.outbox", "notify.watched",
          "notify.told")


@pytest.fixture
def kept(past: str) -> str:
    """Ann and Bob keep something of every kind; of Bob's nothing is hers."""
    others = KEEP.replace("gift for Tom", "gift").replace("Acme of Ann", "Acme").replace("hooks.example", "h.example")
    for told, key, address in ((KEEP, ANN_KEY, ANNS_ADDRESS), (others, BOB_KEY, "bob@mail.example")):
        execute(past, told.replace("%(key)s", f"'{key}'").replace("%(address)s", f"'{address}'"))
    return past


def test_nothing_that_was_kept_is_left(kept: str, ask: Ask) -> None:
    assert land_wishes(AS_OF) is not None
    assert {*TABLES, "raw.wishes"} <= set(traces(kept, WORDS))
    done = erase(frozenset({ANN_KEY}), build=False)
    assert traces(kept, WORDS) == {}
    assert set(TABLES) <= set(done.rows)
    assert {table: execute(kept, f"select count(*) from {table}")[0][0] for table in TABLES} == {
        **dict.fromkeys(TABLES, 1), "inbox.wish_changes": 4,
    }
    assert ask("select count(*), count(*) filter (where is_active) from raw.wishes") == [(8, 8)]  # figures stay


def test_who_was_erased_and_keeps_something_again_goes_again(kept: str) -> None:
    erase(frozenset({ANN_KEY}), build=False)
    execute(kept, "insert into inbox.consent (customer_key, purpose, granted, text_version) values (%s, 'alerts', false, '1')",
            ANN_KEY)
    replay(build=False)
    assert traces(kept, WORDS) == {}
