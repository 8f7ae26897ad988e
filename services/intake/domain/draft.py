"""A complaint before it is accepted, and what is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from services.intake.domain.wording import has_words, one_line, readable, shortened, tidy

_AGENCY = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of what is accepted. Data with sources: `data/limits.json`."""

    title_characters: int
    body_min_characters: int
    body_characters: int
    location_characters: int
    name_characters: int
    address_characters: int
    attachments: int
    attachment_bytes: int
    mail_bytes: int
    late_after_days: int
    ombudsman_after_days: int
    objection_days: int
    verification_days: int
    follow_up_days: int
    veto_days: int
    forwarding_days: int
    session_minutes: int
    window_minutes: int
    sms_per_window: int
    mails_per_window: int
    complaints_per_window: int
    uploads_per_window: int
    messages_per_window: int
    guesses_per_window: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with one field, said in both languages."""

    field: str
    slug: str
    text_id: str
    text_en: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the reporter is and where she can be told. Sealed at rest; everything in it may be missing.

    `thread` and `subject` are those of her latest mail, so that answers join it.
    """

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    thread: str | None = None
    subject: str | None = None
    # What only the Ombudsman asks for (UU 37/2008 art 24(1)(a)), as she put it. No officer learns of it, not even of
    # a name she did not give when she complained.
    full_name: str | None = None
    birth: str | None = None
    marital_status: str | None = None
    occupation: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What a reporter hands in, by whichever entrance."""

    channel: str
    body: str
    title: str = ""
    language: str = "id"
    event_date: date | None = None
    region: str = ""
    district_code: str | None = None
    village_code: str | None = None
    location: str | None = None
    category: str | None = None
    agency_id: str | None = None
    anonymous: bool = False
    confidential: bool = False
    ombudsman_consent: bool = False
    identity: Identity = Identity()


def cleaned(draft: Draft, limits: Limits) -> Draft:
    """The draft with tidy words, empty fields as None, and a title made from the body where there is none."""
    body = tidy(draft.body)
    who = draft.identity
    return replace(
        draft,
        body=body,
        title=one_line(draft.title) or shortened(body, min(80, limits.title_characters)),
        location=_line(draft.location),
        district_code=_line(draft.district_code),
        village_code=_line(draft.village_code),
        category=_line(draft.category),
        agency_id=_line(draft.agency_id),
        identity=replace(
            who, name=_line(who.name), phone=_line(who.phone), email=_line(who.email), address=_line(who.address)
        ),
    )


def problems(draft: Draft, limits: Limits, today: date) -> list[Problem]:
    """What is wrong with a cleaned draft, in the order of the form. Empty when it can be accepted.

    `today` is the day at the place of the region. Areas, categories, telephone numbers and addresses are
    checked where the data and the libraries for them are.
    """
    found = []
    who = draft.identity
    for field, text, most in (
        ("title", draft.title, limits.title_characters),
        ("body", draft.body, limits.body_characters),
        ("location", draft.location, limits.location_characters),
        ("name", who.name, limits.name_characters),
        ("address", who.address, limits.address_characters),
    ):
        if text and len(text) > most:
            found.append(too_long(field, len(text), most))
        elif text and not readable(text):
            found.append(unreadable(field))
    if len(draft.body) < limits.body_min_characters or not has_words(draft.body):
        found.append(
            Problem(
                "body",
                "too_short",
                f"Ceritakan masalahnya, paling sedikit {limits.body_min_characters} huruf.",
                f"Tell what is wrong, in at least {limits.body_min_characters} characters.",
            )
        )
    if draft.event_date and draft.event_date > today:
        found.append(
            Problem(
                "event_date",
                "in_the_future",
                "Tanggal kejadian belum tiba. Periksa hari, bulan, dan tahunnya.",
                "The date has not come yet. Check day, month and year.",
            )
        )
    if draft.agency_id and not _AGENCY.fullmatch(draft.agency_id):
        found.append(unknown("agency_id"))
    return found


def too_long(field: str, length: int, most: int) -> Problem:
    """The problem of a text over its limit."""
    return Problem(
        field,
        "too_long",
        f"Terlalu panjang: {length} huruf, paling banyak {most}.",
        f"Too long: {length} characters, at most {most}.",
    )


def unreadable(field: str) -> Problem:
    """The problem of a text that arrived as debris."""
    return Problem(
        field,
        "unreadable",
        "Tulisan tidak terbaca. Tulis ulang dengan huruf biasa.",
        "The text cannot be read. Please write it again in plain letters.",
    )


def unknown(field: str) -> Problem:
    """The problem of a choice that is not in the list."""
    return Problem(field, "unknown", "Pilihan ini tidak ada dalam daftar.", "This choice is not in the list.")


def age_of_event(event_date: date | None, today: date, limits: Limits) -> str | None:
    """`late` when the event is older than UU 25/2009 art 42(2) has it (30 days), `too_old_for_ombudsman` beyond
    the two years of UU 37/2008 art 24(3), else None. Flagged, never refused."""
    if event_date is None:
        return None
    if event_date < today - timedelta(days=limits.ombudsman_after_days):
        return "too_old_for_ombudsman"
    if event_date < today - timedelta(days=limits.late_after_days):
        return "late"
    return None


def _line(text: str | None) -> str | None:
    return one_line(text or "") or None
