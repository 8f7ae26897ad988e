"""What of a finding's numbers may be read: none that its report hides, nor one that the report before it hid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from services.sla.domain.findings import Finding
from services.sla.domain.publication import OLDEST

Report = Mapping[str, Any]
"""Figures as published, None for what is hidden."""


def readable(finding: Finding, report: Report, before: Report | None) -> dict[str, Any]:
    """A finding as it stands in a report: `value`, `part` and `whole` None where the figures they come from are hidden.

    That it was found is always told; from what threshold on, since when and beside whom too.
    """
    hides = _HIDES[finding.kind]
    told = asdict(finding)
    if hides(report, finding):
        told |= dict.fromkeys(("value", "part", "whole"))
    elif finding.kind == "rising" and (before is None or hides(before, finding)):
        told["value"] = None  # beside what came in this period it would tell what came in the last one
    if before is None or hides(before, finding):
        told["before"] = None
    return told


def _late(report: Report, finding: Finding) -> bool:
    return any(row["percent"] is None for row in report["on_time"] if row["clock"] == finding.where)


def _rising(report: Report, finding: Finding) -> bool:
    cells = report["groups"]["category"].get(finding.where)
    return cells is not None and cells["received"] is None


def _reopened(report: Report, _finding: Finding) -> bool:
    deeds = report["deeds"]
    return None in (deeds["answered"], deeds["objected"], deeds["reopened"])


_HIDES: Mapping[str, Callable[[Report, Finding], bool]] = {
    "late": _late,
    "slow": lambda report, _: report["total"]["answered"] is None,
    "returned": lambda report, _: None in (report["total"]["received"], report["deeds"]["returned"]),
    "reopened": _reopened,
    "unrated": lambda report, _: report["ratings"]["mean"] is None,
    "old": lambda report, _: report["ages"].get(OLDEST, 0) is None,
    "rising": _rising,
    "incomplete": lambda report, _: None in (report["total"]["received"], report["deeds"]["held"]),
}
"""By kind of finding: whether a report hides a figure that its numbers are made of."""
