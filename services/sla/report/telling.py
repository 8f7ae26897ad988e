"""An edition as sections of prose and tables, in the reader's language. What is hidden stays hidden: `*`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from services.sla.domain.periodic import UNKNOWN
from services.sla.report import words
from services.sla.web.words import AGES, CHANNELS, CLASSES, CLOCKS
from services.sla.web.words import limit as limit_in_words
from shared.texts import day
from shared.texts import gettext as _

AgencyName = Callable[[str | None], str]


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows as text; those from `numbers` on are numbers. `bars`: what its chart shows, None: hidden."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: int = 1
    name: str = ""  # of the chart
    bars: Sequence[tuple[str, int | None]] = ()
    wide: Sequence[float] | None = None  # relative widths of the columns on paper


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the report."""

    title: str
    tables: Sequence[Table] = ()
    paragraphs: Sequence[tuple[str, str]] = field(default=())  # what, and the evidence below it
    note: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """The names of agencies and districts by their codes."""

    agency: AgencyName
    districts: Mapping[str, str]

    def of(self, dimension: str, value: str) -> str:
        """What a group is called."""
        if value == UNKNOWN:
            return {"agency": _("Belum diteruskan"), "class": _("Belum ditentukan")}.get(dimension, _("Tidak disebut"))
        match dimension:
            case "agency":
                return self.agency(value)
            case "class":
                return _(CLASSES[value])
            case "channel":
                return _(CHANNELS[value])
            case "category":
                return words.category(value)
            case _:
                return self.districts.get(value, value)


def sections(content: Mapping[str, Any], names: Names, *, of_agency: bool) -> list[Section]:
    """The whole report, in the order of the domain reference (section 6)."""
    return [
        _summary(content),
        _received(content, names, of_agency=of_agency),
        _deeds(content),
        _on_time(content),
        _ages(content),
        _ratings(content),
        _found(content, names),
        _advice(content, names),
        _oldest(content, names),
    ]


def number(value: int | float | None) -> str:
    """A number, or the mark in place of one that is not shown."""
    return words.HIDDEN if value is None else str(value)


def _days(cells: Mapping[str, Any]) -> list[str]:
    """Median and p90: nothing to tell without answers, hidden with their number."""
    missing = "–" if cells["answered"] == 0 else words.HIDDEN
    return [missing if cells[name] is None else str(cells[name]) for name in ("median_days", "p90_days")]


def _cells(cells: Mapping[str, Any]) -> list[str]:
    return [*(number(cells[name]) for name in ("received", "answered", "late")), *_days(cells)]


def _columns() -> list[str]:
    return [_("Diterima"), _("Ditanggapi"), _("Terlambat"), _("Median"), _("Persentil ke-90")]


def _summary(content: Mapping[str, Any]) -> Section:
    total = content["total"]
    rows = [
        [_("Laporan diterima"), number(total["received"])],
        [_("di antaranya rahasia"), number(content["confidential"])],
        [_("Ditanggapi dengan penyelesaian untuk pertama kali"), number(total["answered"])],
        [_("Hari kerja sampai tanggapan itu, median"), _days(total)[0]],
        [_("Hari kerja sampai tanggapan itu, persentil ke-90"), _days(total)[1]],
        [_("Laporan yang untuk pertama kali melewati batas"), number(total["late"])],
        [_("Terbuka pada akhir periode"), number(content["open"])],
    ]
    note = _(
        "* Tidak ditampilkan: kurang dari 5, atau akan membuka angka yang kurang dari 5. "
        "Laporan rahasia hanya dihitung, tidak pernah disebut satu per satu."
    )
    return Section(_("Ringkasan"), [Table("", [_("Hal"), _("Jumlah")], rows)], note=note)


def _received(content: Mapping[str, Any], names: Names, *, of_agency: bool) -> Section:
    tables = []
    for dimension, groups in content["groups"].items():
        if not groups or (dimension == "agency" and of_agency):
            continue
        title = _(words.DIMENSIONS[dimension])
        named = [(names.of(dimension, value), cells) for value, cells in groups.items()]
        rows = [[name, *_cells(cells)] for name, cells in named]
        bars = [(name, cells["received"]) for name, cells in named]
        tables.append(Table(title, [title, *_columns()], rows, name=dimension, bars=bars))
    note = _(
        "Dihitung yang terjadi dalam periode: diterima; ditanggapi dengan penyelesaian untuk pertama kali; "
        "untuk pertama kali melewati batas. "
        "Median dan persentil ke-90: hari kerja dari laporan masuk sampai tanggapan itu."
    )
    return Section(_("Laporan menurut saluran, kelas, kategori, kecamatan, dan instansi"), tables, note=note)


def _deeds(content: Mapping[str, Any]) -> Section:
    deeds = [[_(words.DEEDS[deed]), number(count)] for deed, count in content["deeds"].items()]
    tables = [Table("", [_("Tindakan"), _("Laporan")], deeds)]
    for name, title, reasons in (
        ("archived", _("Alasan pengarsipan"), words.ARCHIVED),
        ("closed", _("Cara selesai"), words.CLOSED),
    ):
        rows = [[_(reasons[reason]), number(count)] for reason, count in content[name].items()]
        if rows:
            tables.append(Table(title, [title, _("Laporan")], rows))
    return Section(_("Yang dilakukan"), tables)


def _on_time(content: Mapping[str, Any]) -> Section:
    called = [_clock(row) for row in content["on_time"]]
    rows = [
        [
            name,
            limit_in_words(row["days"], row["unit"]),
            number(row["judged"]),
            number(row["percent"]) + ("%" if row["percent"] is not None else ""),
        ]
        for name, row in zip(called, content["on_time"], strict=True)
    ]
    bars = [(f"{name}, {row['days']}", row["percent"]) for name, row in zip(called, content["on_time"], strict=True)]
    columns = [_("Batas"), _("Lama"), _("Dinilai"), _("Tepat waktu")]
    note = _("Dinilai: batas yang dipenuhi atau terlewati dalam periode. Persen dibulatkan ke bawah.")
    tables = [Table(_("Tepat waktu menurut batas, persen"), columns, rows, 2, "batas", bars)] if rows else []
    return Section(_("Ketepatan waktu"), tables, note=note)


def _ages(content: Mapping[str, Any]) -> Section:
    named = [(_(AGES[age]), count) for age, count in content["ages"].items()]
    rows = [[name, number(count)] for name, count in named]
    table = Table(_("Umur laporan terbuka"), [_("Umur"), _("Laporan terbuka")], rows, name="umur", bars=named)
    note = _("Keadaan pada akhir periode, juga laporan dari periode sebelumnya; hari kalender sejak laporan masuk.")
    return Section(_("Laporan terbuka"), [table], note=note)


def _ratings(content: Mapping[str, Any]) -> Section:
    ratings = content["ratings"]
    rows = [[_("Penilaian dengan bintang"), number(ratings["count"])]]
    rows += [[_("Rata-rata, dari 5"), "–" if ratings["count"] == 0 else number(ratings["mean"])]]
    if ratings["count"] and None not in ratings["stars"].values():
        rows += [[_("Bintang %(stars)s", stars=stars), number(count)] for stars, count in ratings["stars"].items()]
    return Section(_("Penilaian pelapor"), [Table("", [_("Hal"), _("Jumlah")], rows)])


def _found(content: Mapping[str, Any], names: Names) -> Section:
    said = [
        (f"{_owner(one['agency_id'], one['kind'], names)}: {words.finding(one)}", words.evidence(one))
        for one in content["findings"]
    ]
    note = "" if said else _("Tidak ada angka yang melewati ambang temuan.")
    return Section(_("Temuan"), paragraphs=said, note=note)


def _advice(content: Mapping[str, Any], names: Names) -> Section:
    rows = [
        [
            words.advice(one["kind"], one["where"]),
            _owner(one["owner"], "", names),
            day(date.fromisoformat(one["due_date"])) + (f" {_('(perkiraan)')}" if one.get("provisional") else ""),
            _("baru") if one["new"] else day(datetime.fromisoformat(one["proposed_on"])),
            words.status(one) + (f": {one['words']}" if one["words"] else ""),
        ]
        for one in content["recommendations"]
    ]
    columns = [_("Rekomendasi"), _("Penanggung jawab"), _("Paling lambat"), _("Diusulkan"), _("Keadaan")]
    note = "" if rows else _("Tidak ada rekomendasi.")
    return Section(
        _("Rekomendasi dan yang terjadi dengan rekomendasi sebelumnya"),
        [Table("", columns, rows, len(columns), wide=(3, 1.6, 1.1, 1.1, 1.6))] if rows else [],
        note=note,
    )


def _oldest(content: Mapping[str, Any], names: Names) -> Section:
    rows = [
        [
            one["number"] or _("laporan baru"),
            names.of("class", one["class"] or UNKNOWN),
            names.agency(one["agency_id"]),
            day(date.fromisoformat(one["received_on"])),
            str(one["days"]),
        ]
        for one in content["oldest"]
    ]
    columns = [_("Nomor"), _("Kelas laporan"), _("Instansi"), _("Diterima"), _("Hari")]
    hidden = content["oldest_confidential"]
    note = "" if hidden == 0 else _("Ditambah laporan rahasia: %(count)s.", count=number(hidden))
    if not rows and not note:
        note = _("Tidak ada.")
    tables = [Table("", columns, rows, 4, wide=(1.6, 2, 2, 1.3, 0.6))] if rows else []
    return Section(_("Lampiran: laporan terbuka lebih dari 60 hari"), tables, note=note)


def _clock(row: Mapping[str, Any]) -> str:
    clock = CLOCKS[row["clock"]]
    return _(clock)


def _owner(agency_id: str | None, kind: str, names: Names) -> str:
    if agency_id is None and kind in ("rising", "incomplete"):
        return _("Seluruh daerah")
    return names.agency(agency_id)
