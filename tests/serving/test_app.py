import httpx
import pytest


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/v1/nothing", 404), ("DELETE", "/v1/deals", 405), ("GET", "/v1", 404)]
)
def test_the_frameworks_own_errors_are_problems_too(api: httpx.Client, method: str, path: str, status: int) -> None:
    answer = api.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["instance"] == path


def test_every_answer_carries_an_id_and_safe_headers(api: httpx.Client) -> None:
    given = "6f0f8a52-3f5e-4f0a-9a39-0d8f2f7f5a11"
    assert api.get("/v1/deals", headers={"X-Request-ID": given}).headers["x-request-id"] == given
    odd = api.get("/v1/nothing", headers={"X-Request-ID": "<script>"})
    assert len(odd.headers["x-request-id"]) == 36
    assert odd.headers["x-content-type-options"] == "nosniff"
