"""The closed set of refusals: how a use case says no, over HTTP and over RPC alike."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """A use case refuses, with a slug for programs and a sentence for people in both languages.

    `errors` maps field names to sentences, for forms.
    """

    status = 400
    title_id = "Permintaan ditolak"
    title_en = "Request refused"

    def __init__(
        self,
        slug: str,
        detail_id: str = "",
        detail_en: str = "",
        errors: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(slug)
        self.slug = slug
        self.detail_id = detail_id or self.title_id
        self.detail_en = detail_en or self.title_en
        self.errors = errors or {}

    def detail(self, language: str) -> str:
        """The sentence in the reader's language."""
        return self.detail_en if language == "en" else self.detail_id


class Invalid(Refusal):
    """What was sent is not what is needed."""

    status = 422
    title_id = "Isian belum benar"
    title_en = "Invalid input"


class Unauthenticated(Refusal):
    """Nobody is signed in."""

    status = 401
    title_id = "Silakan masuk dahulu"
    title_en = "Please sign in"


class Forbidden(Refusal):
    """Somebody is signed in, but this is not hers to do."""

    status = 403
    title_id = "Tidak diizinkan"
    title_en = "Not allowed"


class NotFound(Refusal):
    """There is no such thing, or none that the asker may know of."""

    status = 404
    title_id = "Tidak ditemukan"
    title_en = "Not found"


class Conflict(Refusal):
    """Possible in general, but not in the state things are in now."""

    status = 409
    title_id = "Tidak dapat dilakukan sekarang"
    title_en = "Not possible now"


class TooLarge(Refusal):
    """More than the limit."""

    status = 413
    title_id = "Terlalu besar"
    title_en = "Too large"


class TooMany(Refusal):
    """Too often in too short a time."""

    status = 429
    title_id = "Terlalu sering, coba lagi nanti"
    title_en = "Too many requests, try again later"


class Unavailable(Refusal):
    """A part that is needed is away; trying again later helps."""

    status = 503
    title_id = "Sedang tidak tersedia, coba lagi nanti"
    title_en = "Unavailable, try again later"


class DeadlinePassed(Unavailable):
    """The caller stopped waiting before the work began."""

    status = 504


REFUSALS: dict[str, type[Refusal]] = {
    kind.__name__: kind
    for kind in (
        Invalid,
        Unauthenticated,
        Forbidden,
        NotFound,
        Conflict,
        TooLarge,
        TooMany,
        Unavailable,
        DeadlinePassed,
    )
}


class NotYet(Exception):
    """Another source's event must come first; try this one again a little later."""
