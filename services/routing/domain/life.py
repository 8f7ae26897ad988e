"""The life of a case, as one table.

A case stands somewhere: it has a state (shared.contracts.vocabulary) and a holder,
the coordinator's desk or an agency. A deed leads from one standing to the next, or
is refused. `docs/states.md` draws this table; a test holds both equal.

Source: domain reference, section 9; `row` is the row of its table that a step
comes from. Where the table has no row, the comment says why the step exists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NamedTuple

from services.routing.domain.refused import Refused

DESK: Final = "desk"
AGENCY: Final = "agency"


class Standing(NamedTuple):
    """Where a case stands: its state, and who holds it (`desk` or `agency`)."""

    state: str
    holder: str


def standing(state: str, agency_id: str | None) -> Standing:
    """The standing of a case in a state, held by an agency or (None) by the coordinator's desk."""
    return Standing(state, AGENCY if agency_id else DESK)


UNVERIFIED: Final = Standing("unverified", DESK)
AWAITING: Final = Standing("awaiting_completion", DESK)
AT_DESK: Final = Standing("in_progress", DESK)
"""Verified but not yet sent, or come back from an agency: the coordinator must find the competent one."""
DISPATCHED: Final = Standing("dispatched", AGENCY)
IN_PROGRESS: Final = Standing("in_progress", AGENCY)
ANSWERED: Final = Standing("answered", AGENCY)
CLOSED: Final = Standing("closed", AGENCY)
ARCHIVED: Final = Standing("archived", DESK)
WITHDRAWN: Final = Standing("withdrawn", DESK)
WITHDRAWN_FROM_AGENCY: Final = Standing("withdrawn", AGENCY)
MERGED: Final = Standing("merged", DESK)


@dataclass(frozen=True, slots=True)
class Step:
    """One way from a standing to another, and the row of the reference it comes from."""

    before: Standing
    deed: str
    after: Standing
    row: int


STEPS: Final = (
    # The coordinator reads.
    Step(UNVERIFIED, "verify", AT_DESK, 2),
    Step(UNVERIFIED, "ask_completeness", AWAITING, 3),
    Step(AWAITING, "complete", UNVERIFIED, 4),
    Step(UNVERIFIED, "archive", ARCHIVED, 6),
    # Nobody in the regency may turn out to be competent: then it is archived with the right address.
    Step(AT_DESK, "archive", ARCHIVED, 8),
    # The reporter may object to the archiving too; the coordinator then reads anew.
    Step(ARCHIVED, "object", UNVERIFIED, 6),
    # It travels.
    Step(AT_DESK, "dispatch", DISPATCHED, 2),
    # The coordinator sees her own mistake before the agency does.
    Step(DISPATCHED, "dispatch", DISPATCHED, 8),
    Step(IN_PROGRESS, "dispatch", DISPATCHED, 8),
    Step(DISPATCHED, "return", AT_DESK, 7),
    Step(IN_PROGRESS, "return", AT_DESK, 7),
    # The agency replies.
    Step(DISPATCHED, "reply", IN_PROGRESS, 9),
    Step(IN_PROGRESS, "reply", IN_PROGRESS, 9),
    # It promises a day: "needs next year's budget". Nothing pauses (domain reference 7, feature 10).
    Step(DISPATCHED, "promise", DISPATCHED, 9),
    Step(IN_PROGRESS, "promise", IN_PROGRESS, 9),
    Step(DISPATCHED, "answer", ANSWERED, 10),
    Step(IN_PROGRESS, "answer", ANSWERED, 10),
    # The reporter's veto, and its end.
    Step(ANSWERED, "object", IN_PROGRESS, 11),
    Step(ANSWERED, "reopen", IN_PROGRESS, 11),
    Step(ANSWERED, "confirm", CLOSED, 12),
    Step(ANSWERED, "expire", CLOSED, 12),
    Step(ANSWERED, "close", CLOSED, 12),
    Step(CLOSED, "object", IN_PROGRESS, 13),
    Step(CLOSED, "reopen", IN_PROGRESS, 13),
    # The class turns out to be another one.
    Step(AT_DESK, "reclassify", AT_DESK, 14),
    Step(DISPATCHED, "reclassify", DISPATCHED, 14),
    Step(IN_PROGRESS, "reclassify", IN_PROGRESS, 14),
    Step(ANSWERED, "reclassify", ANSWERED, 14),
    # The agency turns out to be whom it is about: its answer does not stand, and it has the case no longer.
    Step(DISPATCHED, "take_away", AT_DESK, 14),
    Step(IN_PROGRESS, "take_away", AT_DESK, 14),
    Step(ANSWERED, "take_away", AT_DESK, 14),
    # Several reports about one matter: each keeps its own code and veto.
    # Not yet verified, it is verified with the class and category of its lead on the way.
    Step(UNVERIFIED, "merge", MERGED, 16),
    Step(AT_DESK, "merge", MERGED, 16),
    Step(DISPATCHED, "merge", MERGED, 16),
    Step(IN_PROGRESS, "merge", MERGED, 16),
    Step(MERGED, "answer_with_lead", ANSWERED, 16),
    Step(MERGED, "object", AT_DESK, 16),
    # The lead case ended without an answer; its followers need one all the same.
    Step(MERGED, "leave_lead", AT_DESK, 16),
    # The reporter takes it back, or did not complete it in time.
    Step(UNVERIFIED, "withdraw", WITHDRAWN, 5),
    Step(AWAITING, "withdraw", WITHDRAWN, 5),
    Step(AT_DESK, "withdraw", WITHDRAWN, 5),
    Step(MERGED, "withdraw", WITHDRAWN, 5),
    Step(DISPATCHED, "withdraw", WITHDRAWN_FROM_AGENCY, 5),
    Step(IN_PROGRESS, "withdraw", WITHDRAWN_FROM_AGENCY, 5),
    Step(ANSWERED, "withdraw", WITHDRAWN_FROM_AGENCY, 5),
)

LIFE: Final[Mapping[tuple[Standing, str], Standing]] = MappingProxyType({(s.before, s.deed): s.after for s in STEPS})

DEEDS: Final = tuple(dict.fromkeys(s.deed for s in STEPS))

OPEN: Final = ("unverified", "awaiting_completion", "dispatched", "in_progress", "answered")
"""States in which somebody still owes something."""


def possible(here: Standing, deed: str) -> bool:
    """Whether the table has a way from here by this deed."""
    return (here, deed) in LIFE


def after(here: Standing, deed: str) -> Standing:
    """Where a deed leads.

    Raises Refused: `finished` (the case has ended), `not_verified` (it must be verified
    first), `not_answered` (only an answered case can be closed), `already_answered`,
    or `not_possible_now`.
    """
    try:
        return LIFE[here, deed]
    except KeyError:
        raise Refused(_why_not(here, deed)) from None


def _why_not(here: Standing, deed: str) -> str:
    if here.state in ("closed", "archived", "withdrawn", "merged"):
        return "finished"
    if deed == "close":
        return "not_answered"
    if here.state == "unverified" and deed in ("dispatch", "reclassify"):
        return "not_verified"
    if here.state == "answered" and deed in ("answer", "reply", "promise"):
        return "already_answered"
    return "not_possible_now"
