"""The file of a referral, out of the dossiers: what a lawyer needs, and no more of the reporter than she allowed."""

from __future__ import annotations

import re
from collections.abc import Set
from pathlib import PurePath
from typing import Any

from services.ombudsman.domain.article24 import checklist
from services.ombudsman.domain.blanking import blank
from services.ombudsman.domain.canonical import File, seal
from services.ombudsman.domain.chronology import PASSED, Words, chronology
from services.ombudsman.domain.parts import Dossier, Parts

SCHEMA = "urn:aduan:referral-file:2"
"""Names the shape of the file: data/referral-file.schema.json."""

ANSWERS = {"interim": False, "answered": True}
"""Entries of routing that speak to the reporter, and whether they answer the matter itself."""


PARTICULARS = ("birth", "marital_status", "occupation")
"""What article 24 asks of the reporter besides her name and address."""


def compose(parts: Parts, consent: bool, unavailable: Set[str] = frozenset()) -> File:
    """The file in its canonical form.

    Without the reporter's consent (or when intake gives no identity) she is left out, every word is blanked once
    more, and of the attachments only pictures go along, without their names. `unavailable` are the SHA-256 of
    attachments that cannot be had any more.
    """
    with_identity = consent and parts.intake["identity"] is not None
    words: Words = str if with_identity else blank
    answers = _answers(parts, words)
    clocks = [_clock(parts, clock) for clock in parts.clocks]
    return seal(
        {
            "schema": SCHEMA,
            "file": _kind(parts, with_identity),
            "referral": _referral(parts),
            "parties": {"reporter": _reporter(parts, with_identity), "reported": _reported(parts)},
            "complaint": _complaint(parts, words),
            "summary": _summary(parts, answers, clocks),
            "article_24": checklist(parts, with_identity),
            "chronology": chronology(parts, words),
            "clocks": clocks,
            "escalations": [{key: e[key] for key in ("clock", "level", "raised_at")} for e in parts.escalations],
            "answers": answers,
            "attachments": _attachments(parts, with_identity, unavailable),
            "notices": [{key: n[key] for key in ("at", "channel", "template", "state")} for n in parts.notices],
        }
    )


def _kind(parts: Parts, with_identity: bool) -> dict[str, Any]:
    """What this file is: the first with her identity, the first without (a notice), or a supplement."""
    head = parts.head
    first = "file" if with_identity else "notice"
    return {
        "kind": first if head.kind == "file" else head.kind,
        "revision": head.revision,
        "made_at": head.until,
        "why": head.why,
    }


def _referral(parts: Parts) -> dict[str, Any]:
    head = parts.head
    return {
        "referral_id": head.referral_id,
        "number": head.number,
        "complaint_id": head.complaint_id,
        "created_at": head.created_at,
        "date": parts.day(head.created_at),
        "because": {"cause": head.cause, "clock": head.clock, "due_at": head.due_at, "due_date": head.due_date},
        "region": {
            "code": head.region.code,
            "name": head.region.name,
            "province": head.region.province,
            "timezone": head.region.timezone,
        },
        "addressee": head.region.office,
    }


def _reporter(parts: Parts, with_identity: bool) -> dict[str, Any]:
    told = parts.intake
    shown = {
        "anonymous": told["anonymous"],
        "confidential": told["confidential"],
        "consented": with_identity,
        "identity": None,
    }
    if with_identity:
        shown["identity"] = {
            **{key: told["identity"][key] for key in ("name", "phone", "email", "address")},
            **{key: told["identity"].get(key) for key in PARTICULARS},
        }
    return shown


def _reported(parts: Parts) -> dict[str, Any]:
    agency_id = parts.routing["agency_id"]
    known = parts.agencies.get(agency_id or "", {})
    return {
        "agency_id": agency_id,
        "name": parts.routing["agency_name"],
        "head_title": known.get("head_title"),
        "government": parts.head.region.name,
    }


def _complaint(parts: Parts, words: Words) -> dict[str, Any]:
    told, case = parts.intake, parts.routing
    return {
        "case_number": case["case_number"],
        "state": case["state"],
        "class": case["class_"],
        "category": case["category"],
        "channel": told["channel"],
        "received_at": told["received_at"],
        "title": words(told["title"]),
        "body": words(told["body"]),
        "event_date": told["event_date"],
        "location": None if told["location"] is None else words(told["location"]),
        "district": parts.areas.get(told["district_code"] or "", told["district_code"]),
        "village": parts.areas.get(told["village_code"] or "", told["village_code"]),
    }


def _summary(parts: Parts, answers: list[dict[str, Any]], clocks: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "days_open": (parts.day(parts.head.created_at) - parts.day(parts.intake["received_at"])).days,
        "dispatches": parts.routing["dispatches"],
        "returns": parts.routing["returns"],
        "interim_replies": sum(not a["substantive"] for a in answers),
        "answers": sum(a["substantive"] for a in answers),
        "limits_passed": sum(c["outcome"] in PASSED for c in clocks),
    }


def _clock(parts: Parts, clock: Dossier) -> dict[str, Any]:
    end = parts.day(clock["stopped_at"] or parts.head.until)
    keys = ("clock", "days", "unit", "started_at", "due_at", "due_date", "stopped_at", "outcome", "rule_set", "source")
    return {
        **{key: clock[key] for key in keys},
        "agency": parts.agency_name(clock["agency_id"]),
        "days_late": max(0, (end - clock["due_date"]).days) if clock["outcome"] in PASSED else 0,
        "sentence": clock["sentence_id"],
    }


def _answers(parts: Parts, words: Words) -> list[dict[str, Any]]:
    return [
        {
            "at": entry["at"],
            "agency": entry["agency_name"],
            "substantive": ANSWERS[entry["what"]],
            "words": words(entry["words"] or ""),
            "evidence": len(entry["evidence"]),
        }
        for entry in parts.entries
        if entry["what"] in ANSWERS
    ]


def attachments_of(parts: Parts) -> list[tuple[str, Dossier]]:
    """Every attachment with who gave it, in the order the file counts them."""
    sent = [("complaint", a) for a in parts.intake["attachments"]]
    sent += [("message", a) for message in parts.messages for a in message["attachments"]]
    sent += [("agency", a) for entry in parts.entries for a in entry["evidence"]]
    return sent


def may_be_enclosed(attachment: Dossier, with_identity: bool) -> bool:
    """Whether an attachment goes along. Without her identity only pictures do: intake and the desk draw every picture
    anew, without place and telephone. What a document, a recording or its author's name says, nobody has checked."""
    return with_identity or attachment["media_type"].startswith("image/")


def _attachments(parts: Parts, with_identity: bool, unavailable: Set[str]) -> list[dict[str, Any]]:
    return [
        {
            "number": number,
            "from": source,
            "name": attachment["name"] if with_identity else f"lampiran-{number}",
            "media_type": attachment["media_type"],
            "size": attachment["size"],
            "sha256": attachment["sha256"],
            **_enclosure(number, attachment, with_identity, unavailable),
        }
        for number, (source, attachment) in enumerate(attachments_of(parts), start=1)
    ]


def _enclosure(number: int, attachment: Dossier, with_identity: bool, unavailable: Set[str]) -> dict[str, Any]:
    """Where it lies in the bundle, or why it does not."""
    if not may_be_enclosed(attachment, with_identity):
        return {"enclosed": None, "left_out": "identity"}
    if attachment["sha256"] in unavailable:
        return {"enclosed": None, "left_out": "unavailable"}
    ending = PurePath(attachment["name"]).suffix.lower()
    fit = ending if re.fullmatch(r"\.[a-z0-9]{1,5}", ending) else ""
    return {"enclosed": f"lampiran/{number:02d}{fit}", "left_out": None}
