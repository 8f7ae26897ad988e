"""Each clock explains itself in one sentence a citizen understands, short enough to be told by text message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from services.sla.domain import wording
from services.sla.domain.calendar import Calendar
from services.sla.domain.clocks import Clock


@dataclass(frozen=True, slots=True)
class Sentence:
    """The same sentence in both languages."""

    id: str
    en: str


@dataclass(frozen=True, slots=True)
class Beside:
    """What else is true of the case, so that the sentence of one clock says all that matters.

    `legal`: the limit by law that is open; `completing`: the last day for the
    reporter to complete the file; `promised_for`: the day for which the agency
    promised to settle it; `forwarded_on`: when the Ombudsman got it.
    """

    legal: Clock | None = None
    completing: date | None = None
    promised_for: date | None = None
    forwarded_on: date | None = None


NOTHING = Beside()


def sentence(clock: Clock, calendar: Calendar, now: datetime, beside: Beside = NOTHING) -> Sentence:
    """What runs, who must act, until when, whether that day is certain, and why it stands still."""
    one, other = (_Saying(place, clock, calendar, now, beside).said() for place in (0, 1))
    return Sentence(one, other)


def open_legal(clocks: Iterable[Clock]) -> Clock | None:
    """The limit by law that nothing keeps from passing, if there is one."""
    return next((one for one in clocks if one.clock == "legal" and one.passes_at), None)


class _Saying:
    """The sentence of one clock in one language: 0 Indonesian, 1 English."""

    def __init__(self, place: int, clock: Clock, calendar: Calendar, now: datetime, beside: Beside) -> None:
        self.place, self.clock, self.calendar, self.now, self.beside = place, clock, calendar, now, beside

    def said(self) -> str:
        clock, beside, outcome = self.clock, self.beside, self.clock.outcome_at(self.now)
        open_ = outcome in ("running", "breached")
        if outcome == "running" and clock.answered_at:
            outcome, open_ = "answered", False
        if open_ and clock.clock == "settlement":
            return self._settling()
        if open_ and clock.clock == "legal" and beside.forwarded_on:
            return self._filled(wording.LEGAL_FORWARDED[outcome])
        pair = {"paused": wording.PAUSED, "cancelled": wording.CANCELLED}.get(outcome) or wording.SENTENCES[
            clock.clock, outcome
        ]
        due = self._limit(clock) if open_ else self._day(clock.due_date)
        said = self._filled(pair, due=due)
        if open_ and beside.forwarded_on and not clock.expires:
            return said.removesuffix(".") + self._filled(wording.FORWARDED) + "."
        return said

    def _settling(self) -> str:
        """Working and calendar days side by side; the earlier limit is the one that counts."""
        beside = self.beside
        both = sorted((one for one in (self.clock, beside.legal) if one), key=lambda one: one.due_at)
        late = any(one.outcome_at(self.now) == "breached" for one in both)
        today = self.calendar.local_day(self.now)
        promise = "" if beside.promised_for is None else "broken" if beside.promised_for < today else "promised"
        tail = ""
        if beside.forwarded_on:
            tail = self._filled(wording.FORWARDED)
        elif len(both) > 1:
            tail = self._filled(wording.SECOND, second=self._limit(both[1], counted=True))
        return self._filled(wording.SETTLING[promise, late], first=self._limit(both[0], counted=True)) + tail + "."

    def _limit(self, clock: Clock, *, counted: bool = False) -> str:
        """Its last day: how it is counted, and whether somebody may yet decree it away."""
        more = []
        if counted:
            by_law = wording.BY_LAW[self.place] if clock.clock == "legal" else ""
            more.append(f"{clock.days} {wording.DAYS[clock.unit][self.place]}{by_law}")
        start = self.calendar.local_day(clock.started_at)
        if year := self.calendar.unknown_year(start, clock.due_date, clock.unit):
            more.append(wording.PROVISIONAL[self.place].format(year=year))
        return self._day(clock.due_date) + (f" ({', '.join(more)})" if more else "")

    def _day(self, day: date | None) -> str:
        return in_words(day, ("id", "en")[self.place]) if day else ""

    def _filled(self, pair: tuple[str, str], **given: str) -> str:
        clock, beside = self.clock, self.beside
        holder = wording.HOLDERS[clock.agency_id is not None][self.place]
        since, ended = clock.paused_at or clock.answered_at, clock.stopped_at
        until = wording.UNTIL[self.place].format(completing=self._day(beside.completing)) if beside.completing else ""
        values = {
            "due": self._day(clock.due_date),
            "ended": self._day(ended and self.calendar.local_day(ended)),
            "since": self._day(since and self.calendar.local_day(since)),
            "forwarded": self._day(beside.forwarded_on),
            "promised": self._day(beside.promised_for),
            "until": until,
            "holder": holder,
            "Holder": holder[0].upper() + holder[1:],
            "subject": wording.SUBJECT[clock.clock][self.place],
        }
        return pair[self.place].format(**{**values, **given})


def in_words(day: date, language: str) -> str:
    """`25 Maret 2026`, `25 March 2026`."""
    return f"{day.day} {wording.MONTHS[language][day.month - 1]} {day.year}"
