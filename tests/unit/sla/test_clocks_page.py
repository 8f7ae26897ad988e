"""docs/clocks.md says what the active rule book says."""

from __future__ import annotations

from tests.unit.sla import timelines
from tests.unit.sla.stories import RULES

PAGE = timelines.PAGE.with_name("clocks.md")
UNITS = {"working_days": "working days", "calendar_days": "calendar days"}


def test_every_active_limit_stands_on_the_page_with_its_days_unit_rule_set_and_source_and_no_other() -> None:
    names = {clock: name for name, clock in timelines.CLOCK_NAMES.items()}
    names |= {"presumption": "Presumption of completeness", "resumption": "At least after an objection"}
    active = {
        (names[rule.clock], rule.class_ or "any", str(rule.days), UNITS[rule.unit], rule.rule_set, rule.source)
        for rule in RULES.rules
    }

    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in PAGE.read_text().splitlines()
        if line[:1] == "|"
    ]
    told = {(row[0], row[1], row[2], row[3], row[6], row[7]) for row in rows[2:]}
    assert told == active
