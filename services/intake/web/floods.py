"""How often something may be done over HTTP: complaints and files from one address, messages to one complaint.

Who does it once more than that is refused, and the refusal undoes its own counting.
"""

from __future__ import annotations

from uuid import UUID

from flask import request

from services.intake.handlers.limit import count
from services.intake.store import queries
from shared.errors import TooMany
from shared.store import Transaction


def client_address() -> str:
    """The network address that asks, as the gateway tells it."""
    return request.remote_addr or "unknown"


def one_more_complaint(tx: Transaction) -> None:
    """Count a complaint. Raises TooMany."""
    limits = queries.limits(tx.session, tx.now.date())
    if count(tx, "complaint", client_address(), limits.window_minutes) > limits.complaints_per_window:
        raise TooMany(
            "too_many_complaints",
            "Terlalu banyak laporan dari sambungan ini. Coba lagi satu jam lagi, atau lapor lewat SMS.",
            "Too many reports from this connection. Try again in an hour, or report by SMS.",
        )


def one_more_upload(tx: Transaction) -> None:
    """Count a form that brings files, before any of them is kept. Raises TooMany."""
    limits = queries.limits(tx.session, tx.now.date())
    if count(tx, "upload", client_address(), limits.window_minutes) > limits.uploads_per_window:
        raise TooMany(
            "too_many_uploads",
            "Terlalu banyak berkas dari sambungan ini. Kirim tanpa berkas, atau coba lagi satu jam lagi.",
            "Too many files from this connection. Send it without files, or try again in an hour.",
        )


def one_more_message(tx: Transaction, complaint_id: UUID) -> None:
    """Count a message to a complaint. Raises TooMany."""
    limits = queries.limits(tx.session, tx.now.date())
    if count(tx, "message", str(complaint_id), limits.window_minutes) > limits.messages_per_window:
        raise TooMany(
            "too_many_messages",
            "Terlalu banyak pesan untuk laporan ini. Yang sudah terkirim kami baca; coba lagi satu jam lagi.",
            "Too many messages to this report. What was sent will be read; try again in an hour.",
        )
