"""The report's charts: pictures without script, with the same numbers in a table beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pygal
from pygal.style import Style

from services.sla.domain.figures import Figures
from services.sla.store.reports import Report
from services.sla.web import words
from shared.texts import gettext as _

MOST = 12
"""Groups in one chart; the table has all of them."""

POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""A picture may style itself and do nothing else."""

_STYLE = Style(
    background="#ffffff",
    plot_background="#ffffff",
    foreground="#1b2a33",
    foreground_strong="#1b2a33",
    foreground_subtle="#51626d",
    colors=("#0b4f6c", "#5b9a8b", "#a3241b"),
    opacity="1",
    guide_stroke_color="#dfe6ea",
    major_guide_stroke_color="#dfe6ea",
    guide_stroke_dasharray="",
    major_guide_stroke_dasharray="",
    font_family="system-ui, sans-serif",
    label_font_size=13,
    major_label_font_size=13,
    legend_font_size=13,
    value_font_size=12,
    value_colors=("#1b2a33",) * 3,
)


def groups(dimension: str, rows: Sequence[tuple[str, Figures]]) -> bytes:
    """Received, handled and late of each group, the largest on top."""
    shown = list(reversed(rows[:MOST]))
    chart = _bars(len(shown) * 3)
    chart.x_labels = [_short(name) for name, _figures in shown]
    chart.add(_("Diterima"), [figures.received for _name, figures in shown])
    chart.add(_("Ditangani"), [figures.handled for _name, figures in shown])
    chart.add(_("Terlambat"), [figures.late for _name, figures in shown])
    return _drawn(chart, _(words.DIMENSIONS[dimension]))


def ages(report: Report) -> bytes:
    """How old the open complaints are."""
    shown = list(reversed(report.ages.items()))
    chart = _bars(len(shown))
    chart.show_legend = False
    chart.x_labels = [_(words.AGES[age]) for age, _count in shown]
    chart.add(_("Laporan terbuka"), [count for _age, count in shown])
    return _drawn(chart, _("Umur laporan terbuka"))


def bars(title: str, rows: Sequence[tuple[str, int | None]]) -> bytes:
    """One bar for each row, the first on top; a hidden number has none."""
    shown = list(reversed(rows[:MOST]))
    chart = _bars(len(shown))
    chart.show_legend = False
    chart.x_labels = [_short(name) for name, _value in shown]
    chart.add(title, [value for _name, value in shown])
    return _drawn(chart, title)


def _bars(count: int) -> pygal.HorizontalBar:
    return pygal.HorizontalBar(
        style=_STYLE,
        js=[],
        css=["file://style.css", "file://graph.css", "inline:.text-overlay .value { text-anchor: start }"],
        width=760,
        height=110 + 26 * max(1, count),
        margin=8,
        print_values=True,
        print_values_position="top",
        legend_at_bottom=True,
        legend_at_bottom_columns=3,
        show_x_guides=False,
        truncate_label=-1,
        min_scale=1,
        order_min=0,
        value_formatter=lambda value: f"{value:.0f}",
        no_data_text=_("Belum ada laporan"),
    )


def _drawn(chart: pygal.HorizontalBar, title: str) -> bytes:
    chart.add_xml_filter(lambda root: _still(root, title))
    picture: bytes = chart.render()
    return picture


def _still(root: Any, title: str) -> Any:
    """The picture without the scripts pygal puts in, and with a name of its own."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag == "script":
                parent.remove(child)
            elif child.tag == "title":
                child.text = title
    return root


def _short(name: str) -> str:
    return name if len(name) <= 34 else name[:33].rstrip(" ,") + "…"
