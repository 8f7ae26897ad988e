"""What is handed over, what comes back, and what goes wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from uuid import UUID

from services.ombudsman.delivery.bundling import bundle
from services.ombudsman.domain.bundle import UNSTAMPED, Stamping
from services.ombudsman.domain.canonical import File


@dataclass(frozen=True)
class Letter:
    """One file on its way. `referral_id` is its stable id for the receiver, however often it is tried."""

    referral_id: UUID
    complaint_id: UUID
    number: str
    revision: int
    office: str
    region: str
    file: File
    pdf: bytes
    composed_at: datetime
    supplement: bool = False
    stamping: Stamping = UNSTAMPED

    @property
    def key(self) -> str:
        """The receiver's key for this file, the same at every try.

        A file composed anew is another thing to receive, like a supplement: under the old key a receiver that keeps
        its keys would answer for the file it has, which may name her who took her consent back meanwhile.
        """
        return str(self.referral_id) if self.revision == 1 else f"{self.referral_id}.{self.revision}"

    @property
    def with_identity(self) -> bool:
        """Whether the file names the reporter."""
        return bool(self.file.content["parties"]["reporter"]["consented"])

    @cached_property
    def bundle(self) -> bytes:
        """Everything in one ZIP, signed."""
        return bundle(self.file, self.pdf, self.composed_at, self.stamping)

    @property
    def subject(self) -> str:
        return f"Rujukan {self.number}, berkas susulan" if self.supplement else f"Rujukan {self.number}"

    @property
    def words(self) -> str:
        """The covering letter, without anything of the complaint itself."""
        kind = "berkas susulan" if self.supplement else "berkas"
        return (
            f"Yth. {self.office},\n\n"
            f"bersama ini kami sampaikan {kind} rujukan nomor {self.number} dari {self.region}: laporan pelayanan "
            "publik yang belum diselesaikan. Berkas terlampir sebagai PDF untuk dibaca, sebagai JSON untuk diolah, "
            "dan sebagai ZIP bertanda tangan dengan semua lampiran.\n\n"
            f"SHA-256 berkas JSON:\n{self.file.sha256}\n\n"
            "Pesan ini dikirim otomatis oleh sistem pengaduan.\n"
        )


@dataclass(frozen=True, slots=True)
class Receipt:
    """The proof of a delivery: which way it went, and what the other side answered.

    `status` is the HTTP status or SMTP code, None where there is no such thing; `headers` those of an HTTP answer
    that say who answered and when, or the Message-ID of a mail.
    """

    way: str
    status: int | None = None
    reply: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class NotDelivered(Exception):
    """The other side did not take the file, or did not prove that it did."""

    def __init__(
        self,
        way: str,
        reply: str,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(f"{way} {status or ''}".strip())
        self.receipt = Receipt(way, status, reply, headers or {})
        self.retry_after = retry_after
        """Seconds the receiver asked us to wait."""
