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
OVERSEER: Final = "overseer"  # her agency is the Inspektorat, and the case is berkadar pengawasan or locked
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
                "accuse",
                "propose_lifting",
                "lift",
                "explain",
            )
        ),
        *(
            (deed, role, HOLDER)
            for deed in ("return", "reply", "promise", "answer", "note", "explain")
            for role in ("officer", "head")
        ),
        *(("note", role, OVERSEER) for role in ("officer", "head")),
        *(("lift", "head", relation) for relation in (HOLDER, OVERSEER)),
    }
)
"""Every (deed, role, relation) that is allowed. What is not here is refused; `domain.lock` says who may lift a lock."""

ALL: Final = "all"
NUMBER: Final = "number"
NOTHING: Final = "nothing"


def relation(officer: Officer, case: Case) -> str:
    """Her relation to the case: REGION, HOLDER, OVERSEER, FORMER or NONE.

    An agency locked out of the case has none, whatever it had before.
    """
    if officer.agency_id is None:
        return REGION if officer.role in ("coordinator", "supervisor") else NONE
    if officer.agency_id in case.locked:
        return NONE
    if officer.agency_id == case.agency_id:
        return HOLDER
    if officer.agency_id == case.inspectorate and case.guarded:
        return OVERSEER
    return FORMER if officer.agency_id in case.returned_by and not case.guarded else NONE


def sight(officer: Officer, case: Case) -> str:
    """How much of a case she may see: ALL, its NUMBER and dates only, or NOTHING.

    A supervisor sees that a confidential case exists, or one that is berkadar pengawasan
    or locked, but does not read it: she may be the superior of whom it is about.
    """
    match relation(officer, case):
        case "region" if officer.role == "coordinator" or not (case.confidential or case.guarded):
            return ALL
        case "region" | "former":
            return NUMBER
        case "holder" | "overseer" if officer.role in ("officer", "head"):
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
