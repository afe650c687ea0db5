"""Everything that can go wrong, told as RFC 9457 `application/problem+json`.

ServingError
├── MovedError              308  the product was merged into another one
├── InvalidRequestError     422  a parameter, cursor or body is not what it must be
├── UnauthorizedError       401  no token or key, or one that we do not accept
├── ForbiddenError          403  a token or key that does not open this
├── NotFoundError           404  nothing published under this id
├── ConflictError           409  what is there already speaks against it
├── GoneError               410  a cursor of a version that is no longer kept
├── DealOverError           410  a deal that was shown, and why it is no more
├── TooLargeError           413  a body beyond the limit
├── TooManyRequestsError    429  a caller's quota is used up: try again after `Retry-After`
└── UnavailableError        503  the database is away or busy: try again after `Retry-After`
    └── NotPublishedError   503  no release has gone live yet
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal
from uuid import UUID

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"
NO_STORE = {"Cache-Control": "no-store"}


@dataclass(frozen=True)
class Fault:
    """One faulty part of a request: where it is (`query.limit`) and what is wrong with it."""

    where: str
    message: str


class Problem(BaseModel):
    """RFC 9457 problem details."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{
            "type": "urn:dealhouse:problem:not-found", "title": "There is nothing here", "status": 404,
            "detail": "No product 1f9d54f4-5a0d-4a5e-8b6b-2f6f4f0a7c01 is published.",
            "instance": "/v1/products/1f9d54f4-5a0d-4a5e-8b6b-2f6f4f0a7c01",
        }]}
    )

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[dict[str, str]] | None = None
    reason: Literal["ended", "sold_out", "outdone", "withdrawn"] | None = Field(None, description="Why a deal is over")
    product_id: UUID | None = Field(None, description="The product of a deal that is over, while that is still shown")


class ServingError(Exception):
    """Any error that the API raises on purpose."""

    status = 500
    slug = "internal"
    title = "Something went wrong on our side"

    def __init__(self, detail: str, *faults: Fault, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.faults = faults
        self.headers = dict(headers or {})
        self.members: dict[str, str] = {}  # what the document says beside the standard's own members


class MovedError(ServingError):
    """The product was merged into another, `survivor`; a later release may part them again, so nobody keeps it for long."""

    status = 308
    slug = "moved"
    title = "This product is now part of another"

    def __init__(self, product_id: UUID, survivor: UUID) -> None:
        super().__init__(f"Product {product_id} was merged into {survivor}.", headers={"Cache-Control": "public, max-age=60"})
        self.survivor = survivor


class InvalidRequestError(ServingError):
    """A parameter, cursor or body is not what it must be."""

    status = 422
    slug = "invalid-request"
    title = "The request is not valid"


class UnauthorizedError(ServingError):
    """No token, or one that we do not accept."""

    status = 401
    slug = "unauthorized"
    title = "A valid token is needed"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, headers={"WWW-Authenticate": 'Bearer realm="dealhouse"'})


class ForbiddenError(ServingError):
    """A token or key that does not open this."""

    status = 403
    slug = "forbidden"
    title = "This is not open to you"


class NotFoundError(ServingError):
    """Nothing is published under this id."""

    status = 404
    slug = "not-found"
    title = "There is nothing here"


class ConflictError(ServingError):
    """What is there already speaks against it."""

    status = 409
    slug = "conflict"
    title = "This cannot be done as things stand"


class GoneError(ServingError):
    """The cursor's version is no longer kept."""

    status = 410
    slug = "cursor-gone"
    title = "This page has been published anew: start again without the cursor"


class DealOverError(ServingError):
    """The deal was shown and is no more; its product is named where that still is."""

    status = 410
    slug = "deal-over"
    title = "This deal is over"
    said: Mapping[str, str] = {
        "ended": "It has ended.",
        "sold_out": "It is sold out.",
        "outdone": "Another deal of the same product has taken its place.",
        "withdrawn": "It was withdrawn.",
    }

    def __init__(self, reason: str, product_id: UUID | None) -> None:
        super().__init__(self.said[reason])
        self.members = {"reason": reason} | ({"product_id": str(product_id)} if product_id else {})


class TooLargeError(ServingError):
    """The body is beyond the limit."""

    status = 413
    slug = "too-large"
    title = "The body is too large"


class TooManyRequestsError(ServingError):
    """A caller's quota is used up; `headers` are those of the limiter's verdict."""

    status = 429
    slug = "too-many-requests"
    title = "Too many requests"


class UnavailableError(ServingError):
    """The database is away or busy."""

    status = 503
    slug = "unavailable"
    title = "The service is away for a moment"

    def __init__(self, detail: str = "The database did not answer in time.", retry_after: int = 2) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after)})


class NotPublishedError(UnavailableError):
    """No release has gone live yet."""

    slug = "not-published"
    title = "Nothing has been published yet"


def answer(error: ServingError, instance: str) -> Response:
    """The error as a problem document about `instance` (the path asked for)."""
    body: dict[str, object] = {
        "type": f"urn:dealhouse:problem:{error.slug}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "instance": instance,
        **error.members,
    }
    if error.faults:
        body["errors"] = [asdict(fault) for fault in error.faults]
    # the standard library's dumps escapes a lone surrogate that the client sent; a faster one would raise
    return Response(json.dumps(body), error.status, {**NO_STORE, **error.headers}, MEDIA_TYPE)


def of_validation(error: RequestValidationError) -> InvalidRequestError:
    """FastAPI's validation errors as ours; the refused values themselves are not repeated."""
    faults = [Fault(".".join(str(part) for part in each["loc"]), str(each["msg"])) for each in error.errors()[:50]]
    return InvalidRequestError("; ".join(f"{fault.where}: {fault.message}" for fault in faults[:3]), *faults)


def of_status(status: int, detail: str) -> ServingError:
    """An error of the framework itself (unknown path, wrong method, a body that is no JSON at all) as a problem."""
    if status == 400:
        return InvalidRequestError("The body could not be read.", Fault("body", "is not valid JSON"))
    if status == 413:
        return TooLargeError(detail)
    error = ServingError(detail)
    error.status, error.slug, error.title = status, f"http-{status}", detail
    return error
