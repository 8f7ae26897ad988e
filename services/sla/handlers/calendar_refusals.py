"""Why a proposal for a calendar or an office cannot be made or put into force, in both languages."""

from __future__ import annotations

from services.sla.domain.decree import DecreeError
from shared.errors import Forbidden, Invalid


def refused(field: str, error: DecreeError) -> Invalid:
    """What makes no sense, at its field."""
    return Invalid("calendar_refused", error.id, error.en, {field: [error.id]})


def second_person() -> Forbidden:
    """The proposer wants to put her own proposal into force."""
    return Forbidden(
        "second_person",
        "Usulan ini harus disahkan oleh pengawas lain, bukan pengusulnya.",
        "Another supervisor than the one who proposed it must put this into force.",
    )
