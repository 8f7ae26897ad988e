"""Another officer activates a proposal: from this moment on it counts for all open cases."""

from __future__ import annotations

from services.sla.handlers import recompute_all
from services.sla.handlers.coming import coming
from services.sla.handlers.rule_refusals import four_eyes, no_preview, not_now
from services.sla.store import law, previews, rule_versions
from services.sla.store.tables import rule_previews
from shared.accounts import Officer
from shared.store import Transaction


def activate(tx: Transaction, officer: Officer, rule_set: str, number: int) -> int:
    """Put a proposed version into force as a new edition of the rules; the number of the recomputation it begins.

    Raises Conflict when it is no proposal any more, when the officer proposed it
    herself, or when nobody has seen its preview beside the present rules;
    Invalid when it contradicts them or leaves a clock without a limit.
    """
    rule_versions.one_at_a_time(tx.session)
    row = rule_versions.version(tx.session, rule_set, number)
    if row.state != "proposed":
        raise not_now(tx.session, row, law.today(tx.session, tx.now))
    if row.proposed_by == officer.officer_id:
        raise four_eyes()
    edition = coming(tx, row)
    assert edition.since is not None and edition.before is not None
    preview = previews.counted(tx.session, rule_previews, row.id, edition.before.number)
    if preview is None:
        raise no_preview()
    rule_versions.add_edition(tx.session, edition.number, edition.since, edition.rules)
    for earlier in rule_versions.versions(tx.session, rule_set):
        if earlier.state == "active":
            state = "withdrawn" if row.ends else "superseded"
            rule_versions.change(tx.session, earlier.id, state=state)
            rule_versions.note(tx, earlier.id, state, officer)
    rule_versions.change(tx.session, row.id, state="active", activated_by=officer.officer_id, edition=edition.number)
    rule_versions.note(tx, row.id, "activated", officer)
    tx.publish(
        "rules.activated",
        row.id,
        {
            "version_id": row.id,
            "rule_set": rule_set,
            "version": number,
            "edition": edition.number,
            "ends": row.ends,
            "valid_from": row.valid_from,
            "valid_to": row.valid_to,
            "moved": preview.moved,
            "late": preview.late,
            "activated_at": edition.since,
        },
    )
    return recompute_all.begin(
        tx, f"{row.name}, versi {number}, mulai berlaku."[:300], f"{row.name}, version {number}, came into force."[:300]
    )
