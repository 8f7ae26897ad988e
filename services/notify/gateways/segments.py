"""How many SMS a text makes, and in which alphabet."""

from __future__ import annotations

from smpplib import consts, gsm

_NOT_GSM = frozenset("`\x1b")
"""Holes of smpplib's table that would pass for letters."""


def is_gsm(text: str) -> bool:
    """Whether every character is in the GSM 7-bit alphabet (3GPP TS 23.038) of every telephone."""
    if _NOT_GSM & set(text):
        return False
    try:
        gsm.gsm_encode(text)
    except UnicodeError:
        return False
    return True


def only_gsm(text: str) -> str:
    """The text with a question mark for every character outside the alphabet, as the network itself would write it."""
    return "".join(c if is_gsm(c) else "?" for c in text)


def parts(text: str) -> int:
    """The number of SMS: 160 characters or 153 each in GSM-7, 70 or 67 each otherwise."""
    if not text:
        return 1
    alphabet = consts.SMPP_ENCODING_DEFAULT if is_gsm(text) else consts.SMPP_ENCODING_ISO10646
    return len(gsm.make_parts(text, alphabet)[0])
