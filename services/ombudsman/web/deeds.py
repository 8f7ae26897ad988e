"""What can be done at the desk, for pages and programs alike: what must be said, and the use case behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from services.ombudsman import handlers
from shared.accounts import Officer
from shared.contracts.ombudsman import ASKED
from shared.store import Store, Transaction
from shared.store.idempotency import once

LONGEST = 10_000


class Words(fields.String):
    """A text without the blanks around it; every line end is one character."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        return text.replace("\r\n", "\n").strip()


class Acknowledgement(Schema):
    """The Ombudsman confirms receipt, if it wishes under a number of its own."""

    agenda_number = Words(load_default="", validate=validate.Length(max=80))


class Recommendation(Schema):
    """What the agency must do (UU 37/2008 art 38)."""

    words = Words(required=True, validate=validate.Length(min=10, max=LONGEST))


class Closing(Schema):
    """Why the referral is finished."""

    reason = Words(required=True, validate=validate.Length(min=10, max=LONGEST))


class Report(Schema):
    """How the agency reported that it carried out the recommendation: by which letter, of which day."""

    how = Words(required=True, validate=validate.Length(min=5, max=LONGEST))


class Question(Schema):
    """What the Ombudsman asks of the reporter or the agency (UU 37/2008 art 33)."""

    of = fields.String(required=True, validate=validate.OneOf(ASKED))
    question = Words(required=True, validate=validate.Length(min=10, max=LONGEST))


class Resumption(Schema):
    """An operator lets a stopped referral go on; nothing needs to be said."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that can be done to a referral: its name, what is said with it, and how it is done."""

    name: str
    says: type[Schema]
    do: Callable[[Transaction, str, Officer, dict[str, Any]], None]


ACKNOWLEDGE = Deed(
    "acknowledge",
    Acknowledgement,
    lambda tx, number, who, said: handlers.acknowledge(tx, number, who.officer_id, said["agenda_number"] or None),
)
RECOMMEND = Deed(
    "recommend",
    Recommendation,
    lambda tx, number, who, said: handlers.recommend(tx, number, who.officer_id, said["words"]),
)
CLOSE = Deed("close", Closing, lambda tx, number, who, said: handlers.close(tx, number, who.officer_id, said["reason"]))
REPORT = Deed(
    "report",
    Report,
    lambda tx, number, who, said: handlers.note_report(tx, number, who.officer_id, said["how"]),
)
ASK = Deed(
    "ask",
    Question,
    lambda tx, number, who, said: handlers.ask_more(tx, number, who.officer_id, said["of"], said["question"]),
)
RESUME = Deed("resume", Resumption, lambda tx, number, who, said: handlers.resume(tx, number))


def carry_out(store: Store, deed: Deed, number: str, who: Officer, said: Mapping[str, Any], key: str | None) -> None:
    """Check what was said and do it, once for a key. Raises ValidationError, NotFound, Conflict."""
    checked: dict[str, Any] = deed.says().load(said, unknown=EXCLUDE)  # a form has hidden fields too

    with store.begin() as tx:

        def act() -> dict[str, Any]:
            deed.do(tx, number, who, checked)
            return {}

        once(tx, f"{deed.name}:{who.officer_id}", key, {"number": number, **checked}, act)
