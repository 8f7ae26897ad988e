"""Which event is told to whom: one function an event, each a short list of who is told what.

The template names are the files in `data/templates`. Nothing here knows a name,
a number or an address; people are found when the message is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.notify.domain.digest import Group

REPORTER, OFFICER, HEAD, COORDINATOR, SUPERVISOR = "reporter", "officer", "head", "coordinator", "supervisor"

Data = Mapping[str, Any]

DATES_TOLD = ("verification", "follow_up", "settlement", "objection")
"""The limits whose day the reporter was told. The others count calendar days, which no decree moves."""

OFFICE_REPORT = "office.report"
"""The letter with a periodic report; it goes to an office, which sla knows, and to no account of the desk."""

REMINDERS = ("desk.due_soon", "reporter.completeness_reminder")


@dataclass(frozen=True, slots=True)
class Told:
    """One audience is told one thing.

    `agency_id` is the agency whose officers or head are meant. An officer
    without an agency is whoever holds the case when the message is sent: the
    agency's officers, or the coordinators while no agency has it.
    """

    template: str
    audience: str
    agency_id: str | None = None
    is_reply: bool = False
    """An automatic answer to something just sent; their number is limited, lest two machines go on for ever."""

    @property
    def group(self) -> Group | None:
        """Who is told together with her; None while somebody must be asked who that is today."""
        if self.audience in (OFFICER, HEAD):
            return Group(self.audience, self.agency_id) if self.agency_id else None
        return Group(self.audience, None)


def registered(_data: Data) -> list[Told]:
    """The receipt is owed at once (UU 25/2009 art 44)."""
    return [Told("reporter.receipt", REPORTER), Told("desk.new_case", COORDINATOR)]


def message_received(data: Data) -> list[Told]:
    """Who holds the case hears of it; the reporter gets a sign where nothing else shows her that it arrived."""
    if data["kind"] == "objection":  # complaint.objected tells it
        return []
    told = [Told("desk.wrote", OFFICER)]
    if data["channel"] in ("sms", "email"):
        told.append(Told("reporter.noted", REPORTER, is_reply=True))
    return told


def objected(_data: Data) -> list[Told]:
    """Also told to the head: an objection goes to more than the desk that wrote the answer."""
    return [Told("desk.objected", OFFICER), Told("desk.objected", HEAD)]


def withdrawn(data: Data) -> list[Told]:
    template = "reporter.withdrawn" if data["reason"] == "reporter" else "reporter.deemed_withdrawn"
    return [Told(template, REPORTER)]


def consented(data: Data) -> list[Told]:
    template = "reporter.consent_given" if data["given"] else "reporter.consent_taken_back"
    return [Told(template, REPORTER, is_reply=True)]


def ombudsman_asked(data: Data) -> list[Told]:
    """Her consent first; what art 24 asks of her only once she gave it."""
    return [Told("reporter.consent_wanted" if data["consent_wanted"] else "reporter.particulars_wanted", REPORTER)]


def particulars_given(_data: Data) -> list[Told]:
    return [Told("reporter.particulars_noted", REPORTER, is_reply=True)]


def referral_wished(_data: Data) -> list[Told]:
    return [Told("reporter.referral_wished", REPORTER, is_reply=True)]


def inquiry_received(data: Data) -> list[Told]:
    return [Told(f"inquiry.{data['kind']}", REPORTER, is_reply=True)]


def completeness_requested(_data: Data) -> list[Told]:
    return [Told("reporter.completeness", REPORTER)]


def dispatched(data: Data) -> list[Told]:
    template = "reporter.dispatched" if data["dispatch"] <= 1 else "reporter.redispatched"
    return [Told(template, REPORTER), Told("desk.dispatched", OFFICER, data["agency_id"])]


def returned(_data: Data) -> list[Told]:
    return [Told("reporter.returned", REPORTER), Told("desk.returned", COORDINATOR)]


def answered(data: Data) -> list[Told]:
    return [Told("reporter.answer" if data["substantive"] else "reporter.interim", REPORTER)]


def closed(data: Data) -> list[Told]:
    return [Told(f"reporter.closed_{data['how']}", REPORTER)]


def reopened(data: Data) -> list[Told]:
    """After an objection the agency has already been told; after a coordinator's decision it has not.

    Without an agency the coordinator reads it: after an objection to an archiving, or taken from whom it is about.
    """
    if data["why"] == "objection":
        return [Told(f"reporter.objection_{'taken_up' if data['agency_id'] else 'read_anew'}", REPORTER)]
    told = [Told("reporter.reopened", REPORTER)]
    return [*told, Told("desk.reopened", OFFICER, data["agency_id"])] if data["agency_id"] else told


def promised(_data: Data) -> list[Told]:
    return [Told("reporter.promised", REPORTER)]


def explained(_data: Data) -> list[Told]:
    return [Told("reporter.explained", REPORTER)]


def promise_due(data: Data) -> list[Told]:
    """The day has come: who promised is reminded, and the reporter hears that nobody has forgotten."""
    return [Told("desk.promise_due", OFFICER, data["agency_id"]), Told("reporter.promise_due", REPORTER)]


def promise_broken(data: Data) -> list[Told]:
    """The promise was not kept: her superior and the coordinator hear of it, and so does the reporter."""
    return [
        Told("desk.promise_broken", HEAD, data["agency_id"]),
        Told("desk.promise_broken", COORDINATOR),
        Told("reporter.promise_broken", REPORTER),
    ]


def overdue(data: Data) -> list[Told]:
    """The level told last hears of it again. Officers and heads are those of the agency that holds the clock."""
    level = data["level"]
    return [Told("desk.overdue", level, data["agency_id"] if level in (OFFICER, HEAD) else None)]


def archived(_data: Data) -> list[Told]:
    return [Told("reporter.archived", REPORTER)]


def locked(_data: Data) -> list[Told]:
    """She may have feared that the office she complains about reads it."""
    return [Told("reporter.locked", REPORTER)]


def merged(_data: Data) -> list[Told]:
    return [Told("reporter.merged", REPORTER)]


def due_soon(data: Data) -> list[Told]:
    """The one who holds the clock is reminded: the reporter while she completes, else the agency or the coordinator."""
    if data["clock"] == "completeness":
        return [Told("reporter.completeness_reminder", REPORTER)]
    if data["clock"] == "objection":  # the answer said until when; silence is her right
        return []
    return [_holder("desk.due_soon", data)]


def moved(data: Data) -> list[Told]:
    """A decree moved a date: whoever holds the clock hears of it with her other news, the reporter where it is hers."""
    told = [] if data["clock"] == "objection" else [_holder("desk.moved", data)]
    return [*told, Told("reporter.moved", REPORTER)] if data["clock"] in DATES_TOLD else told


def breached(data: Data) -> list[Told]:
    return [_holder("desk.breached", data)]


def escalated(data: Data) -> list[Told]:
    """Level by level above the one who holds the clock; she has heard of it by the breach itself.

    The last level is told to the reporter, whose way it opens; for the legal
    limit that is the referral, which tells her more.
    """
    level, agency_id = data["level"], data["agency_id"]
    if level == "ombudsman":
        return [] if data["clock"] == "legal" else [Told("reporter.ombudsman_open", REPORTER)]
    if level == (OFFICER if agency_id else COORDINATOR):
        return []
    return [Told("desk.escalated", level, agency_id if level == HEAD else None)]


def forwarded(data: Data) -> list[Told]:
    """The sixtieth day: the reporter, and everyone who let it come to that."""
    template = "reporter.forwarded" if data["with_identity"] else "reporter.forwarded_without_identity"
    return [
        Told(template, REPORTER),
        *(Told("desk.forwarded", audience) for audience in (OFFICER, HEAD, COORDINATOR, SUPERVISOR)),
    ]


def acknowledged(_data: Data) -> list[Told]:
    return [Told("reporter.acknowledged", REPORTER), *_desk("desk.acknowledged", HEAD, COORDINATOR)]


def supplemented(_data: Data) -> list[Told]:
    return [Told("reporter.supplemented", REPORTER)]


def consent_too_late(_data: Data) -> list[Told]:
    return [Told("reporter.consent_too_late", REPORTER)]


def more_requested(data: Data) -> list[Told]:
    """Whoever is asked gets the question; of a question to the agency the reporter knows that there is one."""
    if data["of"] == "reporter":
        return [Told("reporter.ombudsman_asks", REPORTER)]
    return [
        *_desk("desk.ombudsman_asks", OFFICER, HEAD, COORDINATOR),
        Told("reporter.ombudsman_asks_agency", REPORTER),
    ]


def recommendation_due_soon(_data: Data) -> list[Told]:
    return _desk("desk.recommendation_due", HEAD, COORDINATOR)


def recommendation_overdue(_data: Data) -> list[Told]:
    """Nobody reported how it was carried out (UU 37/2008 art 38): also told above the agency, and to the reporter."""
    return [
        Told("reporter.recommendation_overdue", REPORTER),
        *_desk("desk.recommendation_overdue", HEAD, COORDINATOR, SUPERVISOR),
    ]


def recommended(_data: Data) -> list[Told]:
    """A recommendation must be carried out (UU 37/2008 art 38)."""
    return [
        Told("reporter.recommended", REPORTER),
        *(Told("desk.recommended", audience) for audience in (HEAD, COORDINATOR, SUPERVISOR)),
    ]


def referral_closed(_data: Data) -> list[Told]:
    return [Told("reporter.referral_closed", REPORTER), *_desk("desk.referral_closed", HEAD, COORDINATOR)]


def _desk(template: str, *audiences: str) -> list[Told]:
    return [Told(template, audience) for audience in audiences]


def report_addressed(_data: Data) -> list[Told]:
    """Who watches over the complaints reads how they are handled (Perpres 76/2013)."""
    return [Told(OFFICE_REPORT, SUPERVISOR)]


def _holder(template: str, data: Data) -> Told:
    if data["agency_id"] is None:
        return Told(template, COORDINATOR)
    return Told(template, OFFICER, data["agency_id"])


def is_outdated(template: str, data: Data, now: datetime) -> bool:
    """Whether a message has nothing left to say: a reminder of a limit that has passed, as after an outage.

    `data` is the event's, as JSON. The breach is told by a message of its own.
    """
    return template in REMINDERS and datetime.fromisoformat(data["due_at"]) <= now


OCCASIONS: dict[tuple[str, str], Callable[[Data], list[Told]]] = {
    ("intake", "complaint.registered"): registered,
    ("intake", "complaint.message_received"): message_received,
    ("intake", "complaint.objected"): objected,
    ("intake", "complaint.withdrawn"): withdrawn,
    ("intake", "complaint.consented"): consented,
    ("intake", "complaint.ombudsman_asked"): ombudsman_asked,
    ("intake", "complaint.particulars_given"): particulars_given,
    ("intake", "complaint.referral_wished"): referral_wished,
    ("intake", "inquiry.received"): inquiry_received,
    ("routing", "case.completeness_requested"): completeness_requested,
    ("routing", "case.dispatched"): dispatched,
    ("routing", "case.returned"): returned,
    ("routing", "case.answered"): answered,
    ("routing", "case.closed"): closed,
    ("routing", "case.reopened"): reopened,
    ("routing", "case.promised"): promised,
    ("routing", "case.explained"): explained,
    ("routing", "case.archived"): archived,
    ("routing", "case.locked"): locked,
    ("routing", "case.merged"): merged,
    ("sla", "clock.due_soon"): due_soon,
    ("sla", "clock.moved"): moved,
    ("sla", "clock.breached"): breached,
    ("sla", "escalation.raised"): escalated,
    ("sla", "clock.overdue"): overdue,
    ("sla", "promise.due"): promise_due,
    ("sla", "promise.broken"): promise_broken,
    ("sla", "report.addressed"): report_addressed,
    ("ombudsman", "referral.forwarded"): forwarded,
    ("ombudsman", "referral.acknowledged"): acknowledged,
    ("ombudsman", "referral.recommended"): recommended,
    ("ombudsman", "referral.supplemented"): supplemented,
    ("ombudsman", "referral.consent_too_late"): consent_too_late,
    ("ombudsman", "referral.more_requested"): more_requested,
    ("ombudsman", "referral.recommendation_due_soon"): recommendation_due_soon,
    ("ombudsman", "referral.recommendation_overdue"): recommendation_overdue,
    ("ombudsman", "referral.closed"): referral_closed,
}
"""Source and event name → who is told what."""
