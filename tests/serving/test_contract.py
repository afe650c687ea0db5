"""The document against the API: complete, with examples that the API really gives, and no stumbling however it is asked."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import jsonschema  # type: ignore[import-untyped]
import pytest

from serving.app import app
from serving.keys import book
from serving.openapi import EXAMPLES
from tests.conftest import copied
from tests.serving import published
from tests.serving.operations import Asker, Operation, operations

Bearer = Callable[..., dict[str, str]]
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
JSON = "application/json"
ALL = [operation for operation in operations() if operation.path != "/metrics"]
WITH_ANSWERS = [
    operation for operation in ALL
    if any(JSON in response.get("content", {}) for status, response in operation.told["responses"].items() if int(status) < 300)
]


def named(operation: Operation) -> str:
    return operation.name.replace("/", "-").strip("-")


@pytest.fixture(scope="module")
def asker(server_url: str, template: str, bearer: Bearer) -> Iterator[Asker]:
    """A shopper of a shop with a key, at an API of its own, whose world may be written to."""
    world = published.make_world()
    with copied(server_url, template, f"test_contract_{uuid.uuid4().hex[:8]}") as url:
        published.publish(url, world, 1)
        with book.opened(url) as connection:
            key = book.create(connection, "shop", ["prices"], 100_000, None)
        with published.running(url) as where, httpx.Client(base_url=where, timeout=20) as client:
            yield Asker(client, world, bearer(published.ALICE) | {"X-API-Key": key})


@pytest.fixture(scope="module")
def answers(asker: Asker) -> dict[str, Any]:
    """What each operation answers, lists cut to their first entry: first what writes, then what reads."""
    told = {}
    for operation in sorted(WITH_ANSWERS, key=lambda each: each.method == "GET"):
        answer = asker.ask(operation)
        assert answer.is_success, (operation.name, answer.text)
        told[operation.name] = _cut(answer.json())
    if os.environ.get("WRITE_EXAMPLES"):
        EXAMPLES.write_text(json.dumps(told, indent=1, sort_keys=True) + "\n")
    return told


def _cut(body: Any) -> Any:
    if isinstance(body, dict):
        return {name: _cut(value) for name, value in body.items()}
    return [_cut(each) for each in body[:1]] if isinstance(body, list) else body


def test_the_document_is_openapi_3_1() -> None:
    assert app.openapi()["openapi"].startswith("3.1")


@pytest.mark.parametrize("operation", ALL, ids=named)
def test_an_operation_says_what_it_does_and_how_it_fails(operation: Operation) -> None:
    assert operation.told["summary"]
    assert operation.told.get("description"), "a docstring that says more than the summary"
    problems = {status: each for status, each in operation.told["responses"].items() if int(status) >= 400}
    wanted = {"401", "422", "429", "503"} if operation.path.startswith("/v1") else set()
    wanted |= {"403"} if operation.is_personal else set()
    wanted |= {"413"} if operation.body else set()
    wanted |= {"404"} if any(name != "deal_id" for name in operation.parameters("path")) else set()
    assert wanted <= set(problems)
    for status, told in problems.items():
        assert list(told["content"]) == ["application/problem+json"], status
        example = told["content"]["application/problem+json"]["example"]
        assert (str(example["status"]), example["instance"]) == (status, operation.path)


@pytest.mark.parametrize("operation", WITH_ANSWERS, ids=named)
def test_an_operations_example_fits_its_schema_and_is_what_the_api_answers(operation: Operation, answers: dict[str, Any]) -> None:
    document = app.openapi()
    for status, response in operation.told["responses"].items():
        if int(status) < 300 and JSON in response.get("content", {}):
            content = response["content"][JSON]
            schema = {**content["schema"], "components": document["components"]}
            jsonschema.Draft202012Validator(schema).validate(content["example"])
            assert content["example"].keys() == answers[operation.name].keys(), "WRITE_EXAMPLES=1 pytest writes them again"


@pytest.mark.parametrize("operation", [each for each in ALL if "requestBody" in each.told], ids=named)
def test_the_example_of_a_body_fits_its_schema(operation: Operation) -> None:
    (content,) = operation.told["requestBody"]["content"].values()
    jsonschema.Draft202012Validator({**content["schema"], "components": app.openapi()["components"]}).validate(operation.body)


def test_who_may_ask_is_told() -> None:
    document = app.openapi()
    assert {scheme["type"] for scheme in document["components"]["securitySchemes"].values()} == {"http", "apiKey"}
    for operation in operations():
        if operation.path.startswith("/v1"):
            ways = [set(way) for way in operation.told["security"]]
            assert {"ServiceKey"} in ways or {"ShopToken", "ServiceKey"} in ways
            assert (set() in ways) is not operation.is_personal, operation.name


def test_whatever_a_generator_of_requests_thinks_of_the_answer_is_a_documented_one(asker: Asker, tmp_path: Path) -> None:
    """Schemathesis in all of its phases: examples, edges of the schema, chance, and requests that build on each other."""
    command = [
        str(Path(sys.executable).with_name("schemathesis")), "run", str(asker.client.base_url.join("/openapi.json")),
        "--phases", "examples,coverage,fuzzing,stateful", "--checks", CHECKS, "--max-examples", "3", "--seed", "7",
        "--exclude-path", "/metrics", "--header", f"Authorization: {asker.headers['Authorization']}", "--warnings", "off",
        "--suppress-health-check", "all", "--request-timeout", "20",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=280)
    assert done.returncode == 0, done.stdout[-5000:]
    assert "Stateful" in done.stdout
