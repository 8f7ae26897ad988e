"""The registry of events and questions is whole, and no field of an event can carry personal data."""

from __future__ import annotations

import pytest
from marshmallow import ValidationError, fields

from shared.contracts import events_of, methods_of
from shared.contracts.registry import EventType, Method
from shared.contracts.vocabulary import SERVICES
from shared.ids import new_id
from shared.messaging import topology

EVENTS = [e for s in SERVICES for e in events_of(s)]
METHODS = [m for s in SERVICES for m in methods_of(s)]


@pytest.mark.parametrize("event", EVENTS, ids=lambda e: f"{e.source}:{e.name}")
def test_an_event_has_nowhere_to_put_personal_data(event: EventType) -> None:
    """Every string in an event is a short code of ours or one word of a closed set."""
    for name, field in event.schema.fields.items():
        assert isinstance(
            field, fields.UUID | fields.AwareDateTime | fields.Date | fields.Boolean | fields.Number | fields.String
        ), name
        if type(field) is fields.String:
            limits = [v for v in field.validators if hasattr(v, "choices") or (v.max or 999) <= 200]
            assert limits, f"{name} could hold anybody's words"
            assert name not in ("name", "phone", "email", "address", "body", "title", "words", "text")


@pytest.mark.parametrize("event", EVENTS, ids=lambda e: f"{e.source}:{e.name}")
def test_an_event_says_in_words_what_happened(event: EventType) -> None:
    assert event.summary.endswith(".")
    assert event.name.count(".") == 1


@pytest.mark.parametrize("method", METHODS, ids=lambda m: f"{m.service}.{m.name}")
def test_a_question_names_who_may_ask_and_never_the_answering_service(method: Method) -> None:
    assert method.callers
    assert method.callers <= set(SERVICES) - {method.service}


def test_every_service_that_speaks_is_heard_by_somebody() -> None:
    heard = {source for sources in topology.SUBSCRIPTIONS.values() for source in sources}
    assert heard == {"intake", "routing", "sla", "ombudsman"}  # notify's events are for outsiders


def test_only_notify_learns_where_a_reporter_can_be_reached() -> None:
    assert {m.name: m.callers for m in METHODS if m.name in ("contacts", "inquiry")} == {
        "contacts": {"notify"},
        "inquiry": {"notify"},
    }


@pytest.mark.parametrize("method", [m for m in METHODS if m.keyed], ids=lambda m: f"{m.service}.{m.name}")
def test_a_question_about_many_things_is_about_200_at_most(method: Method) -> None:
    assert method.keyed
    asked = [str(new_id()) for _ in range(201)]
    method.request.load({method.keyed.asked: asked[:200]})
    with pytest.raises(ValidationError):
        method.request.load({method.keyed.asked: asked})


@pytest.mark.parametrize("method", METHODS, ids=lambda m: f"{m.service}.{m.name}")
def test_what_a_newer_version_adds_to_a_question_or_an_answer_is_passed_over(method: Method) -> None:
    for schema in (method.request, method.response):
        assert "newer" not in schema.validate({"newer": 1})
        inner = [f.inner.schema for f in schema.fields.values() if isinstance(f, fields.List) and _nested(f.inner)]
        inner += [f.schema for f in schema.fields.values() if _nested(f)]
        assert all("newer" not in one.validate({"newer": 1}) for one in inner)


def _nested(field: fields.Field[object]) -> bool:
    return isinstance(field, fields.Nested)
