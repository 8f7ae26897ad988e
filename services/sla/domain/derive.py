"""From a complaint's history to all its clocks (domain reference section 9): the same facts, the same clocks.

What is ours and not found in any regulation, each chosen so that the reporter
does not lose by it:

* A file nobody examined within the presumption time counts as complete since
  it came: otherwise silence of the coordinator would keep the sixtieth day away.
* Between a return and the next dispatch the coordinator holds the clocks.
* A reopened case gets new follow-up, settlement and legal clocks. What was
  archived and objected to is verified anew, and gets them then.
* Another calendar counts from the moment it was recorded, and never makes a
  day earlier that was told before (adr/0011).
* An answer that stands keeps the legal limit from being passed; when it falls
  by an objection after the limit, the limit is passed at that moment.
* Rules that come into force find a clock where it stands and move its end from
  that moment on: what was in time or late before stays so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.sla.domain.almanac import Almanac
from services.sla.domain.calendar import ONE_SECOND
from services.sla.domain.clocks import Breach, Clock
from services.sla.domain.history import Fact, in_order
from services.sla.domain.rules import PRESUMPTION, RESUMPTION, Rule, RuleBook
from services.sla.domain.track import Shift, Track

AGENCY_CLOCKS = ("follow_up", "settlement", "legal")
"""Clocks that stand still while the file is incomplete, and that the dispatched agency holds."""


@dataclass(frozen=True, slots=True)
class Derivation:
    """All clocks in the order they started, every breach that lies before a stop, every end a new calendar moved, and
    when the file is to be presumed complete if nobody looks at it (None: no such moment)."""

    clocks: list[Clock]
    breaches: list[Breach]
    shifts: list[Shift]
    presumed_at: datetime | None

    def late_since(self, now: datetime) -> datetime | None:
        """When the first limit was passed, by what is known now of history, rules and calendars. None: none was."""
        running = (clock.passes_at for clock in self.clocks if not clock.expires)
        passed = [at for at in running if at and at <= now]
        return min([*passed, *(breach.at for breach in self.breaches)], default=None)


def derive(complaint_id: UUID, facts: Iterable[Fact], rules: RuleBook, almanac: Almanac, region: str) -> Derivation:
    """Follow the facts of a complaint in a region, oldest first. Facts that make no sense where they stand change
    nothing. Raises NoRuleError."""
    case = _Case(complaint_id, rules, almanac, region)
    for fact in in_order(facts):
        case.learn_until(fact.at)
        getattr(case, fact.what)(fact)
    case.learn_until(None)
    return Derivation(
        [track.frozen() for track in case.tracks],
        [breach for track in case.tracks for breach in track.breaches],
        [shift for track in case.tracks for shift in track.shifts],
        case.presumed_at(),
    )


def _since(edition: RuleBook) -> datetime:
    assert edition.since is not None, "only the first edition has no beginning"
    return edition.since


class _Case:
    """The complaint as far as the history has been read. One method per kind of fact."""

    def __init__(self, complaint_id: UUID, rules: RuleBook, almanac: Almanac, region: str) -> None:
        first, *later = rules.editions
        self.complaint_id = complaint_id
        self.rules = first
        self.almanac = almanac
        self.region = region
        self.category: str | None = None
        changes = [(at, None) for at in almanac.changes] + [(_since(edition), edition) for edition in later]
        self.unlearned = sorted(changes, key=lambda change: change[0], reverse=True)
        self.tracks: list[Track] = []
        self.generations: Counter[str] = Counter()
        self.class_: str | None = None
        self.agency_id: str | None = None
        self.over: str | None = None  # closed, archived or withdrawn

    def learn_until(self, moment: datetime | None) -> None:
        """Have the rules and calendars known by a moment (None: all) count for the clocks that are open."""
        while self.unlearned and (moment is None or self.unlearned[-1][0] <= moment):
            at, edition = self.unlearned.pop()
            if edition is not None:
                self._rules_change(edition, at)
            else:
                for track in self.tracks:
                    track.turn(self.almanac.known_at(track.agency_id, at), at, decreed=True)

    def _rules_change(self, edition: RuleBook, at: datetime) -> None:
        """Another edition comes into force: the clocks whose limit it changes follow it."""
        before, self.rules = self.rules, edition
        for track in self.tracks:
            if track.open:
                rule, was = (self._rule_of(track, book) for book in (edition, before))
                if rule.limits != was.limits:
                    track.change_rule(rule, at)

    # Row 1: the limits of the coordinator begin.
    def registered(self, fact: Fact) -> None:
        if not self.tracks:
            self.category = fact.category
            self._start("verification", fact.at)
            self._start("receipt", fact.at)

    # Row 3: the request itself is the answer on completeness; the reporter's thirty days begin.
    def completeness_requested(self, fact: Fact) -> None:
        if self.over or self._open("completeness"):
            return
        self._stop(("verification", "receipt"), fact.at)
        self._start("completeness", fact.at)
        for track in self._all(AGENCY_CLOCKS):
            track.pause(fact.at)

    # Row 4: the coordinator's time begins anew.
    def completed(self, fact: Fact) -> None:
        if self.over or not self._open("completeness"):
            return
        self._end_waiting(fact.at, cancelled=False)
        self._start("verification", fact.at)

    def presumed_complete(self, fact: Fact) -> None:
        waiting = self._open("verification")
        if waiting and not self.over and not self._open("legal"):
            self._start("legal", waiting[-1].started_at).runs_since = fact.at

    # Row 2, first half: the file is complete and classed.
    def verified(self, fact: Fact) -> None:
        if self.over:
            return
        self._end_waiting(fact.at, cancelled=True)
        self._stop(("verification", "receipt"), fact.at)
        self.reclassified(fact)
        for clock in ("settlement", "legal"):
            if not self._open(clock):
                self._start(clock, fact.at)

    # Row 14: counted from the original start.
    def reclassified(self, fact: Fact) -> None:
        if self.over or fact.class_ is None:
            return
        was, self.category = self.class_, fact.category or self.category
        self.class_ = fact.class_
        for track in self._open("settlement"):
            rule = self._rule_of(track, self.rules)
            if fact.class_ != was or rule.limits != track.rule.limits:
                track.reclassify(rule, fact.class_, fact.at)

    # Row 2, second half, and row 8: the follow-up clock starts for the new unit, the others go on.
    def dispatched(self, fact: Fact) -> None:
        if self.over:
            return
        self._stop(("verification", "receipt"), fact.at)
        self._stop(("follow_up",), fact.at, cancelled=True)
        self._hold_by(fact.agency_id, fact.at)
        self._start("follow_up", fact.at)
        if self._open("completeness"):
            self._open("follow_up")[-1].pause(fact.at)

    # Row 7: no clock stops or starts; the coordinator must act.
    def returned(self, fact: Fact) -> None:
        if not self.over:
            self._hold_by(None, fact.at)

    # Rows 9 and 10: any reply meets the follow-up limit, only a substantive one settles.
    def answered(self, fact: Fact) -> None:
        if self.over:
            return
        self._end_waiting(fact.at, cancelled=True)
        self._stop(("follow_up",), fact.at)
        if fact.substantive:
            for track in self._all(("settlement", "legal")):
                track.answer(fact.at)
            self._stop(("objection",), fact.at, cancelled=True)
            self._start("objection", fact.at)

    # SP4N practice closes after ten working days without a word of the reporter: from her last word they begin anew.
    def replied(self, fact: Fact) -> None:
        if self.over:
            return
        for track in self._open("objection"):
            if fact.at < track.due_at + ONE_SECOND:
                track.begin_anew(fact.at)

    # Row 11: the answer fell. Row 6: what was archived is read anew, as after a completion.
    def objected(self, fact: Fact) -> None:
        if self.over in (None, "archived"):
            self._stop(("objection",), fact.at)
            self._reject_answer(fact.at)
        if self.over == "archived":
            self.over = None
            self._start("verification", fact.at)

    # Rows 11 and 13.
    def reopened(self, fact: Fact) -> None:
        if self.over == "closed":
            self.over = None
            self._hold_by(fact.agency_id, fact.at)
            self._start("follow_up", fact.at)
            if self.class_:
                self._start("settlement", fact.at)
            self._start("legal", fact.at)
        elif not self.over:
            self._stop(("objection",), fact.at, cancelled=True)
            self._reject_answer(fact.at)
            self._hold_by(fact.agency_id, fact.at)

    # Row 16: every report keeps its own clocks.
    def merged(self, fact: Fact) -> None:
        pass

    # Row 12.
    def closed(self, fact: Fact) -> None:
        if not self.over:
            self._stop(("settlement", "legal"), fact.at)
            self._finish("closed", fact.at)

    # Row 6: the coordinator has acted; the reporter may object for ten working days.
    def archived(self, fact: Fact) -> None:
        if not self.over:
            self._stop(("verification", "receipt"), fact.at)
            self._finish("archived", fact.at)
            self._start("objection", fact.at)

    # Row 5 and the reporter's own wish.
    def withdrawn(self, fact: Fact) -> None:
        self._finish("withdrawn", fact.at)

    # Row 15: clocks keep running.
    def forwarded(self, fact: Fact) -> None:
        pass

    def presumed_at(self) -> datetime | None:
        """When the file counts as complete although nobody looked at it."""
        waiting = self._open("verification")
        if self.over or not waiting or self._open("legal"):
            return None
        calendar, started_at = waiting[-1].calendar, waiting[-1].started_at
        limit = self._rule(PRESUMPTION, calendar.local_day(started_at))
        return calendar.end_of(calendar.last_day(calendar.local_day(started_at), limit.days, limit.unit)) + ONE_SECOND

    def _start(self, clock: str, at: datetime) -> Track:
        self.generations[clock] += 1
        class_ = self.class_ if clock == "settlement" else None
        agency_id = self.agency_id if clock in AGENCY_CLOCKS else None
        calendar = self.almanac.known_at(agency_id, at)
        rule = self._rule(clock, calendar.local_day(at))
        track = Track(calendar, self.complaint_id, self.generations[clock], rule, class_, at)
        track.agency_id = agency_id
        self.tracks.append(track)
        return track

    def _rule(self, clock: str, on: date) -> Rule:
        return self.rules.rule(clock, self.class_, on, self.category, self.region)

    def _rule_of(self, track: Track, book: RuleBook) -> Rule:
        """The rule of a book for a clock that has started."""
        started_on = track.calendar.local_day(track.started_at)
        return book.rule(track.clock, self.class_, started_on, self.category, self.region)

    def _all(self, clocks: tuple[str, ...]) -> list[Track]:
        return [track for track in self.tracks if track.clock in clocks and track.open]

    def _open(self, clock: str) -> list[Track]:
        return self._all((clock,))

    def _stop(self, clocks: tuple[str, ...], at: datetime, *, cancelled: bool = False) -> None:
        for track in self._all(clocks):
            track.stop(at, cancelled=cancelled)

    def _hold_by(self, agency_id: str | None, at: datetime) -> None:
        self.agency_id = agency_id
        for track in self._all(AGENCY_CLOCKS):
            track.agency_id = agency_id
            track.turn(self.almanac.known_at(agency_id, at), at, decreed=False)

    def _end_waiting(self, at: datetime, *, cancelled: bool) -> None:
        if self._open("completeness"):
            self._stop(("completeness",), at, cancelled=cancelled)
            for track in self._all(AGENCY_CLOCKS):
                track.resume(at)

    def _reject_answer(self, at: datetime) -> None:
        at_least = self._rule(RESUMPTION, self.almanac.known_at(None, at).local_day(at)).days
        for track in self._open("settlement"):
            track.reject_answer(at, at_least)
        for track in self._open("legal"):
            track.reject_answer(at, None)

    def _finish(self, how: str, at: datetime) -> None:
        self.over = how
        self._stop(tuple({track.clock for track in self.tracks}), at, cancelled=True)
