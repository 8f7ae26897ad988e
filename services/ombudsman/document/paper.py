"""The paper: A4 pages with heading, footer, tables and prose, knowing nothing of referrals.

Set in the PDF's own Times, Helvetica and Courier, which every reader has; words with letters these lack in fonts of
the machine, of which a subset is embedded.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from fpdf import FPDF, XPos, YPos
from fpdf.enums import Align, MethodReturnValue, TableBordersLayout, VAlign
from fpdf.fonts import FontFace

from services.ombudsman.document import fonts, letters

MARGIN: Final = 22.0
WIDE: Final = "wide"
"""The family of the machine's fonts."""

Color = tuple[int, int, int]
INK: Final[Color] = (25, 30, 36)
SOFT: Final[Color] = (95, 103, 112)
LINE: Final[Color] = (172, 179, 186)
TINT: Final[Color] = (241, 243, 245)


class Paper(FPDF):
    """A document of A4 pages. `footing` stands at the foot of each, with the number of the page."""

    def __init__(self, title: str, footing: str, written_at: datetime) -> None:
        super().__init__(format="A4")
        self.unprintable = 0
        self._footing = footing
        self._wide: list[fonts.Face] = []
        self.core_fonts_encoding = letters.ENCODING
        self.set_margins(MARGIN, 20, MARGIN)
        self.c_margin = 0  # text stands on the same line as rules and boxes
        self.set_auto_page_break(True, margin=26)
        self.set_title(title)
        self.set_lang("id")
        self.set_creation_date(written_at)  # not the moment of printing: the same file gives the same bytes
        self.set_draw_color(*LINE)
        self.add_page()

    def footer(self) -> None:
        self.set_xy(MARGIN, -19)
        self.line(MARGIN, self.y, self.w - MARGIN, self.y)
        self.set_xy(MARGIN, self.y + 1.5)
        self._face(7, color=SOFT)
        width = self.w - 2 * MARGIN
        self.multi_cell(width - 34, 3.4, self._footing, align=Align.L, new_x=XPos.RIGHT, new_y=YPos.TOP)
        self.cell(34, 3.4, f"halaman {self.page_no()} dari {{nb}}", align=Align.R)

    def printable(self, words: str) -> str:
        """The words in letters this paper has; counts those it has not."""
        printed, unprintable = letters.printable(words)
        self.unprintable += unprintable
        return printed

    def _add_wide(self, printed: str) -> None:
        """Have the fonts these words need at hand, and letters joined as their scripts want it."""
        needed = [face for face in fonts.needed_for(printed) if face not in self._wide]
        if not needed:
            return
        if not self._wide:
            self.add_font(WIDE, fname=needed[0].path)
            self.add_font(WIDE, "B", fname=fonts.bold())
            self.set_text_shaping(use_shaping_engine=True)
        for face in needed if self._wide else needed[1:]:
            self.add_font(face.name, fname=face.path)
        self._wide += needed
        self.set_fallback_fonts([face.name for face in self._wide[1:]], exact_match=False)

    def _ready(self, words: str) -> str:
        """The words as they can be printed, in a font that has them."""
        printed = self.printable(words)
        if not letters.is_plain(printed):
            self._add_wide(printed)
            self.set_font(WIDE, "B" if "B" in self.font_style else "", self.font_size_pt)
        return printed

    def _cell(self, row: Any, words: str, style: FontFace) -> None:
        """A cell of a table, in a font that has its words."""
        printed = self.printable(words)
        if not letters.is_plain(printed):
            self._add_wide(printed)
            style = replace(style, family=WIDE)
        row.cell(printed, style=style)

    def sender(self, name: str, office: str) -> None:
        """Who writes, at the top of the first page."""
        self._face(9, "B")
        self._line(name.upper(), 4.5)
        self._face(8.4, color=SOFT)
        self._line(office, 4.2)
        self.ln(7)

    def title_line(self, words: str) -> None:
        """What the document is."""
        self._face(17, "B", family="Times")
        self._line(words, 7.5)
        self.ln(2)

    def heading(self, words: str) -> None:
        """A section's heading, never alone at the foot of a page."""
        self._keep_with_next(32)
        self.ln(5)
        self._face(10.5, "B")
        self._line(words, 5.5)
        self.set_draw_color(*INK)
        self.line(MARGIN, self.y + 0.6, self.w - MARGIN, self.y + 0.6)
        self.set_draw_color(*LINE)
        self.ln(2.6)

    def small_heading(self, words: str, beside: str = "") -> None:
        """A heading within a section, with a softer remark behind it."""
        self._keep_with_next(20)
        self.ln(1.2)
        self._face(8.8, "B")
        self.write(4.6, self._ready(words))
        self._face(8.4, color=SOFT)
        self.write(4.6, f"   {self._ready(beside)}")
        self.ln(5.6)

    def prose(self, words: str) -> None:
        """Running text, left-aligned."""
        self._face(10.5, family="Times")
        self._line(words, 4.8)
        self.ln(2)

    def note(self, words: str) -> None:
        """A remark in small type."""
        self._face(7.8, color=SOFT)
        self._line(words, 3.9)
        self.ln(1.5)

    def quote(self, words: str) -> None:
        """Somebody's own words, with a rule beside them; over as many pages as they need."""
        self._face(10.2, family="Times")
        inset, height = 5.0, 4.8
        lines = self._broken(self._ready(words), self.epw - inset, height)
        for index, line in enumerate(lines):
            self._keep_with_next(2 * height if index == len(lines) - 2 else height)  # no last line alone on a page
            self.set_line_width(0.7)
            self.line(MARGIN + 1, self.y, MARGIN + 1, self.y + height)
            self.set_line_width(0.2)
            self.set_x(MARGIN + inset)
            self.cell(self.epw - inset, height, line, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(2.5)

    def facts(self, rows: Sequence[tuple[str, str]]) -> None:
        """Terms and what they are, side by side."""
        with self._table((44, 122), TableBordersLayout.NONE, headings=False, padding=(0.55, 2, 0.55, 0)) as table:
            for term, fact in rows:
                row = table.row()
                self._cell(row, term, FontFace(family="Helvetica", size_pt=8.4, color=SOFT))
                self._cell(row, fact, FontFace(family="Times", size_pt=10.2))
        self.ln(1)

    def box(self, words: str, figures: Sequence[tuple[str, str]]) -> None:
        """A tinted box: a paragraph, and below it figures with their names."""
        face = FontFace(family="Times", size_pt=10.8, fill_color=TINT)
        with self._table((1,), TableBordersLayout.NONE, headings=False, padding=(3, 4, 3, 4)) as table:
            self._cell(table.row(), words, face)
        column = tuple(1 for _ in figures)
        with self._table(column, TableBordersLayout.NONE, headings=False, padding=(0.6, 1, 0.6, 4)) as table:
            for index, style in (
                (1, FontFace(family="Helvetica", emphasis="BOLD", size_pt=13, fill_color=TINT)),
                (0, FontFace(family="Helvetica", size_pt=7.2, color=SOFT, fill_color=TINT)),
            ):
                row = table.row()
                for figure in figures:
                    self._cell(row, figure[index], style)
        self.ln(1)

    def grid(
        self,
        columns: Sequence[tuple[str, float]],
        rows: Sequence[Sequence[str]],
        *,
        size: float = 8.2,
        machine: Set[int] = frozenset(),
    ) -> None:
        """A ruled table with its headings on every page.

        `columns` are names and relative widths; those whose index is in `machine` are set like typewriting.
        """
        face = FontFace(family="Helvetica", size_pt=size)
        typed = FontFace(family="Courier", size_pt=size)
        widths = tuple(width for _, width in columns)
        with self._table(widths, TableBordersLayout.HORIZONTAL_LINES, headings=True, padding=(1, 2, 1, 0)) as table:
            head = table.row()
            for name, _ in columns:
                head.cell(name)
            for cells in rows:
                row = table.row()
                for index, words in enumerate(cells):
                    self._cell(row, words, typed if index in machine else face)
        self.ln(1)

    def _face(self, size: float, style: str = "", *, family: str = "Helvetica", color: Color = INK) -> None:
        self.set_font(family, style, size)  # type: ignore[arg-type]
        self.set_text_color(*color)

    def _line(self, words: str, height: float) -> None:
        self.multi_cell(0, height, self._ready(words), align=Align.L, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _broken(self, words: str, width: float, height: float) -> list[str]:
        """The words in lines of a width, in the face that is set."""
        lines = self.multi_cell(width, height, words, align=Align.L, dry_run=True, output=MethodReturnValue.LINES)
        assert isinstance(lines, list)
        if self.is_ttf_font:
            return lines
        # fpdf gives them back in its inner form: the bytes of the font's encoding, one letter each.
        return [line.encode("latin-1").decode(letters.ENCODING) for line in lines]

    def _keep_with_next(self, height: float) -> None:
        if self.will_page_break(height):
            self.add_page()

    def _table(self, widths: Sequence[float], borders: TableBordersLayout, *, headings: bool, padding: Any) -> Any:
        self._face(8.2)
        return self.table(
            col_widths=tuple(widths),
            borders_layout=borders,
            first_row_as_headings=headings,
            headings_style=FontFace(emphasis="BOLD", size_pt=7.6, color=SOFT),
            line_height=4.1,
            padding=padding,
            text_align=Align.L,
            v_align=VAlign.T,
            width=self.epw,
            align=Align.L,
        )
