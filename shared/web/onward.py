"""Going on after a form that could not be taken: the page it stands on, and the words typed into it."""

from __future__ import annotations

from flask import current_app, request

from shared.web.context import kit

_SHORTEST = 20
"""Characters from which on a field is worth giving back: words, and neither a name, a number nor a choice."""


def page_above(path: str) -> str | None:
    """The nearest page of this service at or above an address that takes forms only; None when there is none.

    Forms are sent to `<page>` or `<page>/<deed>`, so that is the page the form stands on.
    """
    routes = current_app.create_url_adapter(request)
    assert routes is not None
    home = kit().prefix
    while path.startswith(f"{home}/") and path.strip("/") != home.strip("/"):
        if routes.test(path, method="GET"):
            return path
        path = path.rstrip("/").rpartition("/")[0]
    return None


def typed_words() -> list[str]:
    """What somebody wrote in the form in hand, without tokens, passwords and short fields."""
    return [
        words
        for name, value in request.form.items(multi=True)
        if name != "password" and len(words := value.strip()) >= _SHORTEST and " " in words
    ]
