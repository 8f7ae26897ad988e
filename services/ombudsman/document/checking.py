"""A file against its published schema, before it leaves."""

from __future__ import annotations

import json
from functools import cache

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from services.ombudsman.delivery.bundling import SCHEMA_FILES, SCHEMAS
from services.ombudsman.domain.canonical import File


class NotToSchema(ValueError):
    """The file is not what its schema says. Names the place, never the words there."""


def check(file: File) -> None:
    """Raises NotToSchema."""
    error = next(_validator(file.content["schema"]).iter_errors(file.content), None)
    if error is not None:
        raise NotToSchema(f"{error.json_path}: {error.validator}")


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((SCHEMAS / SCHEMA_FILES[schema]).read_text()))
