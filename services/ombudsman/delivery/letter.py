"""What is handed over, what comes back, and what goes wrong."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.ombudsman.domain.canonical import File


@dataclass(frozen=True, slots=True)
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

    @property
    def subject(self) -> str:
        return f"Rujukan {self.number}"

    @property
    def words(self) -> str:
        """The covering letter, without anything of the complaint itself."""
        return (
            f"Yth. {self.office},\n\n"
            f"bersama ini kami sampaikan berkas rujukan nomor {self.number} dari {self.region}: laporan pelayanan "
            "publik yang melewati batas waktu tanpa penyelesaian. Berkas terlampir sebagai PDF untuk dibaca dan "
            "sebagai JSON untuk diolah.\n\n"
            f"SHA-256 berkas JSON:\n{self.file.sha256}\n\n"
            "Pesan ini dikirim otomatis oleh sistem pengaduan.\n"
        )


@dataclass(frozen=True, slots=True)
class Receipt:
    """The proof of a delivery: which way it went, and what the other side answered.

    `status` is the HTTP status or SMTP code, None where there is no such thing.
    """

    way: str
    status: int | None = None
    reply: str = ""


class NotDelivered(Exception):
    """The other side did not take the file, or did not prove that it did."""

    def __init__(self, way: str, reply: str, status: int | None = None) -> None:
        super().__init__(f"{way} {status or ''}".strip())
        self.receipt = Receipt(way, status, reply)
