"""Why a rule set cannot be written, proposed or activated, in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row

from services.sla.domain.rules import OverlapError
from services.sla.domain.sentences import in_words
from services.sla.domain.versions import Fault, Gap, Undercut
from services.sla.domain.wording import DAYS
from services.sla.store import rule_versions
from shared.errors import Conflict, Invalid

_FAULTS = {
    "text_length": ("Isi dengan 1 sampai {given} huruf.", "Write 1 to {given} characters."),
    "date_out_of_range": ("Tanggal harus antara tahun 2000 dan 2099.", "The date must lie between 2000 and 2099."),
    "ends_before_it_begins": (
        "Tanggal akhir mendahului tanggal mulai berlaku.",
        "The last day comes before the first.",
    ),
    "too_many_limits": ("Paling banyak {given} batas.", "At most {given} limits."),
    "no_clock": (
        "Pilih batas apa yang dimaksud, atau kosongkan barisnya.",
        "Choose which limit it is, or empty the line.",
    ),
    "unknown_clock": ("Jam “{given}” tidak dikenal.", "There is no clock “{given}”."),
    "unknown_class": ("Kelas “{given}” tidak dikenal.", "There is no class “{given}”."),
    "unknown_category": ("Topik “{given}” tidak dikenal.", "There is no topic “{given}”."),
    "unknown_region": ("Daerah “{given}” tidak dikenal.", "There is no region “{given}”."),
    "unknown_unit": ("Satuan “{given}” tidak dikenal.", "There is no unit “{given}”."),
    "unknown_replaced": (
        "Aturan “{given}” tidak dapat digantikan oleh aturan ini.",
        "The rule set “{given}” cannot be replaced by this one.",
    ),
    "replacement_by_an_end": (
        "Versi yang mengakhiri aturan tidak menggantikan aturan lain.",
        "A version that ends a rule set replaces no other one.",
    ),
    "days_out_of_range": ("Batas harus 1 sampai 1000 hari, bukan {given}.", "A limit has 1 to 1000 days, not {given}."),
    "no_first_day": (
        "Tanggal mulai berlaku belum diisi.",
        "The day from which it holds is missing.",
    ),
    "no_limits": (
        "Belum ada batas di dalamnya; aturan kosong tidak dapat diusulkan atau diaktifkan.",
        "It has no limits yet; an empty rule set cannot be proposed or activated.",
    ),
    "limits_of_an_end": (
        "Versi yang mengakhiri aturan tidak memuat batas.",
        "A version that ends a rule set has no limits.",
    ),
}


def refused(faults: Sequence[Fault]) -> Invalid:
    """What is wrong with a version, field by field."""
    errors: dict[str, Any] = {}
    for fault in faults:
        errors.setdefault(fault.field, []).append(" / ".join(_said(fault)))
    return Invalid(faults[0].slug, *_said(faults[0]), errors)


def _said(fault: Fault) -> tuple[str, str]:
    """A fault in both languages."""
    in_indonesian, in_english = _FAULTS[fault.slug]
    return in_indonesian.format(given=fault.given), in_english.format(given=fault.given)


def contradiction(error: OverlapError) -> Invalid:
    """Two rules that would both hold, by their names."""
    one, other = error.one, error.other
    days = "dan".join(f" “{rule.rule_set}” ({rule.days}) " for rule in (one, other)).strip()
    scope = ", ".join(name for name in (one.class_, one.category, one.region) if name)
    return Invalid(
        "rules_contradict",
        f"Bertentangan: {days} sama-sama membatasi {one.clock} ({scope or 'semua laporan'}) mulai "
        f"{in_words(error.since, 'id')}. Ubah masa berlaku, sebut kelas, topik, atau daerah, "
        "atau isi aturan mana yang digantikan.",
        f"A contradiction: {days.replace(' dan ', ' and ')} both limit {one.clock} ({scope or 'all reports'}) from "
        f"{in_words(error.since, 'en')}. Change the validity, name a class, a topic or a region, or say "
        "which rule set is replaced.",
        {"limits": [f"{one.rule_set} ↔ {other.rule_set}: {one.clock}"]},
    )


def replaced_already(since: date) -> Invalid:
    """The set was replaced before the version would begin."""
    return Invalid(
        "rule_set_replaced",
        f"Aturan ini sudah digantikan aturan lain sejak {in_words(since, 'id')}. Tulis versi baru dari penggantinya.",
        f"Another rule set replaces this one since {in_words(since, 'en')}. Write a new version of that one.",
        {"valid_from": [since.isoformat()]},
    )


def uncovered(found: Gap) -> Invalid:
    """A clock that would have no limit any more."""
    class_ = f" ({found.class_})" if found.class_ else ""
    return Invalid(
        "rules_have_a_gap",
        f"Dengan itu tidak ada batas lagi untuk {found.clock}{class_} mulai {in_words(found.day, 'id')}.",
        f"Nothing would limit {found.clock}{class_} any more from {in_words(found.day, 'en')} on.",
        {"limits": [f"{found.clock}{class_}: {found.day.isoformat()}"]},
    )


def against_the_law(found: Undercut) -> Invalid:
    """A limit that is slower than the law, or leaves the reporter less time than it."""
    rule, law = found.rule, found.law
    each = [(f"“{one.rule_set}” ({one.days} {'/'.join(DAYS[one.unit])})") for one in (rule, law)]
    return Invalid(
        "weaker_than_the_law",
        f"Batas {rule.clock} dari {each[0]} merugikan pelapor dibanding {each[1]}: aturan lain boleh lebih cepat dari "
        "undang-undang, tidak boleh lebih lambat, dan tidak boleh mempersingkat waktu pelapor.",
        f"The limit {rule.clock} of {each[0]} gives the reporter less than {each[1]}: another rule may be quicker than "
        "the law, never slower, and may not make the reporter's own time shorter.",
        {"limits": [f"{rule.rule_set} ↔ {law.rule_set}: {rule.clock}"]},
    )


_DEEDS = {
    "drafted": ("ditulis", "drafted"),
    "proposed": ("diusulkan", "proposed"),
    "activated": ("diaktifkan", "activated"),
    "superseded": ("diganti versi lain", "replaced by another version"),
    "withdrawn": ("ditarik", "withdrawn"),
}


def not_now(session: Connection, row: Row[Any], today: date) -> Conflict:
    """Somebody else was quicker: what became of the version, and by whom."""
    done = rule_versions.last_deed(session, row.id)
    deed = _DEEDS[done.deed if done else "drafted"]
    who = f" oleh {done.officer_name}" if done and done.officer_name else ""
    by = f" by {done.officer_name}" if done and done.officer_name else ""
    return Conflict(
        "version_moved_on",
        f"Tidak jadi: versi {row.number} sudah {deed[0]}{who}. Muat ulang halaman ({in_words(today, 'id')}).",
        f"Not done: version {row.number} was {deed[1]}{by} meanwhile. Load the page again ({in_words(today, 'en')}).",
    )


def four_eyes() -> Conflict:
    """The proposer wants to activate her own proposal."""
    return Conflict(
        "four_eyes",
        "Yang mengusulkan tidak boleh mengaktifkan sendiri. Minta pengawas lain.",
        "Who proposed it cannot activate it. Ask another supervisor.",
    )


def no_preview() -> Conflict:
    """Nobody has seen what the version would do beside the present rules."""
    return Conflict(
        "no_preview",
        "Lihat dahulu pratinjaunya sampai selesai dihitung; sesudah aturan lain berubah, hitung lagi.",
        "Look at its preview first, counted to the end; after other rules have changed, count anew.",
    )
