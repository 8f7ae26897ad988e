"""The report as PDF: A4 pages, tables, and bars drawn beside them. Set in the PDF's own Helvetica."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from fpdf import FPDF, XPos, YPos
from fpdf.enums import Align, TableBordersLayout, VAlign
from fpdf.fonts import FontFace

from services.sla.report import words
from services.sla.report.telling import Section, Table

ENCODING: Final = "windows-1252"
MARGIN: Final = 20.0
BAR_HEIGHT: Final = 5.2
MOST_BARS: Final = 12
INK: Final = (27, 42, 51)
SOFT: Final = (81, 98, 109)
LINE: Final = (201, 211, 217)
PAPER: Final = (255, 255, 255)
BAR: Final = (11, 79, 108)


def document(title: str, about: Sequence[str], sections: Sequence[Section], made_at: datetime, page: str) -> bytes:
    """The PDF of a report. `about` are the lines below the title, `page` says `halaman 1 dari 2` with {page}, {all}.

    The same report gives the same bytes.
    """
    paper = _Paper(title, made_at, page)
    paper.opening(title, about)
    for section in sections:
        paper.section(section)
    return bytes(paper.output())


class _Paper(FPDF):
    def __init__(self, title: str, made_at: datetime, page: str) -> None:
        super().__init__(format="A4")
        self._foot, self._page = _printable(title), page
        self.core_fonts_encoding = ENCODING
        self.set_margins(MARGIN, 18, MARGIN)
        self.c_margin = 0
        self.set_auto_page_break(True, margin=22)
        self.set_title(title)
        self.set_creation_date(made_at)
        self.set_draw_color(*LINE)
        self.add_page()

    def footer(self) -> None:
        self.set_y(-16)
        self._face(7.5, SOFT)
        numbered = self._page.format(page=self.page_no(), all="{nb}")
        self.cell(self.epw - 40, 4, self._foot)
        self.cell(40, 4, numbered, align=Align.R)

    def opening(self, title: str, about: Sequence[str]) -> None:
        self._face(17, INK, "B")
        self._line(title, 7.5)
        self.ln(1)
        for line in about:
            self._face(9.5, SOFT)
            self._line(line, 4.8)
        self.ln(1)

    def section(self, section: Section) -> None:
        self._together(34 if not section.tables or not section.tables[0].bars else 80)
        self.ln(5)
        self._face(12.5, INK, "B")
        self._line(section.title, 6)
        self.line(MARGIN, self.y + 0.8, self.w - MARGIN, self.y + 0.8)
        self.ln(3)
        for what, evidence in section.paragraphs:
            self._together(14)
            self._face(9.6, INK)
            self._line(what, 4.7)
            self._face(8.4, SOFT)
            self._line(evidence, 4.2)
            self.ln(1.6)
        for table in section.tables:
            if table.bars:
                self._bars(table)
            elif table.title:
                self._together(22)
                self._face(9.6, INK, "B")
                self._line(table.title, 5.2)
            self._table(table)
        if section.note:
            self._face(8.2, SOFT)
            self._line(section.note, 4.1)

    def _bars(self, table: Table) -> None:
        """The chart: one bar a row, its number behind it; a hidden one has no bar."""
        shown = table.bars[:MOST_BARS]
        self._together(12 + BAR_HEIGHT * len(shown) + 16)
        self._face(9.6, INK, "B")
        self._line(table.title, 5.2)
        self.ln(0.6)
        largest = max((value or 0 for _, value in shown), default=0) or 1
        left, width = MARGIN + 62, self.epw - 62 - 14
        self.set_fill_color(*BAR)
        for label, value in shown:
            top = self.y
            self._face(8.2, INK)
            self.set_x(MARGIN)
            self.cell(60, BAR_HEIGHT, self._cut(_printable(label), 59))
            length = width * (value or 0) / largest
            if length:
                self.rect(left, top + 0.9, length, BAR_HEIGHT - 1.8, style="F")
            self.set_xy(left + length + 1.5, top)
            self.cell(12, BAR_HEIGHT, words.HIDDEN if value is None else str(value))
            self.set_xy(MARGIN, top + BAR_HEIGHT)
        self.set_fill_color(*PAPER)
        self.ln(1.5)

    def _table(self, table: Table) -> None:
        widths = [3.0 if index == 0 else 1.3 if index < table.numbers else 1.0 for index in range(len(table.columns))]
        if table.wide is not None:
            widths = list(table.wide)
        face = FontFace(size_pt=8.2, color=INK)
        self._face(8.2, INK)
        with self.table(
            col_widths=tuple(widths),
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            headings_style=FontFace(emphasis="BOLD", size_pt=7.6, color=SOFT),
            line_height=4.2,
            padding=(0.9, 1.5, 0.9, 0),
            text_align=tuple(Align.L if index < table.numbers else Align.R for index in range(len(table.columns))),
            v_align=VAlign.T,
            width=self.epw,
            align=Align.L,
        ) as made:
            head = made.row()
            for column in table.columns:
                head.cell(_printable(column))
            for cells in table.rows:
                row = made.row()
                for cell in cells:
                    row.cell(_printable(cell), style=face)
        self.ln(3)

    def _face(self, size: float, color: tuple[int, int, int], style: Any = "") -> None:
        self.set_font("Helvetica", style, size)
        self.set_text_color(*color)

    def _line(self, said: str, height: float) -> None:
        self.multi_cell(0, height, _printable(said), align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _cut(self, said: str, width: float) -> str:
        while self.get_string_width(said) > width:
            said = said[:-2].rstrip() + "…"
        return said

    def _together(self, height: float) -> None:
        if self.will_page_break(height):
            self.add_page()


def _printable(said: str) -> str:
    """The letters this font has; what it lacks by its plain form, or `?`."""
    return "".join(_letter(letter) for letter in said)


def _letter(letter: str) -> str:
    for form in (letter, unicodedata.normalize("NFKD", letter)[:1]):
        try:
            form.encode(ENCODING)
        except UnicodeEncodeError:
            continue
        return form
    return "?"
