"""What a decree changes in a calendar: days added and taken back. A day moved is taken back and added elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from services.sla.domain.calendar import DayOff

NATION = "ID"
"""The scope of the days that are off everywhere; any other scope is the code of a province or a regency."""

KINDS = {True: ("national", "joint_leave"), False: ("local",)}
"""Kinds of days of the nation's calendar (True) and of the calendars of provinces and regencies."""

ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
"""WIB, WITA, WIT."""

FIRST_YEAR, LAST_YEAR = 2000, 2099
MOST_CHANGES = 366

EVERY_YEAR = ((1, 1), (5, 1), (6, 1), (8, 17), (12, 25))
"""Month and day of the national holidays that no year is without and no moon moves. The joint decree of three ministers
names them with the cuti bersama of the year; a calendar that lacks one has a hole."""


class DecreeError(ValueError):
    """The change cannot be made; the sentences say why, in Indonesian and English."""

    def __init__(self, id_: str, en: str) -> None:
        super().__init__(en)
        self.id, self.en = id_, en


@dataclass(frozen=True, slots=True)
class Change:
    """Days added and days taken back."""

    add: tuple[DayOff, ...] = ()
    remove: tuple[date, ...] = ()

    def applied(self, days: Mapping[date, DayOff], scope: str) -> dict[date, DayOff]:
        """The days as the decree leaves them. Raises DecreeError for what makes no sense on them."""
        self._check(scope)
        for day in self.remove:
            if day not in days:
                raise DecreeError(
                    f"{day} bukan hari libur dalam kalender ini, jadi tidak dapat dihapus.",
                    f"{day} is no day off in this calendar, so it cannot be taken back.",
                )
        left = {day: off for day, off in days.items() if day not in self.remove}
        for off in self.add:
            if off.date in left:
                raise DecreeError(
                    f"{off.date} sudah menjadi hari libur: {left[off.date].name}.",
                    f"{off.date} is a day off already: {left[off.date].name}.",
                )
            left[off.date] = off
        for year in sorted({off.date.year for off in self.add if off.kind == "joint_leave"}):
            if hole := next((day for day in (date(year, *one) for one in EVERY_YEAR) if day not in left), None):
                raise DecreeError(
                    f"Cuti bersama {year} tidak dapat dicatat tanpa hari libur nasional tahun itu: {hole} belum ada.",
                    f"Cuti bersama of {year} cannot be recorded without its national holidays: {hole} is missing.",
                )
        return dict(sorted(left.items()))

    def _check(self, scope: str) -> None:
        days = [*self.remove, *(off.date for off in self.add)]
        if not days:
            raise DecreeError("Tidak ada hari yang berubah.", "No day changes.")
        if len(days) > MOST_CHANGES:
            raise DecreeError(
                f"Paling banyak {MOST_CHANGES} hari sekali ubah; ini {len(days)}.",
                f"At most {MOST_CHANGES} days change at once; these are {len(days)}.",
            )
        for day in days:
            if not FIRST_YEAR <= day.year <= LAST_YEAR:
                raise DecreeError(
                    f"Tanggal {day} di luar tahun {FIRST_YEAR} sampai {LAST_YEAR}.",
                    f"The date {day} lies outside the years {FIRST_YEAR} to {LAST_YEAR}.",
                )
        for off in self.add:
            if off.kind not in KINDS[scope == NATION]:
                raise DecreeError(
                    f"Jenis hari {off.date} tidak sesuai dengan cakupan kalender.",
                    f"The kind of {off.date} does not fit the scope of the calendar.",
                )
            if not 1 <= len(off.name) <= 200:
                raise DecreeError(
                    f"Nama hari {off.date} harus 1 sampai 200 huruf.", f"The name of {off.date} needs 1 to 200 letters."
                )
        for many in (self.remove, [off.date for off in self.add]):
            if len(set(many)) < len(many):
                raise DecreeError("Satu tanggal disebut dua kali.", "One date is named twice.")


def decreed_years(known: Mapping[str, str], change: Change, name: str) -> dict[str, str]:
    """The decree of each year whose cuti bersama is known, with what the change adds under its name.

    Raises DecreeError when a year between would be left out.
    """
    new = {off.date.year for off in change.add if off.kind == "joint_leave"} - set(map(int, known))
    years = sorted({*map(int, known), *new})
    for year, following in pairwise(years):
        if following > year + 1 and new & {year, following}:
            blamed = following if following in new else year
            raise DecreeError(
                f"Cuti bersama {blamed} tidak dapat dicatat sebelum {year + 1}: kalender akan berlubang.",
                f"Cuti bersama of {blamed} cannot be recorded before {year + 1}: the calendar would have a hole.",
            )
    return {**known, **{str(year): name for year in sorted(new)}}


def between(before: Mapping[date, DayOff], after: Mapping[date, DayOff]) -> Change:
    """What changed from one version to the next. A day with another name or kind is taken back and added."""
    return Change(
        tuple(off for day, off in sorted(after.items()) if before.get(day) != off),
        tuple(day for day, off in sorted(before.items()) if after.get(day) != off),
    )
