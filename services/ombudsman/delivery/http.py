"""Delivery to an HTTP address."""

from __future__ import annotations

import time
from collections.abc import Mapping

import requests
from urllib3.exceptions import HTTPError, NewConnectionError

from services.ombudsman.delivery.letter import Letter, NotDelivered, Receipt
from services.ombudsman.domain.delivery import NOT_CONNECTED, REPLY_KEPT, is_proof

LONGEST_REPLY = 65_536
KEPT_HEADERS = ("date", "server", "content-type", "location", "retry-after", "x-request-id")
"""Of an answer: who answered and when, and where else or when we should have come."""


def post(url: str, letter: Letter, seconds: float) -> Receipt:
    """POST the file as multipart: `number`, `revision`, `sha256`, `json`, `pdf`, `bundle`.

    `Idempotency-Key` is the referral's id, of a supplement with its revision, the same at every try. The answer
    must be 2xx with `{"received": "<number>"}` and come whole within `seconds`; redirects are not followed, for
    the file names people. Raises NotDelivered.
    """
    try:
        with requests.post(
            url,
            data={"number": letter.number, "revision": str(letter.revision), "sha256": letter.file.sha256},
            files={
                "json": (f"{letter.number}.json", letter.file.json, "application/json"),
                "pdf": (f"{letter.number}.pdf", letter.pdf, "application/pdf"),
                "bundle": (f"{letter.number}.zip", letter.bundle, "application/zip"),
            },
            headers={"Idempotency-Key": letter.key, "Accept": "application/json", "User-Agent": "aduan"},
            timeout=seconds,
            allow_redirects=False,
            stream=True,
        ) as response:
            body = _read(response, seconds)
            status = response.status_code
            headers = {name: _kept(response.headers[name], 200) for name in KEPT_HEADERS if name in response.headers}
    except (requests.RequestException, HTTPError, OSError) as error:
        why = type(error).__name__
        raise NotDelivered("http", f"{NOT_CONNECTED}: {why}" if _never_got_there(error) else why) from error
    reply = _kept(body.decode(errors="replace"), REPLY_KEPT)
    if not is_proof(status, body, letter.number, letter.file.sha256):
        raise NotDelivered("http", reply, status, headers, _seconds_asked(headers))
    return Receipt("http", status, reply, headers)


def _never_got_there(error: Exception) -> bool:
    """Whether there was no connection at all, so that the file is certainly not with the receiver."""
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError | requests.exceptions.InvalidURL):
        return True
    why = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(why, NewConnectionError)


def _read(response: requests.Response, seconds: float) -> bytes:
    """The body, at most LONGEST_REPLY of it. Raises TimeoutError for one that drips on and on."""
    until = time.monotonic() + seconds
    body = b""
    for chunk in response.iter_content(1024):
        body += chunk
        if len(body) >= LONGEST_REPLY:
            break
        if time.monotonic() > until:
            raise TimeoutError
    return body[:LONGEST_REPLY]


def _kept(said: str, most: int) -> str:
    """What the other side said, as the store takes it: it has no place for NUL."""
    return said.replace("\0", "")[:most]


def _seconds_asked(headers: Mapping[str, str]) -> float | None:
    """Retry-After in seconds. A date is not heeded: our own pauses reach a day."""
    asked = headers.get("retry-after", "")
    return float(asked) if asked.isdecimal() else None
