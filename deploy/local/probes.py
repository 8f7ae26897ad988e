"""How to see that a program is ready."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
from pathlib import Path

from deploy.local.program import Probe

_AMQP_GREETING = b"AMQP\x00\x00\x09\x01"
_METHOD_FRAME = b"\x01"


def tcp(port: int) -> Probe:
    """Somebody listens."""

    def probe() -> str | None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            return "does not listen yet"
        return None

    return probe


def amqp(port: int) -> Probe:
    """The broker answers the protocol's greeting; it listens only after its definitions are loaded."""

    def probe() -> str | None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
                connection.sendall(_AMQP_GREETING)
                return None if connection.recv(1) == _METHOD_FRAME else "does not speak AMQP yet"
        except OSError:
            return "does not listen yet"

    return probe


def postgres(pg_isready: Path, port: int) -> Probe:
    """PostgreSQL takes connections, which it does not while it recovers after a crash."""
    command = [str(pg_isready), "-q", "-h", "127.0.0.1", "-p", str(port), "-t", "2"]

    def probe() -> str | None:
        status = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode
        return {0: None, 1: "is recovering"}.get(status, "does not listen yet")

    return probe


def health(port: int) -> Probe:
    """The process itself says that it is ready, or which of its checks fails."""

    def probe() -> str | None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", "/health/ready")
            response = connection.getresponse()
            return None if response.status == 200 else _what_is_wrong(response.read())
        except (OSError, http.client.HTTPException):
            return "does not answer yet"
        finally:
            connection.close()

    return probe


def _what_is_wrong(body: bytes) -> str:
    try:
        wrong = json.loads(body)["wrong"]
        return "; ".join(f"{check}: {sentence}" for check, sentence in wrong.items())
    except (ValueError, KeyError, AttributeError, TypeError):
        return "is not ready yet"
