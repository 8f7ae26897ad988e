"""Days off out of an iCalendar file (RFC 5545), as calendars on the web are exchanged."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

from icalendar import Calendar

from services.sla.domain.calendar import DayOff
from services.sla.domain.decree import FIRST_YEAR, LAST_YEAR, NATION
from shared.errors import Invalid, TooLarge

LARGEST = 256 * 1024
MOST_EVENTS = 400
LONGEST_EVENT = 31
"""Days."""

_BROKEN = re.compile("[\\x00\\ufffd]")
"""What the store has no room for, and the mark of bytes that were not UTF-8."""

NEVER_READ = ("RRULE", "RDATE", "EXRULE", "EXDATE", "RECURRENCE-ID")


def read(content: bytes, scope: str) -> list[DayOff]:
    """The days of all events, one for each date. Raises Invalid with a sentence that names the event, or TooLarge.

    An event whose name speaks of cuti bersama is one; every other is a national
    holiday, or a local one where the calendar is a province's or a regency's. Cancelled events are none.
    """
    if len(content) > LARGEST:
        raise TooLarge(
            "calendar_too_large",
            f"Berkas kalender paling besar {LARGEST // 1024} KiB.",
            f"A calendar file has at most {LARGEST // 1024} KiB.",
        )
    found: dict[date, DayOff] = {}
    for event in _events(content):
        if str(event.get("STATUS", "")).upper() == "CANCELLED":
            continue
        name = " ".join(str(event.get("SUMMARY", "")).split())[:200]
        if not name:
            raise _refused("Ada acara tanpa nama.", "There is an event without a name.")
        if _BROKEN.search(name):
            raise _refused(
                "Ada nama acara yang tidak terbaca. Simpan berkas dalam UTF-8.",
                "There is an event whose name cannot be read. Save the file as UTF-8.",
            )
        for day in _days(event, name):
            kind = "local" if scope != NATION else "joint_leave" if "cuti bersama" in name.casefold() else "national"
            other = found.get(day)
            found[day] = (
                DayOff(day, f"{other.name}; {name}"[:200], other.kind, False) if other else DayOff(day, name, kind)
            )
    return [found[day] for day in sorted(found)]


def _events(content: bytes) -> list[Any]:
    try:
        calendar = Calendar.from_ical(content)
        events = list(calendar.walk("VEVENT"))
    except (ValueError, IndexError, KeyError, TypeError, AttributeError, RecursionError):
        raise _refused(
            "Berkas ini bukan kalender iCalendar (.ics) yang dapat dibaca.",
            "This file is no iCalendar (.ics) file that can be read.",
        ) from None
    if not events:
        raise _refused("Kalender ini tidak berisi satu acara pun.", "This calendar holds no event at all.")
    if len(events) > MOST_EVENTS:
        raise _refused(
            f"Kalender ini berisi {len(events)} acara; paling banyak {MOST_EVENTS}.",
            f"This calendar holds {len(events)} events; {MOST_EVENTS} are the most.",
        )
    return events


def _days(event: Any, name: str) -> list[date]:
    """The whole days of an event; its end does not belong to it."""
    if any(event.get(part) is not None for part in NEVER_READ):
        raise _refused(
            f"“{name}” berulang. Tulis setiap tanggal sebagai acara sendiri.",
            f"“{name}” recurs. Write each date as an event of its own.",
        )
    first, end, lasting = (_value(event, part) for part in ("DTSTART", "DTEND", "DURATION"))
    if not isinstance(first, date) or isinstance(first, datetime):
        raise _refused(f"“{name}” tidak mempunyai tanggal hari penuh.", f"“{name}” has no date of a whole day.")
    if isinstance(lasting, timedelta) and end is None:
        days = lasting.days
    elif event.get("DTEND") is None and event.get("DURATION") is None:
        days = 1
    elif isinstance(end, date) and not isinstance(end, datetime):
        days = (end - first).days or 1
    else:
        days = 0
    if not 1 <= days <= LONGEST_EVENT:
        raise _refused(
            f"“{name}” harus berlangsung 1 sampai {LONGEST_EVENT} hari penuh.",
            f"“{name}” must last 1 to {LONGEST_EVENT} whole days.",
        )
    if not FIRST_YEAR <= first.year <= LAST_YEAR:
        raise _refused(
            f"“{name}” jatuh pada tahun {first.year}, di luar {FIRST_YEAR} sampai {LAST_YEAR}.",
            f"“{name}” falls in the year {first.year}, outside {FIRST_YEAR} to {LAST_YEAR}.",
        )
    return [first + timedelta(days=place) for place in range(days)]


def _value(event: Any, part: str) -> Any:
    """What a part says; None when it is missing, and when it is there twice or cannot be read."""
    try:
        return getattr(event.get(part), "dt", None)
    except ValueError:  # what the parser could not read says so when it is asked
        return None


def _refused(id_: str, en: str) -> Invalid:
    return Invalid("bad_calendar_file", id_, en, {"file": [id_]})
