import pytest
from airflow.sdk import RetryAction

from dealhouse.errors import BadInputError, FetchUnavailableError, GateRefusedError, SubprocessError
from dealhouse.policies import RETRIES


@pytest.mark.parametrize(
    ("error", "action"),
    [
        (BadInputError("no price", "row 3"), RetryAction.FAIL),
        (GateRefusedError("deal.price is null"), RetryAction.FAIL),
        (FetchUnavailableError("http://shop", "timeout"), RetryAction.RETRY),
        (SubprocessError("dbt build", 2, "killed"), RetryAction.RETRY),
        (RuntimeError("unforeseen"), RetryAction.DEFAULT),
    ],
    ids=lambda value: type(value).__name__,
)
def test_only_transient_errors_are_retried(error: Exception, action: RetryAction) -> None:
    assert RETRIES.evaluate(error, try_number=1, max_tries=2).action is action
