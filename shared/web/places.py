"""Where a signed-in officer may go: the rooms of the desk, whichever service keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from shared.accounts import Officer
from shared.texts import N_


class Place(NamedTuple):
    """A room of the desk: where its pages begin, its first page, its name in Indonesian, the roles it is open to."""

    begins: str
    address: str
    name: str
    roles: frozenset[str]


_OF_CASES: Final = frozenset({"coordinator", "officer", "head", "supervisor"})

PLACES: Final[Sequence[Place]] = (
    Place("/meja/", "/meja/", N_("Antrean"), _OF_CASES),
    Place("/tenggat/", "/tenggat/", N_("Tenggat"), _OF_CASES),
    Place("/pesan/", "/pesan/catatan", N_("Pesan terkirim"), frozenset({"coordinator", "operator", "supervisor"})),
    Place("/meja/instansi", "/meja/instansi", N_("Daftar instansi"), _OF_CASES | {"operator"}),
    Place("/tertahan", "/tertahan", N_("Pesan tertahan"), frozenset({"operator"})),
)
"""In the order of a working day. Every page has its own guard; this only spares people closed doors."""


def places_of(officer: Officer, path: str) -> list[tuple[Place, bool]]:
    """The places open to her, each with whether the page at `path` belongs to it."""
    around = [place for place in PLACES if path.startswith(place.begins)]
    here = max(around, key=lambda place: len(place.begins), default=None)
    return [(place, place is here) for place in PLACES if officer.role in place.roles]
