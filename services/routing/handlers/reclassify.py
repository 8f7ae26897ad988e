"""The class turns out to be another one; with it the settlement limit changes, counted from its original start.

What becomes berkadar pengawasan is taken from the agency that has it (`handlers.lock`).
What was so and is no more stays locked: one person alone cannot open it.
"""

from __future__ import annotations

from uuid import UUID

from services.routing.domain.case import Officer
from services.routing.handlers.desk import Done, change, done, said, take, write
from services.routing.handlers.lock import guard
from services.routing.handlers.refusals import refusal
from shared.contracts.vocabulary import CLASSES
from shared.store import Transaction


def reclassify(
    tx: Transaction, officer: Officer, complaint_id: UUID, *, class_: str, words: str, version: int | None = None
) -> Done:
    """Give the case another class, with a reason. Raises Invalid `unknown_class` or `same_class`."""
    case = take(tx, officer, complaint_id, "reclassify", version)
    if class_ not in CLASSES:
        raise refusal("unknown_class")
    if class_ == case.class_:
        raise refusal("same_class")
    previous = case.class_
    item_id = write(
        tx, case, "reclassified", officer=officer, words=said(words), data={"class": class_, "previous": previous}
    )
    case = change(tx, case, class_=class_, version=case.version + 1)
    tx.publish(
        "case.reclassified",
        complaint_id,
        {
            "complaint_id": complaint_id,
            "case_number": case.case_number,
            "class_": class_,
            "previous_class": previous,
            "reclassified_at": tx.now,
        },
    )
    return done(guard(tx, officer, case), item_id)
