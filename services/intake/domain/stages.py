"""What a reporter may do with her complaint, by the state routing has told of (domain reference, section 9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

FINISHED = ("closed", "archived", "withdrawn")
"""States in which a complaint no longer counts as open."""

EXAMINED = ("forwarded", "acknowledged", "recommended")
"""How far a referral is while the Ombudsman works on it."""

_ALWAYS = frozenset({"add", "consent", "withdraw", "refer"})
_MAY: Mapping[str, frozenset[str]] = {
    "unverified": _ALWAYS,
    "awaiting_completion": _ALWAYS,  # what she adds now is the completion
    "dispatched": _ALWAYS,
    "in_progress": _ALWAYS,
    "merged": _ALWAYS | {"object"},
    "answered": _ALWAYS | {"object", "rate"},
    "closed": frozenset({"object", "rate", "consent", "refer"}),  # who is not content may go on to the Ombudsman
    "archived": frozenset({"object", "consent", "refer"}),
    "withdrawn": frozenset(),
}
_ENDED_FOR_THE_AGENCY = ("closed", "archived")
_AFTER_OBJECTION = {"archived": "unverified"}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a complaint stands, as far as it decides what its reporter may do.

    `rated`: the present answer has its rating. `ended_at`: when it was closed or archived.
    `reopened`: she objected to a closing once already. `referred`: it is with the Ombudsman, or she wished it to be.
    `objecting_over_at`: when her time to object, which sla counts, was over last. `examined`: the Ombudsman has it and
    is not finished with it.
    """

    state: str
    rated: bool = False
    ended_at: datetime | None = None
    reopened: bool = False
    referred: bool = False
    objecting_over_at: datetime | None = None
    examined: bool = False


def actions(standing: Standing, now: datetime, objection_days: int) -> frozenset[str]:
    """Of add, consent, withdraw, refer, object and rate: those possible now.

    A closing may be objected to once, within `objection_days` (row 13 of the
    reference); an archiving as long as sla's clock for it runs (row 6), so that
    the door and the day the reporter was told are the same.
    """
    possible = _MAY[standing.state]
    if standing.examined and standing.state in _ENDED_FOR_THE_AGENCY:
        possible |= {"add"}  # the Ombudsman asks her, whatever the agency closed
    if standing.rated:
        possible -= {"rate"}
    if standing.referred:
        possible -= {"refer"}
    if standing.ended_at and _too_late(standing, standing.ended_at, now, objection_days):
        possible -= {"object"}
    return possible


def _too_late(standing: Standing, ended_at: datetime, now: datetime, objection_days: int) -> bool:
    """Whether the reporter can no longer object to the ending."""
    if standing.state == "archived":
        return standing.objecting_over_at is not None and standing.objecting_over_at >= ended_at
    return standing.reopened or now > ended_at + timedelta(days=objection_days)


def kind_of_message(state: str) -> str:
    """`reply` to what the desk asked or answered, `addition` otherwise."""
    return "reply" if state in {"awaiting_completion", "answered"} else "addition"


def state_after_objection(state: str) -> str:
    """Where a complaint stands once its reporter objected; the desk says the same a moment later."""
    return _AFTER_OBJECTION.get(state, "in_progress")


def state_after(event: str, data: Mapping[str, object], state: str) -> str:
    """The state a complaint is in after an event of routing. What the reporter took back stays so."""
    if state == "withdrawn":
        return state
    match event:
        case "case.verified":
            return "in_progress"
        case "case.completeness_requested":
            return "awaiting_completion"
        case "case.dispatched":
            return "dispatched"
        case "case.answered":
            return "answered" if data["substantive"] else "in_progress"
        case "case.reopened" if data["agency_id"] is None:
            return state  # the coordinator reads it anew; her objection already said so
        case "case.returned" | "case.reopened":
            return "in_progress"
        case "case.closed" | "case.archived" | "case.merged":
            return event.removeprefix("case.")
    return state
