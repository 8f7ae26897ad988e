"""The key that signs bundles, and the check of a signature."""

from __future__ import annotations

import base64
import binascii

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from services.ombudsman.domain.bundle import MANIFEST, SIGNATURE, NotGenuine
from shared.settings import env

SETTING = "OMBUDSMAN_SIGNING_KEY"
SETTING_FORM = "the key that signs referrals: 32 random bytes in base64, as `openssl rand -base64 32` prints"


def signing_key() -> Ed25519PrivateKey:
    """The key of the settings. A missing or wrong one ends the process with a sentence."""
    try:
        return Ed25519PrivateKey.from_private_bytes(
            base64.b64decode(env.required(SETTING, SETTING_FORM), validate=True)
        )
    except (binascii.Error, ValueError):
        env.missing(SETTING, SETTING_FORM)
        raise


def public_pem(key: Ed25519PrivateKey) -> bytes:
    """The public half, as openssl reads it."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def check_signature(listed: bytes, signature: bytes, pem: bytes) -> None:
    """Raises NotGenuine when the signature is not that of the key."""
    try:
        key = load_pem_public_key(pem)
    except ValueError as error:
        raise NotGenuine("the public key cannot be read") from error
    if not isinstance(key, Ed25519PublicKey):
        raise NotGenuine("the public key is no Ed25519 key")
    try:
        key.verify(signature, listed)
    except InvalidSignature as error:
        raise NotGenuine(f"{SIGNATURE} is not the signature of {MANIFEST} under this key") from error
