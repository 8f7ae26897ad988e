"""One edition as a document with its title: what the PDF, the page and the letter have in common."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from services.sla.report import words
from services.sla.report.telling import Names, Section, sections
from shared.settings import env
from shared.texts import catalogue_of, moment
from shared.texts import gettext as _

TEXTS = catalogue_of(Path(__file__).parent.parent / "web" / "texts")


def title() -> str:
    return _("Laporan berkala pengaduan pelayanan publik")


def about(row: Any, names: Names) -> list[str]:
    """The lines below the title: what period, of whom, which edition."""
    place = env.str("ADUAN_REGION_NAME", "Kabupaten Kolaka Utara")
    lines = [
        words.period(row.frequency, row.first, row.last),
        names.agency(row.agency_id) if row.agency_id else _("%(place)s, semua instansi", place=place),
        _("Edisi %(number)s, dibuat %(moment)s.", number=row.edition, moment=moment(row.made_at)),
    ]
    if row.reason:
        lines.append(_("Menggantikan edisi sebelumnya: %(reason)s", reason=row.reason))
    return lines


def told(row: Any, names: Names) -> list[Section]:
    """The edition's sections."""
    content: Mapping[str, Any] = row.content
    return sections(content, names, of_agency=row.agency_id is not None)


def pdf(row: Any, names: Names) -> bytes:
    """The edition as PDF."""
    from services.sla.report.paper import document  # 40 MB of libraries, needed a few times a month

    page = _("halaman {page} dari {all}")
    return document(title(), about(row, names), told(row, names), row.made_at, page)


def file_name(row: Any, ending: str) -> str:
    """`laporan-bulanan-2026-03-01-edisi-1.pdf`: plain letters, the same in both languages."""
    whose = f"-{row.agency_id}" if row.agency_id else ""
    kind = words.FREQUENCIES[row.frequency].lower()
    return f"laporan-{kind}-{row.first}{whose}-edisi-{row.edition}.{ending}"
