"""The file of a referral on paper: a PDF a lawyer can read, file and quote from."""

from __future__ import annotations

from datetime import datetime

from services.ombudsman.document import evidence, opening
from services.ombudsman.document.dates import Dates
from services.ombudsman.document.paper import Paper
from services.ombudsman.domain.canonical import File
from shared.texts import Catalogue, speaking


def render(file: File) -> bytes:
    """The file as PDF, in Indonesian: its content and nothing else. The same file gives the same bytes."""
    content = file.content
    referral = content["referral"]
    paper = Paper(
        title=f"Rujukan {referral['number']}",
        footing=f"{referral['number']}  ·  SHA-256 berkas JSON:\n{file.sha256}",
        written_at=datetime.fromisoformat(referral["created_at"]),
    )
    dates = Dates(referral["region"]["timezone"])
    with speaking(Catalogue(), "id"):
        for section in (*opening.SECTIONS, *evidence.SECTIONS):
            section(paper, content, dates)
    return bytes(paper.output())
