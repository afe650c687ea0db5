"""# notify_customers

After each release: tells shoppers what they wait for, where they want to be told.

- **Inputs**: the live release; `inbox` (alerts, saved searches, preferences, consents, what does not interest), `contact`, carts
  in `raw.shop_events`.
- **Outputs**: `notify.outbox`, a row for what is told about one thing through one channel; `inbox.notification` on the shopper's
  own page; mails and webhooks.
- **Run type**: after `publish.storefront`; safe to run again: nothing is told twice. A key whose release is not the live one is a
  recorded no-op.
- **Without a mail server** (the demo) mails wait in the outbox as `held`; pages and webhooks work.

## Triage
1. `deliver_messages` raised an alert that the mail server is down: mails wait, the next run sends them. `python -m
   dealhouse.notifying deliver` sends them now, `list` shows the outbox by state and reason.
2. Many `failed` of one reason: `list` says which; a server that refuses us by name wants another `DEALHOUSE_MAIL_FROM`.
3. `failed` with `interrupted while sending`: the process died with the server's answer; the mail may have arrived, so it is not
   sent again.
"""

from airflow.sdk import DAG, PartitionedAssetTimetable, get_current_context, task

from dealhouse.assets import STOREFRONT
from dealhouse.operators.ledgered_operator import ledgered
from dealhouse.policies import DAG_ARGS, Tag

with DAG(
    dag_id="notify_customers",
    dag_display_name="8 · Notify customers",
    schedule=PartitionedAssetTimetable(assets=STOREFRONT),
    doc_md=__doc__,
    tags=[Tag.PUBLISH],
    **DAG_ARGS,
):

    @task
    def queue_messages() -> None:
        """What holds in the live release, into the outbox."""
        from dealhouse.notifying.outcomes import queued

        ledgered(get_current_context(), queued)

    @task
    def deliver_messages() -> None:
        """What is due, to mailboxes and webhooks."""
        from dealhouse.notifying.outcomes import delivered

        ledgered(get_current_context(), delivered)

    queue_messages() >> deliver_messages()
