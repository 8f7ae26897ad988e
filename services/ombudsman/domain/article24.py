"""What UU 37/2008 article 24 asks of a report, and which of it this file has."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.ombudsman.domain.parts import Parts, Requirement

_PERSONAL = frozenset({"full_name", "birth", "marital_status", "occupation", "address"})
"""Article 24(1)(a): the reporter's identity."""


def checklist(parts: Parts, with_identity: bool) -> list[dict[str, Any]]:
    """Entries `{key, article, label, state}`.

    State is `present`, `missing` (to be asked of the reporter), `withheld` (she
    has not consented) or `exceeded` (the event is older than the law allows).
    """
    return [
        {"key": r.key, "article": r.article, "label": r.label, "state": _state(r, parts, with_identity)}
        for r in parts.requirements
    ]


def _state(requirement: Requirement, parts: Parts, with_identity: bool) -> str:
    told = parts.intake
    if requirement.key in _PERSONAL and not with_identity:
        return "withheld"
    if requirement.key == "within_years":
        return _age(told["event_date"], parts)
    identity = told["identity"] or {}
    known = {
        "full_name": identity.get("name"),
        "address": identity.get("address"),
        **{key: identity.get(key) for key in ("birth", "marital_status", "occupation")},
        "description": told["body"].strip(),
        "prior_complaint": parts.routing["case_number"],
    }
    return "present" if known.get(requirement.key) else "missing"


def _age(event: date | None, parts: Parts) -> str:
    if event is None:
        return "missing"
    today = parts.day(parts.head.created_at)
    years = today.year - event.year - ((today.month, today.day) < (event.month, event.day))
    return "present" if years < parts.report_within_years else "exceeded"
