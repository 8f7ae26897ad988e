"""Field types the contracts share, so that the same thing has the same limits everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

MOST_KEYS = 200


def identifier(**kwargs: Any) -> fields.UUID:
    """An id of ours: UUIDv7."""
    return fields.UUID(required=kwargs.pop("required", True), **kwargs)


def moment(**kwargs: Any) -> fields.AwareDateTime:
    """A moment with its zone, ISO 8601."""
    return fields.AwareDateTime(required=kwargs.pop("required", True), format="iso", **kwargs)


def day(**kwargs: Any) -> fields.Date:
    """A calendar day."""
    return fields.Date(required=kwargs.pop("required", True), **kwargs)


def word(choices: Sequence[str], **kwargs: Any) -> fields.String:
    """One word of a closed set."""
    return fields.String(required=kwargs.pop("required", True), validate=validate.OneOf(choices), **kwargs)


def code(**kwargs: Any) -> fields.String:
    """A short code out of our own data: agency, category, area, rule set, template."""
    return fields.String(required=kwargs.pop("required", True), validate=validate.Length(min=1, max=120), **kwargs)


def text(maximum: int = 20_000, **kwargs: Any) -> fields.String:
    """Words people wrote. Only in RPC answers, never in events."""
    return fields.String(required=kwargs.pop("required", True), validate=validate.Length(max=maximum), **kwargs)


def yes_no(**kwargs: Any) -> fields.Boolean:
    return fields.Boolean(required=kwargs.pop("required", True), **kwargs)


def count(**kwargs: Any) -> fields.Integer:
    """A whole number from 0."""
    return fields.Integer(required=kwargs.pop("required", True), strict=True, validate=validate.Range(min=0), **kwargs)


def number(**kwargs: Any) -> fields.Float:
    return fields.Float(required=kwargs.pop("required", True), **kwargs)


def many(inner: Any, **kwargs: Any) -> fields.List[Any]:
    return fields.List(inner, required=kwargs.pop("required", True), **kwargs)


def identifiers(**kwargs: Any) -> fields.List[Any]:
    """The keys of a question about many things: at most 200."""
    return many(identifier(), validate=validate.Length(max=MOST_KEYS), **kwargs)


def one(schema: Schema, **kwargs: Any) -> fields.Nested:
    return fields.Nested(schema, required=kwargs.pop("required", True), **kwargs)


def several(schema: Schema, **kwargs: Any) -> fields.List[Any]:
    return fields.List(fields.Nested(schema), required=kwargs.pop("required", True), **kwargs)


def schema(title: str, /, **declared: Any) -> Schema:
    """A schema instance with the given fields, named for JSON Schema.

    Fields it does not know are passed over when it reads: while one version of a service takes over from another, the
    older one is asked and answered by a newer one.
    """
    made: Schema = Schema.from_dict(declared, name=title)(unknown=EXCLUDE)
    return made
