"""What every route of a shopper's own shares: whose it is, how it is answered, how it is documented."""

from typing import Annotated, Any

from fastapi import Depends
from pydantic import BaseModel
from starlette.responses import Response

from serving.auth import required_customer
from serving.etags import PERSONAL
from serving.routers.common import problems

HEADERS = {"Cache-Control": PERSONAL, "Vary": "Authorization"}
Customer = Annotated[str, Depends(required_customer)]
Documented = dict[int | str, dict[str, Any]]
READ = problems(401, 403)
WRITE = problems(401, 403, 413)
KEEP = problems(401, 403, 404, 409, 413)
GONE: Documented = {**READ, 204: {"description": "It is gone, and was perhaps before"}}
GONE_IF_THEIRS: Documented = {**problems(401, 403, 404), **GONE}


def again(model: type[BaseModel]) -> Documented:
    """OpenAPI of a 200 where a 201 says that something is new."""
    return {200: {"model": model, "description": "It was there already"}}


def own(model: BaseModel, *, is_new: bool = False) -> Response:
    """An answer for one shopper alone: never kept by anybody. 201 when something was made."""
    return Response(model.model_dump_json(), 201 if is_new else 200, HEADERS, "application/json")


def gone() -> Response:
    return Response(status_code=204, headers=HEADERS)
