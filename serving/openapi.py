"""The OpenAPI document: the problem schema that every route's errors point to, who may ask, and an example of every answer."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from serving import problems
from serving.auth import SERVICE_KEY
from serving.problems import MEDIA_TYPE, Problem, ServingError

PROBLEM_SCHEMA = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
EXAMPLES = Path(__file__).with_name("examples.json")
Row = dict[str, Any]


def document(app: FastAPI) -> None:
    """Have the application tell its document, made once."""

    def openapi() -> Row:
        if app.openapi_schema is None:
            made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
            app.openapi_schema = _completed(made)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _completed(made: Row) -> Row:
    made["components"]["schemas"]["Problem"] = PROBLEM_SCHEMA
    schemes = made["components"].setdefault("securitySchemes", {})
    schemes[SERVICE_KEY.scheme_name] = SERVICE_KEY.model.model_dump(mode="json", by_alias=True, exclude_none=True)
    for path, method, operation in operations(made):
        if path.startswith("/v1"):
            _may_come_with_a_key(operation)
        _give_examples(operation, path, f"{method.upper()} {path}")
    return made


def operations(made: Row) -> Iterator[tuple[str, str, Row]]:
    """(path, method, operation) of a document."""
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _may_come_with_a_key(operation: Row) -> None:
    """Who refuses nobody (403) needs no token; a service key is never asked for, with it come limits and scopes of its own."""
    ways = operation.get("security", [])
    ways = ways if "403" in operation["responses"] else [{}, *ways]
    operation["security"] = [*ways, *({**way, SERVICE_KEY.scheme_name: []} for way in ways)]


def _give_examples(operation: Row, path: str, name: str) -> None:
    for status, response in operation["responses"].items():
        content = response.get("content", {})
        if MEDIA_TYPE in content:
            content[MEDIA_TYPE].setdefault("example", problem_example(int(status), path))
        elif "application/json" in content and name in _examples():
            content["application/json"].setdefault("example", _examples()[name])


@cache
def _examples() -> Row:
    """Answers by operation, as the API gave them."""
    told: Row = json.loads(EXAMPLES.read_text())
    return told


def problem_example(status: int, path: str) -> Row:
    """A problem of this status, as this path would tell it."""
    kind = _kinds()[status]
    return {
        "type": f"urn:dealhouse:problem:{kind.slug}", "title": kind.title, "status": status,
        "detail": (kind.__doc__ or "").splitlines()[0], "instance": path,
    }


@cache
def _kinds() -> dict[int, type[ServingError]]:
    """The plainest kind of problem by status."""
    kinds = [kind for kind in vars(problems).values() if isinstance(kind, type) and issubclass(kind, ServingError)]
    return {kind.status: kind for kind in reversed(kinds)}
