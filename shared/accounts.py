"""Accounts of the people at a desk and their sessions, in the store of the service that keeps them.

A session is a row; the browser has 256 random bits whose SHA-256 the row holds.
Idle 8 hours or 12 hours in all, and it is over. All times here are true times,
also in a sandbox whose clock is shifted.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import MetaData, Table, delete, insert, select, update

from shared import metrics
from shared.clock import real_now
from shared.store import Store, Transaction

IDLE = timedelta(hours=8)
ABSOLUTE = timedelta(hours=12)
WRONG_PASSWORDS = 10
LOCKED_FOR = timedelta(minutes=15)
_SEEN_EVERY = timedelta(minutes=1)
_LONGEST_PASSWORD = 200

# OWASP's Password Storage Cheat Sheet for argon2id: 19 MiB, 2 passes, 1 lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_hashing = threading.BoundedSemaphore(4)  # a rush of sign-ins must not take all memory


@dataclass(frozen=True, slots=True)
class Officer:
    """Who is signed in. `agency_id` is None for those who serve the whole region."""

    officer_id: UUID
    name: str
    role: str
    agency_id: str | None
    expires_at: datetime


def hash_password(password: str) -> str:
    """The argon2id hash to keep in `accounts.password_hash`."""
    return str(_hasher.hash(password))


def fingerprint(user_agent: str) -> str:
    """The hash by which a session knows its browser again."""
    return hashlib.sha256(user_agent.encode(errors="replace")).hexdigest()


def presented(token: str, user_agent_hash: str | None) -> str:
    """A token together with the browser that showed it, as one service hands it to another."""
    return f"{token}.{user_agent_hash}" if user_agent_hash else token


def sign_in(tx: Transaction, name: str, password: str, user_agent_hash: str | None = None) -> str | None:
    """A new session's token, or None: unknown name, wrong password, locked or inactive account, all alike.

    Do not roll back on None: the wrong attempt is counted in the transaction.
    Without `user_agent_hash` (API clients) the session is not bound to a browser.
    """
    accounts, sessions = _tables(tx.kit.outbox.metadata)
    now = real_now()
    name = unicodedata.normalize("NFKC", name).strip().lower()[:80]
    account = tx.session.execute(select(accounts).where(accounts.c.name == name).with_for_update()).first()
    right = _is_right(account.password_hash if account else _nobodys_hash(), password[:_LONGEST_PASSWORD])
    if account is None or not account.active:
        metrics.SIGN_INS.labels(outcome="refused").inc()
        return None
    if account.locked_until and account.locked_until > now:
        metrics.SIGN_INS.labels(outcome="locked").inc()
        return None
    changes: dict[str, Any]
    if not right:
        failed = account.failed_count + 1
        locked = failed >= WRONG_PASSWORDS
        changes = {"failed_count": 0 if locked else failed, "locked_until": now + LOCKED_FOR if locked else None}
        tx.session.execute(update(accounts).where(accounts.c.account_id == account.account_id).values(changes))
        metrics.SIGN_INS.labels(outcome="refused").inc()
        return None
    changes = {"failed_count": 0, "locked_until": None}
    if _hasher.check_needs_rehash(account.password_hash):
        changes["password_hash"] = hash_password(password)
    tx.session.execute(update(accounts).where(accounts.c.account_id == account.account_id).values(changes))
    tx.session.execute(delete(sessions).where(sessions.c.account_id == account.account_id, sessions.c.expires_at < now))
    token = secrets.token_urlsafe(32)
    tx.session.execute(
        insert(sessions).values(
            token_hash=_token_hash(token),
            account_id=account.account_id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + ABSOLUTE,
            user_agent_hash=user_agent_hash.encode() if user_agent_hash else None,
        )
    )
    metrics.SIGN_INS.labels(outcome="ok").inc()
    return token


def session_of(store: Store, token: str, user_agent_hash: str | None = None) -> Officer | None:
    """Who is signed in with this token; None when nobody is.

    A token another service hands on carries its browser (`presented`). A token
    shown by another browser than it was given to is stolen: it is revoked.
    """
    token, _, handed_on = token.partition(".")
    user_agent_hash = user_agent_hash or handed_on or None
    now = real_now()
    accounts, sessions = _tables(store.definition.metadata)
    with store.read() as session:
        row = session.execute(
            select(sessions, accounts)
            .join(accounts, accounts.c.account_id == sessions.c.account_id)
            .where(
                sessions.c.token_hash == _token_hash(token),
                sessions.c.revoked_at.is_(None),
                sessions.c.expires_at > now,
                sessions.c.last_seen_at > now - IDLE,
                accounts.c.active,
            )
        ).first()
    if row is None:
        return None
    if row.user_agent_hash and user_agent_hash != row.user_agent_hash.decode():
        metrics.SIGN_INS.labels(outcome="stolen").inc()
        sign_out(store, token)
        return None
    if now - row.last_seen_at > _SEEN_EVERY:
        with store.begin() as tx:
            tx.session.execute(update(sessions).where(sessions.c.token_hash == row.token_hash).values(last_seen_at=now))
    return Officer(
        officer_id=row.account_id,
        name=row.display_name,
        role=row.role,
        agency_id=row.agency_id,
        expires_at=min(row.expires_at, now + IDLE),
    )


def sign_out(store: Store, token: str) -> None:
    """The session is over. Nothing happens when there was none."""
    _, sessions = _tables(store.definition.metadata)
    with store.begin() as tx:
        tx.session.execute(
            update(sessions)
            .where(sessions.c.token_hash == _token_hash(token), sessions.c.revoked_at.is_(None))
            .values(revoked_at=real_now())
        )


def _tables(metadata: MetaData) -> tuple[Table, Table]:
    return metadata.tables["accounts"], metadata.tables["sessions"]


def _token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()


def _is_right(password_hash: str, password: str) -> bool:
    with _hashing:
        try:
            return bool(_hasher.verify(password_hash, password.encode(errors="replace")))
        except (VerificationError, InvalidHashError):
            return False


@cache
def _nobodys_hash() -> str:
    """Checked for unknown names, so that they take as long to refuse as known ones."""
    return hash_password(secrets.token_urlsafe(32))
