"""A complaint arrives: it becomes a case in the coordinator's queue."""

from __future__ import annotations

from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import insert as upsert

from services.routing.domain.numbers import case_number, year_of
from services.routing.handlers.desk import heard_of, write
from services.routing.store import queries
from services.routing.store.tables import cases, counters
from shared.contracts import Event
from shared.store import Transaction


def open_case(tx: Transaction, event: Event) -> None:
    """Give the complaint its case number and put it before the coordinator.

    Raises LookupError for a region this desk does not coordinate: an operator must
    add it to data/regions.json and replay the message.
    """
    told = event.data
    tx.session.execute(
        insert(cases).values(
            complaint_id=event.subject,
            case_number=_next_number(tx, told["region"]),
            region=told["region"],
            state="unverified",
            wished_category=told["category"],
            wished_agency_id=told["agency_id"],
            district_code=told["district_code"],
            channel=told["channel"],
            anonymous=told["anonymous"],
            confidential=told["confidential"],
            consented=told["ombudsman_consent"],
            received_at=told["received_at"],
            opened_at=tx.now,
            changed_at=tx.now,
        )
    )
    case = heard_of(tx, event.subject)
    write(tx, case, "registered", at=told["received_at"], data={"channel": told["channel"]})


def _next_number(tx: Transaction, code: str) -> str:
    region = queries.region(tx.session, code)
    if region is None:
        raise LookupError(f"region {code} is not one this desk coordinates")
    year = year_of(tx.now, region.timezone)
    # The row lock makes the numbers of a region one sequence; a case that is rolled back leaves no gap.
    statement = upsert(counters).values(region=code, year=year, last=1)
    count = tx.session.scalars(
        statement.on_conflict_do_update(
            index_elements=[counters.c.region, counters.c.year], set_={"last": counters.c.last + 1}
        ).returning(counters.c.last)
    ).one()
    return case_number(region.prefix, year, count)
