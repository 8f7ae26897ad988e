"""How pages are drawn: the shell's templates, `_()`, filters, and the hidden parts of forms."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, g, request
from flask_wtf.csrf import generate_csrf
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from shared import clock, texts
from shared.settings import env, sandbox
from shared.web.context import current_language, form_key, kit
from shared.web.officers import DESK, desk
from shared.web.places import places_of

TEMPLATES = Path(__file__).parent / "templates"


def draw(app: Flask, templates: Path) -> None:
    """Make the app's templates find the shell, speak both languages and never hide a misspelt name."""
    app.jinja_loader = ChoiceLoader([FileSystemLoader(templates), FileSystemLoader(TEMPLATES)])
    jinja = app.jinja_env
    jinja.undefined = StrictUndefined
    jinja.trim_blocks = jinja.lstrip_blocks = True
    jinja.policies["ext.i18n.trimmed"] = True
    jinja.add_extension("jinja2.ext.i18n")
    jinja.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: texts.gettext(message),
        lambda one, many, number: _unformatted(one, many, number),
        newstyle=True,
    )
    jinja.filters |= {"day": texts.day, "moment": texts.moment, "bytes": texts.size}
    jinja.globals |= {
        "csrf": _csrf,
        "form_key": _form_key,
        "current_language": current_language,
        "in_language": _in_language,
        "region_name": env.str("ADUAN_REGION_NAME", "Kabupaten Kolaka Utara"),
    }
    app.context_processor(_shell)


def _shell() -> dict[str, Any]:
    # Only who was asked for already: an error page must not ask the part that is away.
    officer = g.get("officer")
    return {
        "officer": officer,
        "desk": desk(),
        "places": places_of(officer, request.path) if officer and desk() is DESK else [],
        "prefix": kit().prefix,
        "sandbox_now": clock.now() if sandbox() else None,
        "answers_a_form": request.method == "POST",
    }


def _unformatted(one: str, many: str, number: int) -> str:
    catalogue, language = texts.in_force()
    return catalogue.ngettext(one, many, number, language)


def _csrf() -> Markup:
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def _form_key() -> Markup:
    return Markup('<input type="hidden" name="form_key" value="{}">').format(form_key())


def _in_language(language: str) -> str:
    """The address of this page in another language."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return f"{request.path}?{urlencode([*kept, ('lang', language)])}"
