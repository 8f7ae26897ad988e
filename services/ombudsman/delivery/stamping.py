"""A time stamp of RFC 3161 on a bundle's list of hashes: asked of an authority, checked before it counts."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import requests
from cryptography.x509 import Certificate, ObjectIdentifier, load_der_x509_certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)
from urllib3.exceptions import HTTPError

from shared.settings import MissingSetting, env

URL: Final = "OMBUDSMAN_TSA_URL"
CERTIFICATES: Final = "OMBUDSMAN_TSA_CERTIFICATES"
CERTIFICATES_FORM: Final = (
    "the file with the PEM certificates that vouch for the time-stamping authority, its root first"
)
POLICY: Final = "OMBUDSMAN_TSA_POLICY"

LONGEST_ANSWER: Final = 65_536
_SHA256: Final = ObjectIdentifier("2.16.840.1.101.3.4.2.1")


class NotStamped(Exception):
    """There is no time stamp that counts. `reason` is one of the names raised here, `told` what the other side said."""

    def __init__(self, reason: str, told: str = "") -> None:
        super().__init__(f"{reason}: {told}" if told else reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a genuine time stamp says: when, and who says it (the subject of the certificate)."""

    at: datetime
    authority: str


@dataclass(frozen=True, slots=True)
class Authority:
    """A time-stamping authority, and whom to trust that it is the one. `policy` is an object identifier, if any."""

    url: str
    certificates: tuple[Certificate, ...]
    policy: str | None = None
    seconds: float = 20.0

    @classmethod
    def from_settings(cls) -> Authority | None:
        """The authority of the settings; None without an address. A wrong one ends the process with a sentence."""
        url = env.str(URL)
        if not url:
            return None
        policy = env.str(POLICY) or None
        try:
            certificates = certificates_in(Path(env.required(CERTIFICATES, CERTIFICATES_FORM)))
            if policy:
                ObjectIdentifier(policy)
        except (OSError, ValueError) as error:
            raise MissingSetting(
                f"{CERTIFICATES} or {POLICY} cannot be used ({type(error).__name__}): set the first to "
                f"{CERTIFICATES_FORM}, the second to an object identifier such as 1.2.3.4, or leave it out."
            ) from None
        return cls(url, certificates, policy, env.float("OMBUDSMAN_TSA_SECONDS", 20.0))

    def stamp(self, listed: bytes) -> bytes:
        """The authority's answer (DER), which proves that `listed` was there. Raises NotStamped.

        Only the SHA-256 of the list travels, so plain http does no harm.
        """
        wanted = TimestampRequestBuilder().data(listed).hash_algorithm(HashAlgorithm.SHA256).nonce(nonce=True)
        asked = wanted.cert_request(cert_request=True).build()
        answer = self._answer(asked.as_bytes())
        checked(answer, listed, self.certificates, policy=self.policy, nonce=asked.nonce)
        return answer

    def _answer(self, query: bytes) -> bytes:
        """What comes back, whole and within the time. Raises NotStamped `unreachable` or `http_error`."""
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        until = time.monotonic() + self.seconds
        body = b""
        try:
            with requests.post(
                self.url, data=query, headers=headers, timeout=self.seconds, allow_redirects=False, stream=True
            ) as response:
                if response.status_code != requests.codes.ok:
                    raise NotStamped("http_error", str(response.status_code))
                for chunk in response.iter_content(1024):
                    body += chunk
                    if len(body) > LONGEST_ANSWER:
                        raise NotStamped("no_time_stamp", "too long")
                    if time.monotonic() > until:
                        raise TimeoutError
        except (requests.RequestException, HTTPError, OSError) as error:
            raise NotStamped("unreachable", type(error).__name__) from error
        return body


def checked(
    answer: bytes,
    listed: bytes,
    certificates: Sequence[Certificate],
    *,
    policy: str | None = None,
    nonce: int | None = None,
) -> Stamp:
    """What an authority's answer says about a list of hashes.

    Raises NotStamped: `no_time_stamp` (an error page), `rejected`, `wrong_hash`, `wrong_nonce`, `wrong_policy`,
    or `not_trusted` (not signed by whom the certificates vouch for, or not for time stamps).
    """
    response = _read(answer)
    try:
        info = response.tst_info
    except ValueError as error:
        raise NotStamped("no_time_stamp", str(error)[:200]) from error
    if (info.message_imprint.hash_algorithm, info.message_imprint.message) != (
        _SHA256,
        hashlib.sha256(listed).digest(),
    ):
        raise NotStamped("wrong_hash")
    if nonce is not None and info.nonce != nonce:
        raise NotStamped("wrong_nonce")
    if policy and info.policy.dotted_string != policy:
        raise NotStamped("wrong_policy", info.policy.dotted_string)
    verifier = VerifierBuilder(
        roots=[one for one in certificates if one.issuer == one.subject],
        intermediates=[one for one in certificates if one.issuer != one.subject],
    )
    try:
        verifier.build().verify_message(response, listed)
    except (VerificationError, ValueError) as error:
        raise NotStamped("not_trusted", str(error)[:200]) from error
    return Stamp(info.gen_time, _authority(response))


def certificates_in(file: Path) -> tuple[Certificate, ...]:
    """The certificates of a PEM file. Raises OSError or ValueError."""
    found = tuple(load_pem_x509_certificates(file.read_bytes()))
    if not any(one.issuer == one.subject for one in found):
        raise ValueError("no root certificate")
    return found


def _read(answer: bytes) -> TimeStampResponse:
    try:
        response = decode_timestamp_response(answer)
    except ValueError as error:
        raise NotStamped("no_time_stamp", str(error)[:200]) from error
    if response.status != PKIStatus.GRANTED:
        raise NotStamped("rejected", "; ".join(response.status_string)[:200] or str(response.status))
    return response


def _authority(response: TimeStampResponse) -> str:
    """Who signed it: the subject of the certificate enclosed, else its number."""
    (signer,) = response.signed_data.signer_infos
    for der in response.signed_data.certificates:
        one = load_der_x509_certificate(der)
        if (one.issuer, one.serial_number) == (signer.issuer, signer.serial_number):
            return one.subject.rfc4514_string()
    return str(signer.serial_number)
