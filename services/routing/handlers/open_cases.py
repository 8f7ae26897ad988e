"""Complaints arrive: they become cases in the coordinator's queue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import insert as upsert

from services.routing.domain.numbers import case_number, year_of
from services.routing.handlers.desk import entry
from services.routing.store import queries
from services.routing.store.tables import cases, counters, items
from shared.contracts import Event
from shared.store import Transaction


def open_cases(tx: Transaction, events: Sequence[Event]) -> None:
    """Give each complaint its case number and put it before the coordinator.

    Raises LookupError for a region this desk does not coordinate: an operator must
    add it to data/regions.json and replay the message.
    """
    per_region = Counter(event.data["region"] for event in events)
    numbers = {region: _next_numbers(tx, region, count) for region, count in sorted(per_region.items())}
    opened, entries = [], []
    for event in events:
        told = event.data
        opened.append(
            {
                "complaint_id": event.subject,
                "case_number": next(numbers[told["region"]]),
                "region": told["region"],
                "state": "unverified",
                "wished_category": told["category"],
                "wished_agency_id": told["agency_id"],
                "district_code": told["district_code"],
                "channel": told["channel"],
                "anonymous": told["anonymous"],
                "confidential": told["confidential"],
                "consented": told["ombudsman_consent"],
                "received_at": told["received_at"],
                "opened_at": tx.now,
                "changed_at": tx.now,
            }
        )
        entries.append(entry(event.subject, "registered", told["received_at"], data={"channel": told["channel"]}))
    tx.session.execute(insert(cases), opened)
    tx.session.execute(insert(items), entries)


def _next_numbers(tx: Transaction, code: str, count: int) -> Iterator[str]:
    """The next numbers of a region."""
    region = queries.region(tx.session, code)
    if region is None:
        raise LookupError(f"region {code} is not one this desk coordinates")
    year = year_of(tx.now, region.timezone)
    # The row lock makes the numbers of a region one sequence; cases that are rolled back leave no gap.
    statement = upsert(counters).values(region=code, year=year, last=count)
    last = tx.session.scalars(
        statement.on_conflict_do_update(
            index_elements=[counters.c.region, counters.c.year], set_={"last": counters.c.last + count}
        ).returning(counters.c.last)
    ).one()
    return (case_number(region.prefix, year, number) for number in range(last - count + 1, last + 1))
