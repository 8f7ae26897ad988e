"""What a reporter may do with her complaint, by the state routing has told of (domain reference, section 9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

FINISHED = ("closed", "archived", "withdrawn")
"""States in which a complaint no longer counts as open."""

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
_AFTER_OBJECTION = {"archived": "unverified"}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a complaint stands, as far as it decides what its reporter may do.

    `rated`: the present answer has its rating. `ended_at`: when it was closed or archived.
    `reopened`: she objected to an ending once already. `referred`: it is with the Ombudsman, or she wished it to be.
    """

    state: str
    rated: bool = False
    ended_at: datetime | None = None
    reopened: bool = False
    referred: bool = False


def actions(standing: Standing, now: datetime, objection_days: int) -> frozenset[str]:
    """Of add, consent, withdraw, refer, object and rate: those possible now.

    An ending may be objected to once, within `objection_days` (rows 6 and 13 of the reference).
    """
    possible = _MAY[standing.state]
    if standing.rated:
        possible -= {"rate"}
    if standing.referred:
        possible -= {"refer"}
    if standing.ended_at and (standing.reopened or now > standing.ended_at + timedelta(days=objection_days)):
        possible -= {"object"}
    return possible


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
