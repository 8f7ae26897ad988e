"""A stored file with its attachments as the bundle that goes out."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from services.ombudsman.delivery.signing import public_pem, signing_key
from services.ombudsman.domain.bundle import manifest, packed
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


def bundle(file: File, pdf: bytes, composed_at: datetime) -> bytes:
    """The bundle of a file. What is stored and the key decide every byte of it."""
    content = file.content
    schema = (SCHEMAS / SCHEMA_FILES[content["schema"]]).read_bytes()
    parts = {"berkas.json": file.json, "berkas.pdf": pdf, "skema.json": schema}
    for attachment in content["attachments"]:
        if path := attachment.get("enclosed"):
            with kept_files().open(attachment["sha256"]) as kept:
                parts[path] = kept.read()
    revision = content["file"]["revision"] if "file" in content else 1
    listed = manifest(content["referral"]["number"], revision, composed_at, parts)
    key = signing_key()
    return packed(parts, listed, key.sign(listed), public_pem(key))
