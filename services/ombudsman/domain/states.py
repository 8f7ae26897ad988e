"""The life of a referral, as a table.

    preparing → sending → forwarded → acknowledged → recommended → closed
                   ↓ ↑                      └──────────────────────↗
                 failed

A file not yet delivered can still be cancelled (the reporter withdrew) or
composed anew (she allowed, or no longer allows, that her identity goes along).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

PENDING: Final = frozenset({"preparing", "sending", "failed"})
"""The file is still with us: consent can be given or taken back, the referral can be cancelled."""

WITH_OMBUDSMAN: Final = frozenset({"forwarded", "acknowledged", "recommended", "closed"})
"""The file was handed over; the Ombudsman's people may read it."""

STATES: Final = (
    "preparing",  # disusun: the dossiers are being collected
    "sending",  # dikirim: the file is complete, delivery is tried until it is proved
    "failed",  # gagal: given up; an operator must look and resume
    "cancelled",  # dibatalkan: the reporter withdrew before it was sent
    "forwarded",  # diterima: delivered, with proof
    "acknowledged",  # ditindaklanjuti: the Ombudsman confirms and examines
    "recommended",  # direkomendasikan: UU 37/2008 art 38
    "closed",  # selesai
)

TRANSITIONS: Final[Mapping[tuple[str, str], str]] = MappingProxyType(
    {
        ("preparing", "send"): "sending",
        ("preparing", "give_up"): "failed",
        ("sending", "give_up"): "failed",
        ("failed", "send"): "sending",
        # Consent changed, or an operator resumes a referral that never got a file.
        ("preparing", "prepare"): "preparing",
        ("sending", "prepare"): "preparing",
        ("failed", "prepare"): "preparing",
        ("preparing", "cancel"): "cancelled",
        ("sending", "cancel"): "cancelled",
        ("failed", "cancel"): "cancelled",
        # Proof is a fact: it may arrive for a delivery that was under way when the state changed.
        ("preparing", "forward"): "forwarded",
        ("sending", "forward"): "forwarded",
        ("failed", "forward"): "forwarded",
        ("cancelled", "forward"): "forwarded",
        ("forwarded", "acknowledge"): "acknowledged",
        ("acknowledged", "recommend"): "recommended",
        ("acknowledged", "close"): "closed",
        ("acknowledged", "ask"): "acknowledged",
        ("recommended", "ask"): "recommended",
        ("recommended", "close"): "closed",
    }
)


class NotPossible(ValueError):
    """The table has no way from this state by this deed."""

    def __init__(self, state: str, deed: str) -> None:
        super().__init__(f"a referral that is {state} cannot {deed}")
        self.state = state
        self.deed = deed


def after(state: str, deed: str) -> str:
    """The state a deed leads to. Raises NotPossible when the table has no such way."""
    try:
        return TRANSITIONS[state, deed]
    except KeyError:
        raise NotPossible(state, deed) from None


def possible(state: str, deed: str) -> bool:
    """Whether the table has a way from this state by this deed."""
    return (state, deed) in TRANSITIONS
