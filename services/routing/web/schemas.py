"""The shapes of routing's API. Moments are ISO 8601 with zone, sizes in bytes, ids UUIDs."""

from __future__ import annotations

from typing import Any

from flask_smorest.fields import Upload
from marshmallow import Schema, fields, validate

from services.routing.domain.queue import AGENCY_TABS, LATE, OVERSIGHT, REGION_TABS
from services.routing.domain.words import LONGEST
from shared.contracts.sla import CLOCK
from shared.contracts.vocabulary import ARCHIVE_REASONS, CLASSES, EXPLAINED, STATES

TABS = tuple(dict.fromkeys((*REGION_TABS, *AGENCY_TABS, LATE, OVERSIGHT)))


def _words(description: str, required: bool = True) -> fields.String:
    # Twice the limit of the rules: they count what is left after cleaning, and say it better.
    told: dict[str, Any] = {"required": True} if required else {"load_default": ""}
    return fields.String(validate=validate.Length(max=LONGEST * 2), metadata={"description": description}, **told)


def _code(description: str, required: bool = True) -> fields.String:
    return fields.String(
        required=required, validate=validate.Length(min=1, max=120), metadata={"description": description}
    )


def _class() -> fields.String:
    return fields.String(required=True, data_key="class", validate=validate.OneOf(CLASSES))


class _Deed(Schema):
    version = fields.Integer(
        load_default=None,
        metadata={"description": "The version of the case you saw. When it has changed since: 409 changed_by_other."},
    )


class CaseFilter(Schema):
    """What to list."""

    tab = fields.String(load_default="new", validate=validate.OneOf(TABS))
    agency = fields.String(load_default="", validate=validate.Length(max=120))
    class_ = fields.String(data_key="class", load_default="", validate=validate.OneOf(("", *CLASSES)))
    q = fields.String(
        load_default="",
        validate=validate.Length(max=40),
        metadata={"description": "A case number or its ending: KOLUT-2026-000123, 2026-123, 123."},
    )
    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=10_000))


class Key(Schema):
    """A key of the caller's: the same key again gives the same answer and does nothing."""

    key = fields.String(data_key="Idempotency-Key", load_default=None, validate=validate.Length(min=1, max=200))


class Verification(_Deed):
    """The coordinator has read the complaint and classes it; with `agency_id` it is sent on in the same act."""

    class_ = _class()
    category = _code("A code of the category tree.")
    agency_id = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=120))
    note = _words("For the agency, not for the reporter.", required=False)


class CompletenessRequest(_Deed):
    """What the reporter is asked for."""

    words = _words("The reporter reads this.")


class Dispatch(_Deed):
    """Where the case is sent."""

    agency_id = _code("An agency in office.")
    note = _words("For the agency, not for the reporter.", required=False)


class Return(_Deed):
    """Not ours, theirs."""

    competent_agency_id = _code("The agency that is competent.")
    words = _words("Why; for the coordinator, not for the reporter.")


class AnswerForm(_Deed):
    """A reply to the reporter."""

    words = _words("The reporter reads this.")
    substantive = fields.Boolean(load_default=True, metadata={"description": "False: an interim reply, work goes on."})
    why_no_evidence = _words("Needed for a substantive answer without evidence; the reporter reads it.", required=False)
    evidence = fields.List(
        Upload(), load_default=list, metadata={"description": "At most five files of 10 MiB each, 25 MiB together."}
    )


class ExplanationForm(Schema):
    """An explanation to the Ombudsman."""

    words = _words("The Ombudsman reads this; the reporter learns that it was given, not what it says.")
    answers = fields.String(
        required=True,
        validate=validate.OneOf(EXPLAINED),
        metadata={"description": "His question, or how his recommendation was carried out."},
    )
    evidence = fields.List(
        Upload(), load_default=list, metadata={"description": "At most five files of 10 MiB each, 25 MiB together."}
    )


class Promise(_Deed):
    """A day to come by which it is settled."""

    promised_for = fields.Date(required=True, metadata={"description": "After today, at most the end of next year."})
    words = _words("Why only then; the reporter reads it.")


class Reason(_Deed):
    """Words for the reporter."""

    words = _words("The reporter reads this.")


class Archiving(_Deed):
    """Why the case is put aside."""

    reason = fields.String(required=True, validate=validate.OneOf(ARCHIVE_REASONS))
    words = _words("The reporter reads this.")


class Reclassification(_Deed):
    """Another class."""

    class_ = _class()
    words = _words("Why; for the desk, not for the reporter.")


class Merging(_Deed):
    """Which case leads."""

    lead = _code("The case number of the lead case.")
    words = _words("Why; for the desk, not for the reporter.")


class Lock(_Deed):
    """An agency that a case is about."""

    agency_id = _code("The agency.")
    words = _words("Why; for the desk, not for the reporter.")


class Locked(Schema):
    """An agency locked out of the case; `proposed`: to let it in again, which needs a second person."""

    agency_id = fields.String()
    proposed = fields.Boolean()


class Note(Schema):
    """A note for the desk."""

    words = _words("For the desk, not for the reporter.")


class Done(Schema):
    """What a deed came to."""

    complaint_id = fields.UUID()
    case_number = fields.String()
    state = fields.String(validate=validate.OneOf(STATES))
    version = fields.Integer()
    item_id = fields.UUID(metadata={"description": "The entry it left on the timeline."})


class Due(Schema):
    """The earliest running limit."""

    clock = fields.String()
    due_date = fields.Date()
    due_at = fields.AwareDateTime(format="iso")
    provisional = fields.Boolean(metadata={"description": "Counted over days off that nobody has decreed yet."})
    late = fields.Boolean()


class CaseLine(Schema):
    """A case in the queue. Of a case you may not read, only its number and dates."""

    complaint_id = fields.UUID(allow_none=True)
    case_number = fields.String()
    title = fields.String(allow_none=True, metadata={"description": "Null when intake is away."})
    state = fields.String()
    class_ = fields.String(data_key="class", allow_none=True)
    agency_id = fields.String(allow_none=True)
    agency_name = fields.String(allow_none=True)
    opened_at = fields.AwareDateTime(format="iso")
    due = fields.Nested(Due, allow_none=True, metadata={"description": "Null when no limit runs, or sla is away."})
    late = fields.Boolean()
    news = fields.Boolean(metadata={"description": "The reporter said something nobody has read yet."})
    objected = fields.Boolean()
    confidential = fields.Boolean()
    guarded = fields.Boolean(metadata={"description": "Berkadar pengawasan, or locked to an agency it is about."})
    under_ombudsman = fields.Boolean()
    escalation = fields.String(allow_none=True)


class CaseList(Schema):
    """One page of a tab; `counts` of all tabs."""

    cases = fields.List(fields.Nested(CaseLine))
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    page = fields.Integer()
    more = fields.Boolean()


class File(Schema):
    """A file; the link is good for a quarter of an hour."""

    name = fields.String()
    media_type = fields.String()
    size = fields.Integer()
    sha256 = fields.String()
    url = fields.String()


class Entry(Schema):
    """One entry of the timeline. `audience` of its words: reporter, desk, or none."""

    item_id = fields.UUID()
    at = fields.AwareDateTime(format="iso")
    what = fields.String()
    heading = fields.String()
    who = fields.String()
    words = fields.String(allow_none=True)
    audience = fields.String()
    why_no_evidence = fields.String(allow_none=True)
    files = fields.List(fields.Nested(File))


class Text(Schema):
    """The complaint in the reporter's words. That you looked is recorded."""

    title = fields.String()
    body = fields.String()
    event_date = fields.Date(allow_none=True)
    location = fields.String(allow_none=True)
    reporter_name = fields.String(allow_none=True)
    attachments = fields.List(fields.Nested(File))


class CaseDetail(Schema):
    """One case, all of it."""

    complaint_id = fields.UUID()
    case_number = fields.String()
    state = fields.String()
    class_ = fields.String(data_key="class", allow_none=True)
    category = fields.String(allow_none=True)
    agency_id = fields.String(allow_none=True)
    agency_name = fields.String(allow_none=True)
    anonymous = fields.Boolean()
    confidential = fields.Boolean()
    received_at = fields.AwareDateTime(format="iso")
    opened_at = fields.AwareDateTime(format="iso")
    dispatches = fields.Integer()
    returns = fields.Integer()
    late = fields.Boolean()
    objected = fields.Boolean()
    under_ombudsman = fields.Boolean()
    escalation = fields.String(allow_none=True)
    version = fields.Integer()
    guarded = fields.Boolean(metadata={"description": "Berkadar pengawasan, or locked to an agency it is about."})
    locks = fields.List(fields.Nested(Locked))
    allowed = fields.List(fields.String(), metadata={"description": "What you may do now."})
    text = fields.Nested(Text, allow_none=True, metadata={"description": "Null when intake is away."})
    timeline = fields.List(fields.Nested(Entry))
    clocks = fields.List(fields.Nested(CLOCK), allow_none=True, metadata={"description": "Null when sla is away."})


class Agency(Schema):
    """An agency that can be sent a case."""

    agency_id = fields.String()
    name = fields.String()
    kind = fields.String()
    head_title = fields.String(allow_none=True)


class AgencyList(Schema):
    """The agencies in office today, in the order people look for them."""

    agencies = fields.List(fields.Nested(Agency))
