"""Whether a message still has something to say when it is sent: the case may have moved since it was planned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.notify.domain.templates import Template

_AT_AGENCY = ("dispatched", "in_progress", "merged", "unverified")
"""`unverified` too: a case whose archiving was objected to is read anew, and its limits run on."""

STATES_OF_CLOCK: dict[str, tuple[str, ...]] = {
    "verification": ("unverified", "merged"),
    "receipt": ("unverified", "merged"),
    "follow_up": _AT_AGENCY,
    "settlement": _AT_AGENCY,
    "legal": (*_AT_AGENCY, "awaiting_completion"),
    "completeness": ("awaiting_completion",),
    "objection": ("answered", "archived"),
}
"""In which states of a case somebody is still waited for by a limit."""


def is_overtaken(template: Template, facts: Mapping[str, Any], state: str, limits: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the case has moved past what the message says. `facts`: the event's data as JSON.

    Of a limit: nobody waits for it any more, it ends on another day by now, or it does not run. `limits` are the
    case's clocks, as the contract's `limits` tells them.
    """
    if template.states:
        return state not in template.states
    if not template.of_clock or "clock_id" not in facts:
        return False
    if state not in STATES_OF_CLOCK[facts["clock"]]:
        return True
    mine = [one for one in limits if str(one["clock_id"]) == facts["clock_id"]]
    is_reminder = "fraction" in facts
    return any(str(one["due_date"]) != facts["due_date"] or (is_reminder and not one["runs"]) for one in mine)
