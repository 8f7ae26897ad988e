"""Mails: is a person writing, about what, and does she want to stay unnamed."""

from __future__ import annotations

from uuid import UUID

import pytest

from services.intake.domain.letters import anonymity, complaints_named, plain_subject, why_automatic

OURS = "lapor@kolutkab.example"
COMPLAINT = UUID("01a209d7-df92-77fe-ba3e-3d48882599fc")


def why(headers: dict[str, str] | None = None, envelope: str | None = "siti@contoh.id") -> str | None:
    return why_automatic(headers or {}, envelope, "siti@contoh.id", OURS)


def test_a_person_is_no_machine() -> None:
    assert why({"auto-submitted": "no", "precedence": "first-class", "subject": "Auto-reply"}) is None


@pytest.mark.parametrize(
    ("headers", "envelope", "reason"),
    [
        ({"auto-submitted": "auto-replied; owner-email=x"}, "siti@contoh.id", "auto_submitted"),
        ({"precedence": "JUNK"}, "siti@contoh.id", "precedence"),
        ({"list-id": "<x>"}, "siti@contoh.id", "list_or_responder"),
        ({"x-autoreply": "yes"}, "siti@contoh.id", "list_or_responder"),
        ({}, "", "null_return_path"),
        ({}, None, "null_return_path"),
        ({}, "Mailer-Daemon@contoh.id", "robot"),
        ({}, "no-reply@contoh.id", "robot"),
        ({}, "lapor+x@kolutkab.example", "ourselves"),
    ],
)
def test_machines_are_known_by_what_they_say(headers: dict[str, str], envelope: str | None, reason: str) -> None:
    assert why(headers, envelope) == reason


def test_the_same_name_in_another_house_is_a_person() -> None:
    assert why({}, "lapor@desa.example") is None


def test_our_message_ids_name_their_complaint() -> None:
    letter = f"<01a209da-1a7b-76d0-9d8c-fb408ee7eacc.{COMPLAINT}@aduan>"
    assert complaints_named(["<x@contoh.id>", letter]) == [COMPLAINT]
    assert complaints_named(["<abc.def@aduan>", f"<{'-' * 36}.{'-' * 36}@aduan>"]) == []


@pytest.mark.parametrize(
    "subject", ["Re: Jalan rusak", "RE: Fwd: Jalan rusak", "Bls: Jalan rusak", "Re[2]: Jalan rusak"]
)
def test_a_subject_loses_the_marks_of_replies(subject: str) -> None:
    assert plain_subject(subject) == "Jalan rusak"


def test_a_word_that_only_looks_like_a_mark_stays() -> None:
    assert plain_subject("Rekening: salah tagih") == "Rekening: salah tagih"


@pytest.mark.parametrize(
    ("subject", "text", "asked"),
    [
        ("ANONIM", "Jalan rusak", True),
        ("[anonim] Pungutan", "Jalan rusak", True),
        ("Pungutan", "Anonim: Jalan rusak", True),
        ("Pungutan", "mohon anonim\nJalan rusak", True),
        ("Pungutan", "Jalan rusak\nanonim", False),
        ("Pungutan", "Ada surat kaleng anonim yang beredar di desa", False),
        ("Penganoniman data", "Jalan rusak", False),
    ],
)
def test_the_wish_to_stay_unnamed(subject: str, text: str, asked: bool) -> None:
    assert anonymity(subject, text)[0] is asked


def test_the_word_itself_is_taken_out() -> None:
    assert anonymity("ANONIM Pungutan di sekolah", "ANONIM. Uang seragam") == (
        True,
        "Pungutan di sekolah",
        "Uang seragam",
    )
