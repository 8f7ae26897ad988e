"""One shape for every error: problem+json (RFC 9457) for programs, a kind page for people."""

from __future__ import annotations

import re
import secrets
import traceback
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, json, make_response, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from marshmallow import ValidationError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response as BaseResponse

from shared import metrics
from shared.errors import Refusal
from shared.logs import log
from shared.store.database import is_away
from shared.texts import N_, current_language
from shared.texts import gettext as _
from shared.web.context import is_api
from shared.web.officers import SignedOut, sign_in_page
from shared.web.onward import page_above, typed_words

HTTP = {
    400: ("bad_request", N_("Permintaan tidak dapat dibaca"), N_("Periksa kembali isian Anda, lalu coba lagi.")),
    401: ("unauthenticated", N_("Silakan masuk dahulu"), N_("Halaman ini hanya untuk petugas yang sudah masuk.")),
    403: ("forbidden", N_("Tidak diizinkan"), N_("Anda tidak berwenang membuka halaman ini.")),
    404: ("not_found", N_("Halaman tidak ditemukan"), N_("Periksa alamatnya, atau mulai dari halaman depan.")),
    405: ("method_not_allowed", N_("Cara ini tidak dapat dipakai"), N_("Mulailah lagi dari halaman depan.")),
    406: ("not_acceptable", N_("Bentuk jawaban tidak tersedia"), N_("Bentuk jawaban yang diminta tidak tersedia.")),
    408: ("timeout", N_("Kiriman terlalu lama"), N_("Sambungan terlalu lambat. Silakan coba lagi.")),
    409: ("conflict", N_("Tidak dapat dilakukan sekarang"), N_("Muat ulang halaman dan periksa keadaannya.")),
    411: ("length_required", N_("Panjang kiriman tidak disebut"), N_("Kirim dengan Content-Length.")),
    413: (
        "too_large",
        N_("Kiriman terlalu besar"),
        N_("Kurangi jumlah atau ukuran berkas, lalu kirim lagi. Semua berkas bersama paling banyak 25 MB."),
    ),
    414: ("uri_too_long", N_("Alamat terlalu panjang"), N_("Mulailah lagi dari halaman depan.")),
    415: ("unsupported_media_type", N_("Bentuk kiriman tidak dikenal"), N_("Kirim sebagai JSON (application/json).")),
    422: ("invalid", N_("Isian belum benar"), N_("Perbaiki isian yang ditandai, lalu kirim lagi.")),
    429: ("too_many", N_("Terlalu sering"), N_("Tunggu sebentar, lalu coba lagi.")),
    500: ("unexpected", N_("Terjadi kesalahan di pihak kami"), N_("Bukan salah Anda. Silakan coba lagi nanti.")),
    503: ("unavailable", N_("Sedang tidak tersedia"), N_("Silakan coba lagi beberapa menit lagi.")),
    504: ("timeout", N_("Sedang tidak tersedia"), N_("Silakan coba lagi beberapa menit lagi.")),
}


@dataclass(slots=True)
class Problem:
    """An error as it is told."""

    status: int
    slug: str
    title: str
    detail: str
    errors: dict[str, Any] = field(default_factory=dict)
    incident: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    """What was typed into the form that was refused, so that nothing has to be written twice."""
    onward: tuple[str, str] | None = None
    """Address and words of the way on; the service's first page when None."""

    @classmethod
    def of_status(cls, status: int, **more: Any) -> Problem:
        slug, title, detail = HTTP.get(status) or HTTP[400 if status < 500 else 500]
        return cls(status, slug, _(title), _(detail), **more)


def tell_errors(app: Flask) -> None:
    """Answer every exception of the app in the one shape."""
    app.register_error_handler(Exception, answer_exception)
    app.register_error_handler(HTTPException, answer_exception)


def answer_exception(error: Exception) -> BaseResponse | HTTPException:
    """The answer to an exception a view raised."""
    if isinstance(error, HTTPException) and error.code is not None and error.code < 400:
        return error  # a redirect
    if (
        isinstance(error, MethodNotAllowed)
        and request.method == "GET"
        and not is_api()
        and (page := page_above(request.path))
    ):
        # The address of a form, opened as a page: loaded again, shared, or in the other language.
        return redirect(f"{page}?{request.query_string.decode()}".rstrip("?"), 303)
    return answer(problem_of(error))


def problem_of(error: Exception) -> Problem:
    """What to tell of an exception; one that nobody expected gets a number that is also in the log."""
    match error:
        case SignedOut():
            return Problem(
                401,
                error.slug,
                _("Anda sudah tidak masuk"),
                error.detail(current_language()),
                kept=typed_words(),
                onward=(sign_in_page(page_above(request.path)), _("Masuk lagi")),
            )
        case Refusal():
            title = error.title_en if current_language() == "en" else error.title_id
            retry = {"Retry-After": "30"} if error.status in (429, 503, 504) else {}
            return Problem(
                error.status, error.slug, title, error.detail(current_language()), error.errors, headers=retry
            )
        case ValidationError():
            return Problem.of_status(422, errors=field_errors(error))
        case CSRFError():
            detail = _(
                "Formulir ini sudah terlalu lama terbuka, atau peramban Anda menolak cookie. "
                "Buka formulirnya lagi, lalu kirim sekali lagi."
            )
            title = _("Formulir sudah tidak berlaku")
            return Problem(400, "form_expired", title, detail, kept=typed_words(), onward=_form_again())
        case HTTPException(code=code) if code and code != 500:
            said = getattr(error, "data", None) or {}
            problem = Problem.of_status(code, headers=dict(said.get("headers") or {}))
            problem.errors = _sentences(said.get("errors") or said.get("messages") or {})
            if allowed := getattr(error, "valid_methods", None):
                problem.headers["Allow"] = ", ".join(allowed)
            return problem
        case SQLAlchemyError() if is_away(error) or isinstance(error, PoolTimeout):
            log.warning("database_away", error=type(error).__name__)
            return Problem.of_status(503, headers={"Retry-After": "30"})
        case _:
            return _unexpected(error)


def _unexpected(error: Exception) -> Problem:
    # An exception's own words may quote what a person wrote; its type and place suffice to find it.
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    incident = secrets.token_hex(4)
    metrics.UNHANDLED.labels(where="web").inc()
    log.error("unexpected_error", incident=incident, error_type=type(error).__qualname__, places=places[-12:])
    problem = Problem.of_status(500)
    problem.incident = incident
    return problem


def answer(problem: Problem) -> Response:
    """A problem as problem+json or as a page, whichever the asker reads."""
    if is_api():
        body: dict[str, Any] = {
            "type": f"urn:aduan:problem:{problem.slug}",
            "title": problem.title,
            "status": problem.status,
            "detail": problem.detail,
            "slug": problem.slug,
        }
        if problem.errors:
            body["errors"] = problem.errors
        if problem.incident:
            body["incident"] = problem.incident
        response = make_response(json.dumps(body, ensure_ascii=False))
        response.mimetype = "application/problem+json"
    else:
        if problem.status >= 500 and request.method == "POST":
            problem.kept = typed_words()  # it is not her fault; let it not cost her what she wrote
            problem.onward = _form_again()
        response = make_response(render_template("error.html", problem=problem))
    response.status_code = problem.status
    response.headers.update(problem.headers)
    return response


def _form_again() -> tuple[str, str] | None:
    page = page_above(request.path)
    return (page, _("Buka formulirnya lagi")) if page else None


# Marshmallow says these in English; people get them in their language.
_SAID: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern + "$"), sentence)
    for pattern, sentence in (
        (r"Missing data for required field\.|Field may not be null\.", N_("Wajib diisi.")),
        (r"Unknown field\.", N_("Isian ini tidak dikenal.")),
        (r"Not a valid string\.", N_("Harus berupa teks.")),
        (r"Not a valid (integer|number)\.", N_("Harus berupa angka.")),
        (r"Not a valid boolean\.", N_("Harus ya atau tidak.")),
        (r"Not a valid UUID\.", N_("Nomor ini tidak benar.")),
        (r"Not a valid date\.", N_("Tanggal ini tidak benar.")),
        (r"Not a valid (aware |naive )?datetime\.", N_("Waktu ini tidak benar.")),
        (r"Not a valid email address\.", N_("Alamat e-mail ini tidak benar.")),
        (r"Not a valid URL\.", N_("Alamat web ini tidak benar.")),
        (r"Not a valid list\.", N_("Harus berupa daftar.")),
        (r"Invalid input type\.|Not a valid mapping type\.", N_("Bentuk isian ini tidak benar.")),
        (r"Invalid JSON body\.", N_("Isi bukan JSON yang benar.")),
        (r"Must be one of: (?P<choices>.*)\.", N_("Pilih salah satu: %(choices)s.")),
        (r"Shorter than minimum length (?P<min>\d+)\.", N_("Terlalu pendek: paling sedikit %(min)s huruf.")),
        (r"Longer than maximum length (?P<max>\d+)\.", N_("Terlalu panjang: paling banyak %(max)s huruf.")),
        (
            r"Length must be between (?P<min>\d+) and (?P<max>\d+)\.",
            N_("Harus antara %(min)s dan %(max)s huruf."),
        ),
        (r"Length must be (?P<equal>\d+)\.", N_("Harus tepat %(equal)s huruf.")),
        (r"Must be greater than or equal to (?P<min>[^ ]+?)\.", N_("Paling sedikit %(min)s.")),
        (r"Must be less than or equal to (?P<max>[^ ]+?)\.", N_("Paling banyak %(max)s.")),
        (
            r"Must be greater than or equal to (?P<min>[^ ]+) and less than or equal to (?P<max>[^ ]+?)\.",
            N_("Harus antara %(min)s dan %(max)s."),
        ),
    )
)


def field_errors(error: ValidationError) -> dict[str, Any]:
    """Field names and sentences in the reader's language, for forms and problems. Nested as the schema is."""
    messages = error.messages if isinstance(error.messages, dict) else {"_": error.messages}
    said: dict[str, Any] = _sentences(messages)
    return said


def _sentences(messages: Any) -> Any:
    if isinstance(messages, dict):
        plain = {k: v for k, v in messages.items() if k not in ("json", "form", "query", "files")}
        for place in ("json", "form", "query", "files"):  # webargs says where a field was; people need not know
            if isinstance(messages.get(place), dict):
                plain |= messages[place]
            elif messages.get(place):
                plain["_"] = messages[place]
        return {str(name): _sentences(inner) for name, inner in plain.items()}
    if isinstance(messages, list | tuple):
        return [_sentences(message) for message in messages]
    return _sentence(str(messages))


def _sentence(message: str) -> str:
    for pattern, sentence in _SAID:
        if found := pattern.match(message):
            return _(sentence, **found.groupdict())
    return _(message)
