"""One small HTTP server per process: /metrics, /health/live and /health/ready."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import PackageNotFoundError, version

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared import metrics
from shared.settings import env

Check = Callable[[], str | None]
"""Returns None when all is well, else one sentence that says what is not."""


def serve(checks: Mapping[str, Check], *, port: int | None = None) -> ThreadingHTTPServer | None:
    """Serve metrics and health on `ADUAN_METRICS_PORT` in a thread; None when no port is set.

    Live says that the process can still answer. Ready runs the checks and
    answers 503 with their sentences when one fails.
    """
    port = port if port is not None else env.int("ADUAN_METRICS_PORT", 0)
    if not port:
        return None
    try:
        metrics.BUILD.labels(version=version("aduan")).set(1)
    except PackageNotFoundError:
        metrics.BUILD.labels(version="checkout").set(1)

    class Handler(BaseHTTPRequestHandler):
        timeout = 5

        def do_GET(self) -> None:
            if self.path == "/metrics":
                self._answer(200, CONTENT_TYPE_LATEST, generate_latest())
            elif self.path == "/health/live":
                self._answer(200, "application/json", b'{"live": true}')
            elif self.path == "/health/ready":
                wrong = {name: sentence for name, check in checks.items() if (sentence := _run(check))}
                body = json.dumps({"ready": not wrong, "wrong": wrong}).encode()
                self._answer(503 if wrong else 200, "application/json", body)
            else:
                self._answer(404, "text/plain", b"not found")

        def _answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Scrapes are not worth a log line."""

    server = ThreadingHTTPServer((env.str("ADUAN_METRICS_HOST", "127.0.0.1"), port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="observability", daemon=True).start()
    return server


def _run(check: Check) -> str | None:
    try:
        return check()
    except Exception as error:
        return f"{type(error).__name__}: the check itself failed"
