"""Sealing of what only few may read: AES-256-GCM, and an index by which a sealed value is found.

Sealed bytes are bound to their place ("identities/<id>/phone"): moved to another
row or column they no longer open. Form: version (1 byte), key id (4), nonce (12),
ciphertext with tag.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.settings import env

_VERSION = b"\x01"
_KEY_ID, _NONCE = 4, 12
SETTING = "ADUAN_SEALING_KEY"
_WHAT = (
    "a secret key of 32 random bytes in base64, as `openssl rand -base64 32` prints (newest first, older after commas)"
)


class Unsealable(Exception):
    """These bytes were not sealed by a key of ours for this place, or were changed since."""


class Seal:
    """Seals with the newest key, opens with any.

    `key_b64` is one key, or several with commas between them, newest first. The
    index is derived from the oldest, so a new key put in front loses nothing.
    """

    def __init__(self, key_b64: str) -> None:
        masters = [_master(part.strip()) for part in key_b64.split(",")]
        self._keys = {_key_id(key): AESGCM(key) for key in (_derive(m, b"aduan sealing") for m in masters)}
        self._newest = next(iter(self._keys))
        self._index_key = _derive(masters[-1], b"aduan index")

    @classmethod
    def from_settings(cls) -> Seal:
        """The seal of this process, from `ADUAN_SEALING_KEY`."""
        return _seal_of(env.required(SETTING, _WHAT))

    def seal(self, plaintext: str, context: str) -> bytes:
        """The sealed form of a text, for one place only."""
        nonce = os.urandom(_NONCE)
        head = _VERSION + self._newest
        return head + nonce + self._keys[self._newest].encrypt(nonce, plaintext.encode(), head + context.encode())

    def open(self, sealed: bytes, context: str) -> str:
        """The text again. Raises Unsealable for a wrong place, an unknown key or changed bytes."""
        head, rest = sealed[: 1 + _KEY_ID], sealed[1 + _KEY_ID :]
        key = self._keys.get(head[1:])
        if head[:1] != _VERSION or key is None or len(rest) < _NONCE:
            raise Unsealable("unknown version or key")
        try:
            return key.decrypt(rest[:_NONCE], rest[_NONCE:], head + context.encode()).decode()
        except InvalidTag:
            raise Unsealable("changed, or of another place") from None

    def index(self, value: str) -> bytes:
        """32 bytes by which an equal value is found without opening anything. Normalise the value first."""
        return hmac.digest(self._index_key, value.encode(), hashlib.sha256)


@cache
def _seal_of(key_b64: str) -> Seal:
    """Deriving keys takes a moment; each is derived once."""
    return Seal(key_b64)


def _master(written: str) -> bytes:
    try:
        key = base64.b64decode(written, validate=True)
    except binascii.Error:
        key = b""
    if len(key) < 32:
        env.missing(SETTING, _WHAT)
    return key


def _derive(master: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(master)


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()[:_KEY_ID]
