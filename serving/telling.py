"""Errors as answers: a problem document for clients of the API, a page for people."""

import psycopg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from serving import problems
from serving.problems import InvalidRequestError, MovedError, NotPublishedError, ServingError
from serving.storefront import pages


def tell(request: Request, error: ServingError) -> Response:
    """The error in the form that who asked can read."""
    if pages.is_page(request):
        return pages.error_page(request, error)
    return problems.answer(error, request.url.path)


def tell_errors(app: FastAPI) -> None:
    """Have every error that is expected told; the envelope tells the others."""

    @app.exception_handler(ServingError)
    async def serving(request: Request, error: ServingError) -> Response:
        return tell(request, error)

    @app.exception_handler(MovedError)
    async def moved(request: Request, error: MovedError) -> Response:
        there = request.url.path.replace(request.path_params["product_id"], str(error.survivor))
        error.headers["Location"] = f"{there}?{request.url.query}" if request.url.query else there
        return tell(request, error)

    @app.exception_handler(RequestValidationError)
    async def validation(request: Request, error: RequestValidationError) -> Response:
        return tell(request, problems.of_validation(error))

    @app.exception_handler(HTTPException)
    async def framework(request: Request, error: HTTPException) -> Response:
        told = problems.of_status(error.status_code, str(error.detail))
        told.headers.update(error.headers or {})
        return tell(request, told)

    @app.exception_handler(psycopg.errors.UndefinedColumn)
    @app.exception_handler(psycopg.errors.UndefinedTable)
    async def former(request: Request, _: psycopg.Error) -> Response:
        return tell(request, NotPublishedError("The live release is of another version's making; wait for the next.", 30))

    @app.exception_handler(psycopg.DataError)
    async def data(request: Request, _: psycopg.DataError) -> Response:
        return tell(request, InvalidRequestError("A value is not one that the database can hold."))
