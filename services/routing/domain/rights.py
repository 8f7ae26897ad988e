"""Who may do what, as one table: deed by role by her relation to the case.

Sources: UU 25/2009 art 36-37 (the provider assigns competent managers); domain
reference 2.1 (roles) and 9 (who takes each step). What a confidential report
allows is our own rule: the least access that still lets it be answered.
"""

from __future__ import annotations

from typing import Final

from services.routing.domain.case import Case, Officer
from services.routing.domain.refused import Refused

REGION: Final = "region"  # she serves the whole region
HOLDER: Final = "holder"  # the case is with her agency now
FORMER: Final = "former"  # her agency had it and sent it back
NONE: Final = "none"

RIGHTS: Final[frozenset[tuple[str, str, str]]] = frozenset(
    {
        *(
            (deed, "coordinator", REGION)
            for deed in (
                "verify",
                "ask_completeness",
                "dispatch",
                "archive",
                "reclassify",
                "merge",
                "close",
                "reopen",
                "note",
            )
        ),
        *(
            (deed, role, HOLDER)
            for deed in ("return", "reply", "promise", "answer", "note")
            for role in ("officer", "head")
        ),
    }
)
"""Every (deed, role, relation) that is allowed. What is not here is refused."""

ALL: Final = "all"
NUMBER: Final = "number"
NOTHING: Final = "nothing"


def relation(officer: Officer, case: Case) -> str:
    """Her relation to the case: REGION, HOLDER, FORMER or NONE."""
    if officer.agency_id is None:
        return REGION if officer.role in ("coordinator", "supervisor") else NONE
    if officer.agency_id == case.agency_id:
        return HOLDER
    return FORMER if officer.agency_id in case.returned_by else NONE


def sight(officer: Officer, case: Case) -> str:
    """How much of a case she may see: ALL, its NUMBER and dates only, or NOTHING.

    A supervisor sees that a confidential case exists, but does not read it.
    """
    match relation(officer, case):
        case "region" if officer.role == "coordinator" or not case.confidential:
            return ALL
        case "region" | "former":
            return NUMBER
        case "holder" if officer.role in ("officer", "head"):
            return ALL
    return NOTHING


def may(officer: Officer, deed: str, case: Case) -> bool:
    """Whether the deed is hers to do on this case, whatever state it is in."""
    return (deed, officer.role, relation(officer, case)) in RIGHTS


def require(officer: Officer, deed: str, case: Case) -> None:
    """Raises Refused `unknown_case` when she may not even read it, `not_yours` when the deed is not hers."""
    if sight(officer, case) != ALL:
        raise Refused("unknown_case")
    if not may(officer, deed, case):
        raise Refused("not_yours")
