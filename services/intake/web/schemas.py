"""What programs send and get, for checking and for the API's document."""

from __future__ import annotations

from marshmallow import EXCLUDE, Schema, fields, validate

from shared.contracts.vocabulary import LANGUAGES, MESSAGE_KINDS, STATES

LONGEST_WORDS = 100_000
"""Characters looked at; the limits that count are data and told by the use case."""


def _text(**kwargs: object) -> fields.String:
    return fields.String(validate=validate.Length(max=LONGEST_WORDS), **kwargs)  # type: ignore[arg-type]


class Complaint(Schema):
    """A complaint. Only `body` is needed. With files: the same fields as multipart/form-data, the files as `files`."""

    class Meta:
        unknown = EXCLUDE

    title = _text(metadata={"description": "One line; made from the body when missing. At most 150 characters."})
    body = _text(required=True, metadata={"description": "What happened, 10 to 10,000 characters."})
    event_date = fields.Date(allow_none=True, metadata={"description": "Not in the future. Old ones are flagged."})
    district_code = _text(allow_none=True, metadata={"description": "Kemendagri code, see /areas."})
    village_code = _text(allow_none=True, metadata={"description": "Kemendagri code, see /areas."})
    location = _text(allow_none=True)
    category = _text(allow_none=True, metadata={"description": "See /categories."})
    agency_id = _text(allow_none=True, metadata={"description": "The agency you wish for, see /agencies."})
    anonymous = fields.Boolean(load_default=False, metadata={"description": "No officer sees who you are."})
    confidential = fields.Boolean(load_default=False, metadata={"description": "Never shown to the public."})
    ombudsman_consent = fields.Boolean(
        load_default=False, metadata={"description": "May go to the Ombudsman with your identity after 60 days."}
    )
    language = fields.String(validate=validate.OneOf(LANGUAGES), metadata={"description": "Of letters to you."})
    name = _text(allow_none=True)
    phone = _text(allow_none=True, metadata={"description": "News by SMS comes here."})
    email = _text(allow_none=True, metadata={"description": "News by e-mail comes here."})
    address = _text(allow_none=True)


COMPLAINT = Complaint()


class Receipt(Schema):
    """The receipt (UU 25/2009 art 44). The tracking code is the reporter's secret."""

    tracking_code = fields.String(required=True)
    received_at = fields.AwareDateTime(required=True, format="iso")
    remarks = fields.List(fields.String(), required=True)
    next = fields.List(fields.String(), required=True, metadata={"description": "What happens next, in sentences."})


class Code(Schema):
    """A tracking code as its reporter wrote it."""

    code = fields.String(required=True, validate=validate.Length(max=200))


class Token(Schema):
    """Send it as `Authorization: Bearer …`. It is over when unused for so many seconds."""

    token = fields.String(required=True)
    expires_in = fields.Integer(required=True)


class File(Schema):
    """A file of the reporter; the link is good for fifteen minutes."""

    class Meta:
        title = "ReporterFile"

    name = fields.String()
    media_type = fields.String()
    size = fields.Integer()
    url = fields.String()


class Message(Schema):
    """Something the reporter added."""

    message_id = fields.UUID()
    kind = fields.String(validate=validate.OneOf(MESSAGE_KINDS))
    received_at = fields.AwareDateTime(format="iso")
    words = fields.String()
    files = fields.List(fields.Nested(File))


class Entry(Schema):
    """Something that happened at the desk."""

    what = fields.String()
    at = fields.AwareDateTime(format="iso")
    sentence = fields.String()
    agency_name = fields.String(allow_none=True)
    words = fields.String(allow_none=True)
    evidence = fields.List(fields.Nested(File))


class Clock(Schema):
    """A limit and how it stands."""

    clock = fields.String()
    outcome = fields.String()
    due_date = fields.Date()
    provisional = fields.Boolean(metadata={"description": "Counted over days off that nobody has decreed yet."})
    sentence = fields.String()


class Notice(Schema):
    """Something the reporter was sent."""

    channel = fields.String()
    state = fields.String()
    at = fields.AwareDateTime(format="iso")
    subject = fields.String(allow_none=True)
    words = fields.String(allow_none=True)


class Story(Schema):
    """A complaint as its reporter sees it. Lists another service could not give now are null and named in `missing`."""

    title = fields.String()
    body = fields.String()
    received_at = fields.AwareDateTime(format="iso")
    case_number = fields.String(allow_none=True)
    state = fields.String(validate=validate.OneOf(STATES))
    sentence = fields.String()
    agency_name = fields.String(allow_none=True)
    referral = fields.String(allow_none=True)
    referral_number = fields.String(allow_none=True)
    recommendation = fields.String(allow_none=True, metadata={"description": "Of the Ombudsman, in its own words."})
    anonymous = fields.Boolean()
    confidential = fields.Boolean()
    ombudsman_consent = fields.Boolean()
    referral_wished = fields.Boolean(metadata={"description": "You want the Ombudsman to settle it."})
    particulars_missing = fields.List(
        fields.String(), metadata={"description": "What UU 37/2008 art 24 asks of you and is not known yet."}
    )
    ombudsman_asks = fields.String(allow_none=True, metadata={"description": "What the Ombudsman asks of you."})
    actions = fields.List(fields.String(), metadata={"description": "Of add, object, rate, consent, refer, withdraw."})
    files = fields.List(fields.Nested(File))
    messages = fields.List(fields.Nested(Message))
    timeline = fields.List(fields.Nested(Entry), allow_none=True)
    clocks = fields.List(fields.Nested(Clock), allow_none=True)
    notices = fields.List(fields.Nested(Notice), allow_none=True)
    missing = fields.List(fields.String())


class Words(Schema):
    """Words to the complaint; with files as form fields of multipart/form-data, files as `files`."""

    class Meta:
        unknown = EXCLUDE

    words = _text(load_default="")


class Noted(Schema):
    """The message that was kept."""

    message_id = fields.UUID(required=True)


class Rating(Schema):
    """Acceptance of the answer, and how good it was. `satisfied: false` only for what is closed already."""

    satisfied = fields.Boolean(load_default=True)
    rating = fields.Integer(allow_none=True, load_default=None, validate=validate.Range(1, 5))
    words = _text(load_default="")


class Consent(Schema):
    """Whether the complaint may go to the Ombudsman with the reporter's identity."""

    given = fields.Boolean(required=True)


class Particulars(Schema):
    """What the Ombudsman asks of who reports (UU 37/2008 art 24(1)(a)). What is left out stays as it is."""

    name = _text(load_default="")
    birth = _text(load_default="", metadata={"description": "Place and date."})
    marital_status = _text(load_default="")
    occupation = _text(load_default="")
    address = _text(load_default="")


class Area(Schema):
    """A district with its villages, by Kemendagri codes."""

    code = fields.String()
    name = fields.String()
    villages = fields.List(fields.Nested(lambda: Village()))


class Village(Schema):
    """A village."""

    code = fields.String()
    name = fields.String()


class Category(Schema):
    """A subject of the national tree."""

    code = fields.String()
    parent = fields.String(allow_none=True)
    name = fields.String()
    offered = fields.Boolean(metadata={"description": "Shown on the complaint form."})


class Agency(Schema):
    """An agency that can be sent complaints."""

    class Meta:
        title = "AgencyChoice"

    agency_id = fields.String()
    name = fields.String()
