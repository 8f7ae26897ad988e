"""Who reads boards and figures: coordinator and supervisors all of them, officers and heads those of their agency."""

from __future__ import annotations

from shared.accounts import Officer
from shared.web import signed_in

READERS = ("coordinator", "supervisor", "officer", "head")
RULE_WRITERS = ("supervisor",)
RULE_READERS = ("supervisor", "coordinator")
OF_ONE_AGENCY = ("officer", "head")

NO_AGENCY = "?"
"""The scope of an officer who belongs to no agency: she sees nothing."""


def scope() -> str | None:
    """The only agency the signed-in reader may see; None when she may see all."""
    officer = signed_in()
    if officer is None or officer.role not in OF_ONE_AGENCY:
        return None if officer else NO_AGENCY
    return officer.agency_id or NO_AGENCY


def me() -> Officer:
    """Who is signed in, behind a route that lets nobody else in."""
    officer = signed_in()
    assert officer is not None
    return officer
