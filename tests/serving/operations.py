"""Every operation of the API as its own document tells it, and one way to ask each: what comes new is asked as well."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
from fastapi.routing import APIRoute

from serving.app import app
from serving.auth import required_customer
from tests.serving.world import World

Row = dict[str, Any]


@dataclass(frozen=True)
class Operation:
    """A method of a path. `body`: the document's own example of what is sent; `is_personal`: it asks for a shopper's token."""

    method: str
    path: str
    told: Row
    body: Row | None
    is_personal: bool

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    def parameters(self, where: str) -> list[str]:
        return [each["name"] for each in self.told.get("parameters", []) if each["in"] == where]


def _personal() -> set[tuple[str, str]]:
    """(method, path) of routes, pages included, whose dependencies ask for a shopper."""

    def calls(dependant: Any) -> Iterator[Any]:
        for each in dependant.dependencies:
            yield each.call
            yield from calls(each)

    routes = [route for route in app.routes if isinstance(route, APIRoute)]
    return {(method, route.path) for route in routes for method in route.methods if required_customer in calls(route.dependant)}


@cache
def operations() -> tuple[Operation, ...]:
    """All documented operations, in the document's order."""
    document, personal = app.openapi(), _personal()
    return tuple(
        Operation(method.upper(), path, told, _example(document, told), (method.upper(), path) in personal)
        for path, methods in document["paths"].items() for method, told in methods.items()
    )


def hidden_routes() -> set[tuple[str, str]]:
    """(method, path) of routes that the document does not tell of."""
    routes = [route for route in app.routes if isinstance(route, APIRoute) and not route.include_in_schema]
    return {(method, route.path) for route in routes for method in route.methods}


def _example(document: Row, told: Row) -> Row | None:
    if "requestBody" not in told:
        return None
    (content,) = told["requestBody"]["content"].values()
    schema = resolved(document, content["schema"])
    example: Row = schema["examples"][0]
    return example


def resolved(document: Row, schema: Row) -> Row:
    """A schema, its reference followed."""
    found: Row = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    return found


class Asker:
    """A caller who asks operations of a published world, and remembers the ids that answers named."""

    def __init__(self, client: httpx.Client, world: World, headers: dict[str, str]) -> None:
        self.client, self.headers = client, headers
        deal = max(world.rows["deal"], key=lambda row: row["price_reporting"])  # an alert may wait for less
        self.public = {"deal_id": str(deal["deal_id"]), "product_id": str(deal["product_id"])}
        self.own: dict[str, str] = {}

    def ask(self, operation: Operation, ids: dict[str, str] | None = None) -> httpx.Response:
        """Ask with the ids given, else with those that I was told, else with those of the catalogue."""
        known = self.public | self.own | (ids or {})
        path = operation.path
        for name in operation.parameters("path"):
            path = path.replace(f"{{{name}}}", known.get(name, "0b9d54f4-5a0d-4a5e-8b6b-2f6f4f0a7c01"))
        body = _with_ids(operation.body, self.public)
        answer = self.client.request(operation.method, path, json=body, headers=self.headers)
        self._remember(operation, answer)
        return answer

    def reads(self) -> dict[str, Any]:
        """What every personal read without an id answers."""
        asked = [each for each in operations() if each.is_personal and each.method == "GET" and not each.parameters("path")]
        return {each.name: self.ask(each).json() for each in asked}

    def _remember(self, operation: Operation, answer: httpx.Response) -> None:
        """The id of what was made, under every parameter's name that stands behind this path."""
        if operation.method != "POST" or answer.status_code not in (200, 201):
            return
        made = answer.json()
        for other in operations():
            name = other.path.removeprefix(f"{operation.path}/{{").rstrip("}")
            if other.path == f"{operation.path}/{{{name}}}" and (told := made.get(name, made.get("id"))) is not None:
                self.own[name] = str(told)


def _with_ids(body: Any, ids: dict[str, str]) -> Any:
    """The body with the ids of the published world in place of the document's."""
    if isinstance(body, dict):
        return {name: ids.get(name) or _with_ids(value, ids) for name, value in body.items()}
    return [_with_ids(each, ids) for each in body] if isinstance(body, list) else body


def text_of(answer: httpx.Response) -> str:
    """An answer's JSON, keys sorted: two are compared by it."""
    return json.dumps(answer.json(), sort_keys=True)
