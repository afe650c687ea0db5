"""Before the routes: who asks, and whether they may ask once more.

Counted are a service key, else a shopper, else an address. What calls itself a page's own script (Sec-Fetch-Site, which a
browser sets and no script can) is counted with the pages: that limit is the one that protects, the lower one is manners.
"""

from collections.abc import Callable
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.auth import Caller, Doorman
from serving.limits import Limiter, Policy, Verdict, neighbourhood
from serving.metrics import Metrics
from serving.problems import ServingError, TooManyRequestsError
from serving.settings import Settings

Tell = Callable[[Request, ServingError], Response]
API = "/v1"
UNCOUNTED = ("/static/", "/health/", "/metrics", "/openapi.json")
KEY_GUESSES = Policy("key-guesses", 30, 60)


class Gate:
    """Pure ASGI. It leaves the caller in the request's state, and the limiter's verdict in the answer's headers."""

    def __init__(self, app: ASGIApp, config: Settings, metrics: Metrics, tell: Tell) -> None:
        self._app, self._metrics, self._tell, self._limiter = app, metrics, tell, Limiter()
        self._is_on = config.limits
        self._anonymous = Policy("anonymous", config.anonymous_limit, config.window_s)
        self._pages = Policy("pages", config.page_limit, config.window_s)
        self._customer = Policy("customer", config.customer_limit, config.window_s)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(UNCOUNTED):
            await self._app(scope, receive, send)
            return
        headers, verdict = Headers(scope=scope), None
        try:
            if scope["path"].startswith(API):
                scope["state"]["caller"] = await self._caller(scope, headers)
            verdict = self._counted(scope, headers)
        except ServingError as error:
            await self._tell(Request(scope), error)(scope, receive, send)
            return
        await self._app(scope, receive, _with(verdict, send) if verdict and scope["path"].startswith(API) else send)

    async def _caller(self, scope: Scope, headers: Headers) -> Caller:
        doorman: Doorman = scope["app"].state.doorman
        key = headers.get("x-api-key")
        if key is not None and not doorman.ring.knows(key):
            self._take(scope, KEY_GUESSES, _address(scope))
        try:
            return await doorman.caller(headers)
        except ServingError:
            self._take(scope, self._anonymous, _address(scope))
            raise

    def _counted(self, scope: Scope, headers: Headers) -> Verdict | None:
        caller: Caller | None = scope["state"].get("caller")
        if caller and caller.key:
            return self._take(scope, Policy("key", caller.key.per_minute, 60), caller.key.prefix)
        if caller and caller.subject:
            return self._take(scope, self._customer, caller.subject)
        by_page = caller is None or headers.get("sec-fetch-site") == "same-origin"
        return self._take(scope, self._pages if by_page else self._anonymous, _address(scope))

    def _take(self, scope: Scope, policy: Policy, caller: str) -> Verdict | None:
        """Count a request. Raises TooManyRequestsError when there were enough."""
        if not self._is_on:
            return None
        verdict = self._limiter.take(policy, caller)
        if verdict.retry_after_s is not None:
            scope["state"]["limited"] = policy.name
            self._metrics.limited(policy.name)
            told = f"At most {policy.quota} requests in {policy.window_s} s; try again in {verdict.retry_after_s} s."
            raise TooManyRequestsError(told, headers=verdict.headers)
        return verdict


def _address(scope: Scope) -> str:
    """The caller's address; behind a proxy that uvicorn trusts (FORWARDED_ALLOW_IPS), the one that the proxy names."""
    client: tuple[Any, ...] | None = scope.get("client")
    return neighbourhood(client[0]) if client else "unknown"


def _with(verdict: Verdict, send: Send) -> Send:
    told = [(name.lower().encode(), value.encode()) for name, value in verdict.headers.items()]

    async def marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *told]
        await send(message)

    return marked
