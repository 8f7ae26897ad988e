"""Reads docs/timelines.md: the page a lawyer reads is the data the clocks are tested with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

PAGE = Path(__file__).parents[3] / "docs" / "timelines.md"

CLOCK_NAMES = {
    "C1 verification": "verification",
    "C-resp word on completeness": "receipt",
    "C2 first reply": "follow_up",
    "C3 settlement": "settlement",
    "C4 decision": "legal",
    "C5 completing": "completeness",
    "C6 objecting": "objection",
}
CLASS_NAMES = {
    "permintaan informasi": "information",
    "aspirasi": "aspiration",
    "pengaduan tidak berkadar pengawasan": "non_supervisory",
    "pengaduan berkadar pengawasan": "supervisory",
}
ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)
_DAY = re.compile(rf"({'|'.join(WEEKDAYS)}), (\d{{1,2}}) ({'|'.join(MONTHS)}) (\d{{4}})")
_TIME = re.compile(r", (\d\d)\.(\d\d)(?:\.(\d\d))?$")
_CLASS = rf"({'|'.join(CLASS_NAMES)})"
ACTS = (
    (r"Registered", "registered", ()),
    (r"Asked to complete the file", "completeness_requested", ()),
    (r"Completed", "completed", ()),
    (r"Presumed complete", "presumed_complete", ()),
    (rf"Verified as {_CLASS}", "verified", ("class_",)),
    (rf"Class changed to {_CLASS}", "reclassified", ("class_",)),
    (r"Returned by (\w+)", "returned", ("agency_id",)),
    (r"Dispatched to (\w+)", "dispatched", ("agency_id",)),
    (r"Interim reply by (\w+)", "interim", ("agency_id",)),
    (r"Answered by (\w+)", "answered", ("agency_id",)),
    (r"The reporter writes", "replied", ()),
    (r"Objected", "objected", ()),
    (r"Reopened for (\w+) \((objection|coordinator)\)", "reopened", ("agency_id", "how")),
    (r"Merged", "merged", ()),
    (r"Closed \((confirmed|silence|coordinator)\)", "closed", ("how",)),
    (r"Archived", "archived", ()),
    (r"Withdrawn \((reporter|not_completed)\)", "withdrawn", ("how",)),
    (r"Forwarded to the Ombudsman", "forwarded", ()),
    (r"Decreed: (\w+, \d+ \w+ \d+) is a day off", "decreed", ("day",)),
    (r"Promised by (\w+) for (\w+, \d+ \w+ \d+)", "promised", ("agency_id", "day")),
    (r"Recommended by the Ombudsman", "recommended", ()),
    (r"Reported by (\w+)", "reported", ("agency_id",)),
)
"""What can happen: the sentence, the kind of fact, what its groups are."""

BESIDE = ("decreed", "promised", "recommended", "reported")
"""Acts that are no facts of the case's clocks."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing somebody does: a kind of fact and its details."""

    what: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stand:
    """What the page says of one clock: its last day, and in one word (and a day) how it stands."""

    last_day: date
    provisional: bool
    word: str
    passed_on: date | None


@dataclass
class Step:
    """One moment of a story: what is done, and what the page says has changed by then. `Nothing happens` has no act."""

    at: datetime
    acts: list[Act]
    clocks: dict[tuple[str, int], Stand] = field(default_factory=dict)
    offered: bool = False  # to the Ombudsman
    promise: Stand | None = None
    recommendation: Stand | None = None


@dataclass
class Story:
    """One story of the page. `setting`: words of its Setting line, by name."""

    title: str
    setting: dict[str, str]
    steps: list[Step]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(ZONES[self.setting.get("zone", "WITA")])


def read(page: str) -> list[Story]:
    """All stories of the page. Raises ValueError where a line says something that is not understood."""
    return [_story(part) for part in re.split(r"^## (?=\d)", page, flags=re.M)[1:]]


def stories() -> list[Story]:
    """The stories of docs/timelines.md."""
    return read(PAGE.read_text())


def read_day(text: str) -> date:
    """`Jumat, 13 Maret 2026`. Raises ValueError when that was another day of the week."""
    found = _DAY.match(text)
    if found is None:
        raise ValueError(f"no date: {text}")
    weekday, day, month, year = found.groups()
    read_date = date(int(year), MONTHS.index(month) + 1, int(day))
    if WEEKDAYS[read_date.weekday()] != weekday:
        raise ValueError(f"{text} is a {WEEKDAYS[read_date.weekday()]}")
    return read_date


def _story(part: str) -> Story:
    title, _, body = part.partition("\n")
    story = Story(title.strip(), _setting(body), [])
    for cells in _rows(body):
        when, what, last_day, stands = cells[:4]
        if when:
            story.steps.append(Step(_moment(when, story.zone), list(_acts(what))))
        elif what == "Ombudsman":
            story.steps[-1].offered = stands == "offered"
        elif what in ("Promise", "Recommendation"):
            setattr(story.steps[-1], what.lower(), _stand(last_day, stands))
        else:
            story.steps[-1].clocks[_clock(what)] = _stand(last_day, stands)
    return story


def _setting(body: str) -> dict[str, str]:
    line = re.search(r"^Setting: (.+)\.$", body, flags=re.M)
    return dict(part.split(": ", 1) for part in line[1].split("; ")) if line else {}


def _rows(body: str) -> Iterator[list[str]]:
    for line in body.splitlines():
        if line.startswith("|") and not line.startswith(("| When", "| ---")):
            cells = [cell.strip().strip("*").strip() for cell in line.strip().strip("|").split("|")]
            if len(cells) != 5:
                raise ValueError(f"five cells are needed: {line}")
            yield cells


def _moment(text: str, zone: ZoneInfo) -> datetime:
    clock = _TIME.search(text)
    if clock is None:
        raise ValueError(f"no time: {text}")
    hour, minute, second = (int(group or 0) for group in clock.groups())
    return datetime.combine(read_day(text), time(hour, minute, second), zone).astimezone(UTC)


def _acts(text: str) -> Iterator[Act]:
    for sentence in re.findall(r"[^.]+(?=\.)", text):
        said = sentence.strip()
        if said == "Nothing happens":
            continue
        for pattern, what, names in ACTS:
            if found := re.fullmatch(pattern, said):
                details: dict[str, Any] = dict(zip(names, found.groups(), strict=True))
                if what in ("interim", "answered"):
                    details["substantive"] = what == "answered"
                if "class_" in details:
                    details["class_"] = CLASS_NAMES[details["class_"]]
                if "day" in details:
                    details["day"] = read_day(details["day"])
                yield Act("answered" if what == "interim" else what, details)
                break
        else:
            raise ValueError(f"nobody can do this: {said}")


def _clock(text: str) -> tuple[str, int]:
    name, _, which = text.partition(", ")
    return CLOCK_NAMES[name], int(which[0]) if which else 1


def _stand(last_day: str, stands: str) -> Stand:
    passed = re.search(r"passed on (.+)$", stands)
    word = "passed" if stands.startswith("passed") else stands.partition(",")[0]
    return Stand(read_day(last_day), "(provisional)" in last_day, word, read_day(passed[1]) if passed else None)
