"""Identifiers: row ids that sort by time, and tracking codes that survive a telephone call."""

from __future__ import annotations

import secrets
from uuid import UUID

import uuid_utils
from stdnum.iso7064 import mod_37_2

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U, so nothing is misheard or misread for another."""

_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
CODE_LENGTH = 11
"""Ten random characters (50 bits) and one check character (ISO 7064 mod 37,2)."""


def new_id() -> UUID:
    """A UUIDv7: unique, and sorted by the moment of its making."""
    return UUID(bytes=uuid_utils.uuid7().bytes)


def tracking_code() -> str:
    """A new tracking code, 11 characters without separators. `spaced` writes it for people."""
    while True:
        drawn = secrets.randbits(5 * (CODE_LENGTH - 1))
        body = "".join(_LETTERS[drawn >> shift & 31] for shift in range(0, 5 * (CODE_LENGTH - 1), 5))
        check: str = mod_37_2.calc_check_digit(body)
        if check in _LETTERS:  # the standard's own `*` and the four letters we avoid are drawn again
            return body + check


def spaced(code: str) -> str:
    """A code as people read and say it: `K7Q2-M9XF-4TC`."""
    return "-".join((code[:4], code[4:8], code[8:]))


def normal_code(written: str) -> str:
    """What a person wrote as a code, without spaces and dashes, in capitals, with O/0 and I/L/1 made one."""
    kept = "".join(c for c in written.upper() if c.isalnum())
    return kept.translate(_MISREAD)


def is_code(code: str) -> bool:
    """Whether a normal code has the right length, letters and check character."""
    return len(code) == CODE_LENGTH and all(c in _LETTERS for c in code) and bool(mod_37_2.is_valid(code))
