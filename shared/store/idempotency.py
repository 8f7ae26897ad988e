"""Commands that may be sent twice and must act once: the first answer is remembered under the sender's key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import insert, select, text

from shared.errors import Conflict, Invalid
from shared.store.transaction import Transaction

LONGEST_KEY = 200


def once(
    tx: Transaction, scope: str, key: str | None, request: Mapping[str, Any], act: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """Act and remember the answer, or give the answer remembered for this key.

    `scope` separates uses (and users) of keys; `request` is what the command
    says, so that a key used for something else is refused (Conflict
    `key_reused`). Without a key it simply acts. The answer is JSON values.
    """
    if not key:
        return act()
    if len(key) > LONGEST_KEY:
        raise Invalid("key_too_long", "Kunci permintaan terlalu panjang.", "The idempotency key is too long.")
    fingerprint = hashlib.sha256(json.dumps(request, sort_keys=True, default=str).encode()).hexdigest()
    # Two requests with one key at the same moment: the second waits here for the first to commit.
    tx.session.execute(text("select pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": f"{scope}/{key}"})
    remembered = tx.kit.remembered
    row = tx.session.execute(
        select(remembered.c.fingerprint, remembered.c.answer).where(
            remembered.c.scope == scope, remembered.c.key == key
        )
    ).first()
    if row is None:
        answer = act()
        tx.session.execute(
            insert(remembered).values(scope=scope, key=key, fingerprint=fingerprint, answer=answer, at=tx.now)
        )
        return answer
    if row.fingerprint != fingerprint:
        raise Conflict(
            "key_reused",
            "Kunci ini sudah dipakai untuk permintaan lain.",
            "This idempotency key was used for another request.",
        )
    stored: dict[str, Any] = row.answer
    return stored
