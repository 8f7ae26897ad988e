"""A reporter shows her tracking code and may then go on without it for a while."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from services.intake.handlers.limit import count, counted
from services.intake.store import queries
from services.intake.store import tables as t
from shared.clock import real_now
from shared.errors import Invalid, NotFound, Refusal, TooMany, Unauthenticated
from shared.ids import is_code, normal_code
from shared.store import Transaction


def enter(tx: Transaction, written: str, client: str) -> str | Refusal:
    """A token for the complaint of a code, or why there is none. `client`: the network address that asks.

    Do not roll back on a refusal: the wrong guess is counted in the transaction.
    """
    limits = queries.limits(tx.session, tx.now.date())
    if counted(tx, "guess", client, limits.window_minutes) >= limits.guesses_per_window:
        return TooMany(
            "too_many_guesses",
            "Terlalu banyak kode keliru dari sambungan ini. Coba lagi satu jam lagi.",
            "Too many wrong codes from this connection. Try again in an hour.",
        )
    code = normal_code(written[:200])
    if not is_code(code):
        return Invalid(
            "code_mistyped",
            "Ada huruf yang keliru. Kode terdiri dari 11 huruf dan angka, misalnya K7Q2-M9XF-4WC.",
            "A character is wrong. A code has 11 letters and digits, such as K7Q2-M9XF-4WC.",
        )
    complaint_id = queries.by_code(tx.session, code)
    if complaint_id is None:
        count(tx, "guess", client, limits.window_minutes)
        return NotFound(
            "code_unknown",
            "Kode ini tidak kami kenal. Periksa kembali tanda terima Anda.",
            "We do not know this code. Please check your receipt.",
        )
    return open_session(tx, complaint_id)


def open_session(tx: Transaction, complaint_id: UUID) -> str:
    """A token for a complaint whose reporter is known to be here."""
    token = secrets.token_urlsafe(32)
    tx.session.execute(
        insert(t.reporter_sessions).values(
            token_hash=_hash(token), complaint_id=complaint_id, expires_at=real_now() + _span(tx)
        )
    )
    return token


def whose(tx: Transaction, token: str | None) -> UUID:
    """The complaint a token opens; its time begins anew. Raises Unauthenticated."""
    s = t.reporter_sessions
    row = (
        tx.session.execute(
            select(s.c.complaint_id, s.c.expires_at).where(s.c.token_hash == _hash(token), s.c.expires_at > real_now())
        ).first()
        if token
        else None
    )
    if row is None:
        raise Unauthenticated(
            "session_over",
            "Waktunya habis demi keamanan Anda. Masukkan kode laporan lagi.",
            "For your safety the time is over. Please enter your code again.",
        )
    fresh = real_now() + _span(tx)
    if fresh - row.expires_at > timedelta(minutes=1):
        tx.session.execute(update(s).where(s.c.token_hash == _hash(token or "")).values(expires_at=fresh))
    found: UUID = row.complaint_id
    return found


def leave(tx: Transaction, token: str) -> None:
    """The token opens nothing any more."""
    tx.session.execute(delete(t.reporter_sessions).where(t.reporter_sessions.c.token_hash == _hash(token)))


def _span(tx: Transaction) -> timedelta:
    return timedelta(minutes=queries.limits(tx.session, tx.now.date()).session_minutes)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()
