"""What operations see of requests: a log line, metrics, a trace. Routes, never addresses or values."""

from __future__ import annotations

import re
import threading
import time

import structlog
from flask import Flask, Response, g, request

from shared import health, metrics, trace
from shared.ids import new_id
from shared.logs import log
from shared.store import Store

_REQUEST_ID = re.compile(r"^[A-Za-z0-9-]{8,64}$")
_served = threading.Event()


def watch(app: Flask) -> None:
    """Count, time and log every request of the app."""
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_leave)


def serve_health(store: Store) -> None:
    """Serve metrics and health once per process. Ready means the database answers; the broker may be away."""
    if not _served.is_set():
        _served.set()
        health.serve({"database": store.check})


def route() -> str:
    """The route's template, such as `/meja/laporan/<uuid:complaint_id>`."""
    return request.url_rule.rule if request.url_rule else "none"


def _begin() -> None:
    g.started = time.perf_counter()
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if _REQUEST_ID.match(given) else str(new_id())
    trace.begin(request.headers.get("traceparent"))
    structlog.contextvars.bind_contextvars(request_id=g.request_id)
    metrics.HTTP_IN_FLIGHT.inc()


def _end(response: Response) -> Response:
    seconds = time.perf_counter() - g.started
    metrics.HTTP_REQUESTS.labels(method=_method(), route=route(), status=str(response.status_code)).inc()
    metrics.HTTP_SECONDS.labels(method=_method(), route=route()).observe(seconds)
    response.headers["X-Request-ID"] = g.request_id
    log.info("request", method=_method(), route=route(), status=response.status_code, ms=round(seconds * 1000, 1))
    return response


def _leave(_error: BaseException | None) -> None:
    if "started" in g:
        metrics.HTTP_IN_FLIGHT.dec()
    structlog.contextvars.unbind_contextvars("request_id")


def _method() -> str:
    """A method of HTTP; anything else a client may invent is one word, so that labels stay bounded."""
    return request.method if request.method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS") else "OTHER"
