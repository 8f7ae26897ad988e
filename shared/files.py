"""Files people send: checked while they are read, cleaned, and kept by their content.

A file is named by the SHA-256 of what is kept, so the same file twice is one
file, and a file whose transaction rolled back harms nobody. Pictures are drawn
anew: no EXIF, no GPS, nothing behind the last pixel. Videos and recordings of
telephones lose what they say of themselves (`shared.boxes`).
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import secrets
import tempfile
import threading
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import IO, Any

import fsspec
import puremagic
from fsspec.implementations.local import LocalFileSystem
from PIL import Image, ImageOps

from shared import boxes
from shared.errors import Invalid, NotFound, TooLarge

MIB = 1024 * 1024
_CHUNK = 64 * 1024
_NAME_LENGTH = 120
_LONGEST_SIDE = 4096
"""Pixels. Enough to read a street sign in the background; larger pictures are scaled down."""

_MOST_DECODED = 25_000_000
"""Pixels of a PNG or WebP: only a JPEG can be decoded smaller than it is. Some 6 kB of PNG make 50 million."""

_drawing = threading.BoundedSemaphore(1)  # one picture takes up to 300 MB; a rush of them must not take all memory

_PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_ENDINGS = {
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/webp": (".webp",),
    "application/pdf": (".pdf",),
    "text/plain": (".txt",),
    "audio/ogg": (".ogg", ".oga", ".opus"),
    "audio/mpeg": (".mp3",),
    "audio/mp4": (".m4a",),
    "video/mp4": (".mp4",),
    "video/3gpp": (".3gp",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
}

_BRANDS = {
    b"3g": "video/3gpp",
    b"M4A": "audio/mp4",
    b"M4B": "audio/mp4",
    **dict.fromkeys((b"isom", b"iso", b"mp4", b"mp7", b"avc", b"M4V", b"MSNV", b"dash", b"qt  ", b"f4v"), "video/mp4"),
}
"""Beginnings of the brands of recordings (mp4ra.org). Photos have others (heic, avif), and their place within."""

_BOXED = {"audio/mp4", "video/mp4", "video/3gpp"}


@dataclass(frozen=True, slots=True)
class Limits:
    """What is taken: at most so many bytes, of these sniffed types; pictures of at most so many pixels."""

    max_bytes: int = 10 * MIB
    media_types: frozenset[str] = frozenset(_ENDINGS)
    max_pixels: int = 50_000_000


@dataclass(frozen=True, slots=True)
class SavedFile:
    """A file that is kept. `size` in bytes and `sha256` (hex) are of what is kept, not of what was sent."""

    sha256: str
    size: int
    media_type: str
    name: str


class Files:
    """A place for files: `file:///var/lib/aduan/files`, `memory://files`, or any other fsspec address."""

    def __init__(self, url: str) -> None:
        self._url = url

    @cached_property
    def _place(self) -> tuple[Any, str]:
        fs, root = fsspec.core.url_to_fs(self._url)
        fs.makedirs(root, exist_ok=True)
        return fs, root

    def save(self, stream: IO[bytes], declared_name: str, limits: Limits = Limits()) -> SavedFile:
        """Check, clean and keep a file. Raises TooLarge, or Invalid for a type that is not taken or a broken file."""
        name = clean_name(declared_name)
        with tempfile.SpooledTemporaryFile(max_size=MIB) as draft:
            _copy(stream, draft, limits.max_bytes)
            media_type = _sniff(draft, name, limits.media_types)
            kept: IO[bytes] = draft
            if media_type in _PICTURES:
                with _drawing:
                    kept = _redraw(draft, media_type, limits.max_pixels)
            elif media_type in _BOXED:
                boxes.empty(draft)
            return self._keep(kept, media_type, _with_ending(name, media_type))

    def keep(self, content: IO[bytes]) -> str:
        """Keep bytes another service has checked and cleaned, as they are; returns their SHA-256."""
        return self._keep(content, "", "").sha256

    def open(self, sha256: str) -> IO[bytes]:
        """The kept bytes. Raises NotFound."""
        fs, _ = self._place
        try:
            opened: IO[bytes] = fs.open(self._path(sha256), "rb")
        except FileNotFoundError:
            raise _no_such_file() from None
        return opened

    def exists(self, sha256: str) -> bool:
        """Whether the bytes are kept here."""
        return bool(self._place[0].exists(self._path(sha256)))

    def _path(self, sha256: str) -> str:
        if not re.fullmatch(r"[0-9a-f]{64}", sha256):
            raise _no_such_file()
        return f"{self._place[1]}/{sha256[:2]}/{sha256}"

    def _keep(self, kept: IO[bytes], media_type: str, name: str) -> SavedFile:
        kept.seek(0)
        sha256 = hashlib.file_digest(kept, "sha256").hexdigest()  # type: ignore[arg-type]
        length = kept.seek(0, io.SEEK_END)
        fs, _ = self._place
        path = self._path(sha256)
        if not fs.exists(path):
            # Under a name of its own first: a file is there whole or not at all.
            draft = f"{path}.{secrets.token_hex(8)}"
            fs.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
            kept.seek(0)
            with fs.open(draft, "wb") as target:
                while chunk := kept.read(_CHUNK):
                    target.write(chunk)
                if isinstance(fs, LocalFileSystem):
                    target.flush()
                    os.fsync(target.fileno())
            fs.mv(draft, path)
        return SavedFile(sha256, length, media_type, name)


def clean_name(declared: str) -> str:
    """A file name that is safe to show and to send: no folders, no control characters, at most 120 letters."""
    name = unicodedata.normalize("NFC", declared).replace("\\", "/").rsplit("/", 1)[-1]
    # Cc: control; Cf: invisible marks such as right-to-left override, which hide an ending; Cs: half a character
    name = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    name = " ".join(name.split()).strip(". ") or "berkas"
    stem, dot, ending = name.rpartition(".")
    if len(name) > _NAME_LENGTH and dot and len(ending) <= 10:
        return stem[: _NAME_LENGTH - len(ending) - 1] + "." + ending
    return name[:_NAME_LENGTH]


def _copy(stream: IO[bytes], draft: IO[bytes], max_bytes: int) -> None:
    length = 0
    while chunk := stream.read(_CHUNK):
        length += len(chunk)
        if length > max_bytes:
            limit = max_bytes // MIB
            raise TooLarge(
                "file_too_large",
                f"Berkas terlalu besar. Ukuran paling besar {limit} MB.",
                f"The file is too large. The limit is {limit} MB.",
            )
        draft.write(chunk)
    if length == 0:
        raise Invalid("file_empty", "Berkas kosong.", "The file is empty.")


def _sniff(draft: IO[bytes], name: str, taken: frozenset[str]) -> str:
    """The media type by content; the name only decides between types that look alike from outside."""
    draft.seek(0)
    head = draft.read(4096)
    media_type = _by_content(draft, head, name)
    if media_type not in taken:
        raise Invalid(
            "file_type",
            "Jenis berkas ini tidak dapat diterima. Kirim foto (JPG, PNG, WebP), PDF, teks, rekaman suara atau video.",
            "This type of file cannot be accepted. Send a photo (JPG, PNG, WebP), PDF, text, voice recording or video.",
        )
    return media_type


def _by_content(draft: IO[bytes], head: bytes, name: str) -> str:
    ending = os.path.splitext(name)[1].lower()  # noqa: PTH122 - a name, not a path
    for media_type, sign in (
        ("application/pdf", head.startswith(b"%PDF-")),
        ("image/jpeg", head.startswith(b"\xff\xd8\xff")),
        ("image/png", head.startswith(b"\x89PNG\r\n\x1a\n")),
        ("image/webp", head[:4] == b"RIFF" and head[8:12] == b"WEBP"),
        ("audio/ogg", head.startswith(b"OggS")),
    ):
        if sign:
            return media_type
    if head[4:8] == b"ftyp":
        return next((media_type for brand, media_type in _BRANDS.items() if head[8:12].startswith(brand)), "")
    if _is_text(draft):
        return "text/plain"
    draft.seek(0)
    try:
        guesses = puremagic.magic_stream(draft, filename=name)
    except (puremagic.PureError, ValueError, OSError):
        return ""
    guessed = {g.mime_type for g in guesses if g.confidence >= 0.4}
    return next((m for m, endings in _ENDINGS.items() if m in guessed and ending in endings), "")


def _is_text(draft: IO[bytes]) -> bool:
    """Whether all of it is UTF-8 text without control characters."""
    draft.seek(0)
    try:
        words = draft.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return not any(unicodedata.category(c) == "Cc" and c not in "\t\n\r\f" for c in words)


def _redraw(draft: IO[bytes], media_type: str, max_pixels: int) -> IO[bytes]:
    """The picture alone, upright, at most 4096 pixels a side."""
    draft.seek(0)
    drawn = io.BytesIO()
    try:
        with Image.open(draft, formats=[_PICTURES[media_type]]) as picture:
            most = max_pixels if media_type == "image/jpeg" else min(max_pixels, _MOST_DECODED)
            if picture.width * picture.height > most:
                limit = most // 1_000_000
                raise TooLarge(
                    "picture_too_large",
                    f"Gambar terlalu besar. Paling banyak {limit} juta piksel.",
                    f"The picture is too large. The limit is {limit} million pixels.",
                )
            picture.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
            ImageOps.exif_transpose(picture, in_place=True)
            upright = picture.convert("RGBA" if media_type != "image/jpeg" and _see_through(picture) else "RGB")
            upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
            bare = Image.frombytes(upright.mode, upright.size, upright.tobytes())
    except TooLarge:
        raise
    except Exception as error:  # a broken picture may raise almost anything out of a decoder
        raise Invalid(
            "picture_broken",
            "Gambar ini rusak dan tidak dapat dibuka.",
            "This picture is damaged and cannot be opened.",
        ) from error
    bare.save(drawn, _PICTURES[media_type], **({} if media_type == "image/png" else {"quality": 85}))
    return drawn


def _see_through(picture: Image.Image) -> bool:
    return picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info


def _with_ending(name: str, media_type: str) -> str:
    """The name with an ending that says what the file is."""
    endings = _ENDINGS.get(media_type, ())
    if not endings or name.lower().endswith(endings):
        return name
    return clean_name(name + endings[0])


def _no_such_file() -> NotFound:
    return NotFound("file_not_found", "Berkas tidak ditemukan.", "The file was not found.")
