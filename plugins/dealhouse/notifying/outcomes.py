"""What the two tasks of notify_customers did, as the run ledger keeps it."""

from datetime import datetime

from dealhouse.alerts import raise_alert
from dealhouse.notifying.delivering import deliver
from dealhouse.notifying.telling import tell
from dealhouse.run_ledger import Outcome


def queued(as_of: datetime) -> Outcome:
    """A key whose release is not the live one is a no-op."""
    told = tell(as_of)
    if told.release_id is None:
        return Outcome(status="noop", detail={"reason": "another release is live"})
    idle = {} if told.rows else {"idle": "this release holds for nobody what they wait for"}
    return Outcome(told.rows, detail={"release_id": told.release_id, **told.messages, **idle})


def delivered(as_of: datetime) -> Outcome:
    """A mail server that cannot be talked to is an alert, no failure: the next run sends what waits."""
    done = deliver()
    if done.is_busy:
        return Outcome(status="noop", detail={"reason": "another process delivers"})
    if done.is_down is not None:
        raise_alert("notify_customers", "warning", f"the mail server cannot be talked to: {done.is_down}", as_of)
    sent = sum(done.rows.values())
    return Outcome(sent, detail={**done.rows, "held": done.held, **({} if sent else {"idle": "nothing is due"})})
