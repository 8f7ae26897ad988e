"""A stored file with its attachments as the bundle that goes out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from services.ombudsman.delivery.signing import public_pem, signing_key
from services.ombudsman.domain.bundle import Stamping, manifest, packed
from services.ombudsman.domain.canonical import File
from shared.files import Files
from shared.settings import env

SCHEMAS = Path(__file__).parent.parent / "data"
SCHEMA_FILES = {
    "urn:aduan:referral-file:1": "referral-file-1.schema.json",
    "urn:aduan:referral-file:2": "referral-file.schema.json",
}


def kept_files() -> Files:
    """Where the attachments of referrals are kept."""
    return Files(env.required("ADUAN_FILES_URL", "where files are kept, e.g. file:///var/lib/aduan/files"))


def bundle(file: File, pdf: bytes, composed_at: datetime, stamping: Stamping) -> bytes:
    """The bundle of a file. What is stored and the key decide every byte of it."""
    parts = _parts(file, pdf)
    listed = _listed(file, composed_at, stamping.state, parts)
    key = signing_key()
    return packed(parts, listed, key.sign(listed), public_pem(key), stamping.answer)


def to_be_stamped(file: File, pdf: bytes, composed_at: datetime) -> bytes:
    """The list of hashes as it lies in the bundle that has its time stamp."""
    return _listed(file, composed_at, "wanted", _parts(file, pdf))


def _parts(file: File, pdf: bytes) -> dict[str, bytes]:
    content = file.content
    schema = (SCHEMAS / SCHEMA_FILES[content["schema"]]).read_bytes()
    parts = {"berkas.json": file.json, "berkas.pdf": pdf, "skema.json": schema}
    for attachment in content["attachments"]:
        if path := attachment.get("enclosed"):
            with kept_files().open(attachment["sha256"]) as kept:
                parts[path] = kept.read()
    return parts


def _listed(file: File, composed_at: datetime, stamping: str, parts: Mapping[str, bytes]) -> bytes:
    content = file.content
    revision = content["file"]["revision"] if "file" in content else 1
    return manifest(content["referral"]["number"], revision, composed_at, parts, stamping)
