"""Delivery to an HTTP address."""

from __future__ import annotations

import requests
from urllib3.exceptions import HTTPError

from services.ombudsman.delivery.letter import Letter, NotDelivered, Receipt
from services.ombudsman.domain.delivery import REPLY_KEPT, is_proof

LONGEST_REPLY = 65_536


def post(url: str, letter: Letter, seconds: float) -> Receipt:
    """POST the file as multipart: `number`, `sha256`, `json`, `pdf`.

    `Idempotency-Key` is the referral's id, the same at every try. The answer
    must be 2xx with `{"received": "<number>"}`; redirects are not followed,
    for the file names people. Raises NotDelivered.
    """
    try:
        with requests.post(
            url,
            data={"number": letter.number, "sha256": letter.file.sha256},
            files={
                "json": (f"{letter.number}.json", letter.file.json, "application/json"),
                "pdf": (f"{letter.number}.pdf", letter.pdf, "application/pdf"),
            },
            headers={"Idempotency-Key": str(letter.referral_id), "Accept": "application/json", "User-Agent": "aduan"},
            timeout=seconds,
            allow_redirects=False,
            stream=True,
        ) as response:
            body = response.raw.read(LONGEST_REPLY, decode_content=True)
            status = response.status_code
    except (requests.RequestException, HTTPError, OSError) as error:
        raise NotDelivered("http", type(error).__name__) from error
    reply = body.decode(errors="replace").replace("\0", "")[:REPLY_KEPT]
    if not is_proof(status, body, letter.number):
        raise NotDelivered("http", reply, status)
    return Receipt("http", status, reply)
