from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from serving.app import app as application

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
OPERATIONS = [
    (method.upper(), path) for path, methods in application.openapi()["paths"].items() for method in methods if path != "/metrics"
]
SCHEMA = schemathesis.openapi.from_dict(application.openapi())


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.name.lower())
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_whatever_is_asked_the_answer_is_the_documented_one(address: str, method: str, path: str, mode: GenerationMode) -> None:
    operation = SCHEMA[path][method]
    if not (operation.definition.raw.get("parameters") or operation.definition.raw.get("requestBody")):
        mode = GenerationMode.POSITIVE  # what takes nothing cannot be asked wrongly

    @given(operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=10,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Any) -> None:
        case.validate_response(case.call(base_url=address), checks=CHECKS)

    ask()


def test_the_document_is_openapi_3_1_and_every_error_a_problem() -> None:
    document = application.openapi()
    assert document["openapi"].startswith("3.1")
    for path, methods in document["paths"].items():
        for operation in methods.values():
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    assert list(response["content"]) == ["application/problem+json"], (path, status)


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
