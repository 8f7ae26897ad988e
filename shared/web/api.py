"""The API half of a web face: its OpenAPI 3.1 document, and a page that shows it without JavaScript."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import flask_smorest
from flask import Flask, render_template
from marshmallow import Schema, fields

METHODS = ("get", "post", "put", "patch", "delete")


class Problem(Schema):
    """An error, RFC 9457."""

    type = fields.String(metadata={"description": "urn:aduan:problem:<slug>"})
    title = fields.String()
    status = fields.Integer()
    detail = fields.String(metadata={"description": "In the language of the request: Indonesian, or English."})
    slug = fields.String(metadata={"description": "The same error always has the same slug."})
    errors = fields.Dict(metadata={"description": "Field names and what is wrong with each."})
    incident = fields.String(metadata={"description": "For unexpected errors: the number in our log."})


class Api(flask_smorest.Api):  # type: ignore[misc]
    """flask-smorest with our one error shape."""

    def _register_error_handlers(self) -> None:
        """Errors are told by `shared.web.errors`, for pages and programs alike."""

    def _register_responses(self) -> None:
        told = {"application/problem+json": {"schema": Problem}}
        for status in HTTPStatus:
            error = {"content": told} if status >= 400 else {}
            self.spec.components.response(status.name, {"description": status.phrase, **error}, lazy=True)
        self.spec.components.response("DEFAULT_ERROR", {"description": "An error", "content": told}, lazy=True)


def add_api(app: Flask, service: str, blueprints: Sequence[flask_smorest.Blueprint]) -> None:
    """Mount the API under `/api/<service>/v1`, with `openapi.json` and a page for people beside it."""
    base = f"/api/{service}/v1"
    app.config.update(
        API_TITLE=f"Aduan: {service}",
        API_VERSION="1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=base,
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = Api(app, spec_kwargs={"info": {"description": _purpose(service)}, "servers": [{"url": "/"}]})
    api.spec.components.security_scheme("session", {"type": "http", "scheme": "bearer"})
    for blueprint in blueprints:
        api.register_blueprint(blueprint, url_prefix=blueprint.url_prefix or base)

    def show_api() -> str:
        document = api.spec.to_dict()
        return render_template("api.html", document=document, operations=list(_operations(document)))

    app.add_url_rule(f"{base}/", "api_page", show_api)


@dataclass(frozen=True, slots=True)
class Part:
    """One parameter or field, as the page shows it."""

    name: str
    type: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, as the page shows it."""

    method: str
    path: str
    summary: str
    description: str
    guarded: bool
    parameters: list[Part]
    body: list[Part]
    answers: dict[str, tuple[str, list[Part]]]


def _purpose(service: str) -> str:
    try:
        return importlib.import_module(f"services.{service}").__doc__ or ""
    except ModuleNotFoundError:
        return ""


def _operations(document: dict[str, Any]) -> Iterator[Operation]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method not in item:
                continue
            operation = item[method]
            parameters = [_resolved(document, p) for p in item.get("parameters", []) + operation.get("parameters", [])]
            yield Operation(
                method=method.upper(),
                path=path,
                summary=operation.get("summary", ""),
                description=operation.get("description", ""),
                guarded=bool(operation.get("security")),
                parameters=[
                    Part(
                        f"{p['name']} ({p['in']})",
                        _type(document, p.get("schema", {})),
                        p.get("required", False),
                        p.get("description", ""),
                    )
                    for p in parameters
                ],
                body=_fields(document, operation.get("requestBody", {})),
                answers={
                    code: (_resolved(document, answer).get("description", ""), _fields(document, answer))
                    for code, answer in operation.get("responses", {}).items()
                    if code != "default"
                },
            )


def _resolved(document: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    if reference := part.get("$ref"):
        found: Any = document
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
        return dict(found)
    return part


def _fields(document: dict[str, Any], part: dict[str, Any]) -> list[Part]:
    for content in _resolved(document, part).get("content", {}).values():
        schema = _resolved(document, content.get("schema", {}))
        if "items" in schema:
            schema = _resolved(document, schema["items"])
        required = schema.get("required", [])
        return [
            Part(name, _type(document, inner), name in required, inner.get("description", ""))
            for name, inner in schema.get("properties", {}).items()
        ]
    return []


def _type(document: dict[str, Any], schema: dict[str, Any]) -> str:
    """A schema in a few words: `string (uuid)`, `list of Attachment`, `one of: sms, email`."""
    if reference := schema.get("$ref"):
        return str(reference.rsplit("/", 1)[-1])
    if "enum" in schema:
        return "one of: " + ", ".join(str(word) for word in schema["enum"] if word is not None)
    kinds = schema.get("type", "any")
    kind = ", ".join(k for k in kinds if k != "null") if isinstance(kinds, list) else str(kinds)
    if kind == "array":
        return "list of " + _type(document, schema.get("items", {}))
    return f"{kind} ({schema['format']})" if "format" in schema else kind
