"""The names of agencies, which routing keeps. Without it the pages go on and show ids."""

from __future__ import annotations

from typing import Any

from shared.texts import gettext as _
from shared.web import rpc

PATIENCE = 2.0
"""Seconds a page waits for the names."""


class Names:
    """Agency names for one page. `known` is False when routing was away."""

    def __init__(self) -> None:
        answer: dict[str, Any] | None = rpc().ask_or_none("routing", "agencies", deadline=PATIENCE)
        self.known = answer is not None
        self._names = {row["agency_id"]: row["name"] for row in answer["agencies"]} if answer else {}

    def of(self, agency_id: str | None) -> str:
        """The name of who must act; without an agency it is the coordinator."""
        return _("Admin koordinator") if agency_id is None else self._names.get(agency_id, agency_id)

    def choices(self) -> list[tuple[str, str]]:
        """Ids and names for a select, in routing's order."""
        return list(self._names.items())
