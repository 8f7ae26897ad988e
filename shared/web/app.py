"""`make_app`: one web face out of a service's blueprints, with everything all five have in common."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import flask_smorest
from flask import Blueprint, Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from shared.links import secret_key
from shared.messaging.rpc import RpcClient
from shared.settings import amqp_url, check_needs, env
from shared.store import StoreDefinition, open_store
from shared.store.database import definition_of
from shared.texts import catalogue_of
from shared.web import headers, inputs, observe, pages, parked
from shared.web.api import add_api
from shared.web.context import Kit, choose_language, remember_language
from shared.web.errors import tell_errors


def make_app(
    service: str,
    *,
    prefix: str,
    blueprints: Sequence[Blueprint] = (),
    apis: Sequence[flask_smorest.Blueprint] = (),
    templates: str,
    texts: Path | None = None,
    definition: StoreDefinition | None = None,
) -> Flask:
    """The Flask app of a service.

    `blueprints` are pages, mounted under `prefix`; `apis` are mounted under
    `/api/<service>/v1`. A blueprint with a `url_prefix` of its own goes there
    instead. `templates` is the web package (`__name__`): its folders
    `templates/` and `texts/` are used. `definition` is the service's `STORE`
    unless given.
    """
    check_needs(service)
    prefix = prefix.rstrip("/")
    folder = _folder_of(templates)
    app = _App(
        templates, static_folder=str(headers.STATIC), static_url_path=f"{prefix}/static", template_folder="templates"
    )
    app.extensions["aduan"] = Kit(
        service=service,
        prefix=prefix,
        catalogue=catalogue_of(texts or folder / "texts"),
        store=open_store(definition or definition_of(service)),
        rpc=RpcClient(amqp_url()),
        api_blueprints=frozenset(blueprint.name for blueprint in apis),
    )
    _configure(app, service, prefix)

    # In this order: who asks and in which language, then whether it may be read, then whether it is our form.
    observe.watch(app)
    app.before_request(choose_language)
    app.after_request(remember_language)
    inputs.guard(app)
    csrf = CSRFProtect(app)
    headers.protect(app)
    tell_errors(app)
    pages.draw(app, folder / "templates")

    for blueprint in (*blueprints, parked.blueprint):
        app.register_blueprint(blueprint, url_prefix=blueprint.url_prefix or prefix or None)
    for blueprint in apis:
        csrf.exempt(blueprint)  # no cookie counts there
    add_api(app, service, apis)
    observe.serve_health(app.extensions["aduan"].store)
    return app


class _App(Flask):
    """Flask, but for what it looks up anew in every request though it never changes here."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No function of ours is a coroutine."""
        return func


def _configure(app: Flask, service: str, prefix: str) -> None:
    app.config.update(
        SECRET_KEY=secret_key(),
        SESSION_COOKIE_NAME=f"aduan_{service}_form",
        SESSION_COOKIE_PATH=prefix or "/",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=env.str("ADUAN_PUBLIC_URL").startswith("https://"),
        # A form stays good as long as the browser is open: writing a complaint may take an evening. And some
        # telephones send no Referer; the token and SameSite protect without it.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    # One gateway stands before every web process; its word on scheme, host and sender is taken.
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]


def _folder_of(package: str) -> Path:
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise ValueError(f"{package} is no package")
    return Path(found.origin).parent
