"""Kept files as answers: no file can act as a page of ours, and a telephone may fetch a video in parts."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from flask import Flask, Response

from shared.errors import NotFound
from shared.files import Files, SavedFile
from shared.web.links import send_stored_file
from tests.unit.web.test_files import PDF, picture


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(f"file://{tmp_path}")


def sent(app: Flask, files: Files, saved: SavedFile, **headers: str) -> Response:
    with app.test_request_context("/", headers=headers):
        answer = send_stored_file(files, saved.sha256, saved.name, saved.media_type)
        answer.direct_passthrough = False
        answer.get_data()
        return answer


def test_a_picture_is_shown_and_anything_else_is_downloaded(app: Flask, files: Files) -> None:
    shown = sent(app, files, files.save(io.BytesIO(picture()), "jalan.jpg"))
    taken = sent(app, files, files.save(io.BytesIO(PDF), "surat é.pdf"))
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert taken.headers["Content-Disposition"].startswith("attachment")
    assert "filename*=UTF-8''surat%20%C3%A9.pdf" in taken.headers["Content-Disposition"]
    assert (taken.get_data(), taken.content_length) == (PDF, len(PDF))


def test_a_file_is_fenced_in_and_kept_by_no_cache(app: Flask, files: Files) -> None:
    headers = sent(app, files, files.save(io.BytesIO(b"teks"), "a.txt")).headers
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert headers["Cache-Control"] == "private, no-store"


def test_a_part_is_sent_when_a_part_is_asked_for(app: Flask, files: Files) -> None:
    answer = sent(app, files, files.save(io.BytesIO(PDF), "a.pdf"), Range="bytes=0-4")
    assert (answer.status_code, answer.get_data()) == (206, b"%PDF-")
    assert answer.headers["Content-Range"] == f"bytes 0-4/{len(PDF)}"


def test_a_file_that_is_not_kept_is_not_found(app: Flask, files: Files) -> None:
    with pytest.raises(NotFound):
        sent(app, files, SavedFile("0" * 64, 1, "text/plain", "a.txt"))
