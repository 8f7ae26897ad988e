"""The reporter gives what UU 37/2008 art 24 asks of who reports to the Ombudsman."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as upsert

from services.intake.domain.particulars import missing, unfit, with_particulars
from services.intake.domain.wording import one_line
from services.intake.handlers.may import locked_for
from services.intake.store import queries, vault
from services.intake.store import tables as t
from shared.errors import Invalid
from shared.store import Transaction


def tell_particulars(
    tx: Transaction, complaint_id: UUID, given: Mapping[str, str], *, channel: str, at: datetime | None = None
) -> None:
    """Seal them with her identity. `given`: any of name, birth, marital_status, occupation, address.

    Nobody reads them but the Ombudsman, and only with her consent. Raises Invalid when nothing is given or
    something cannot be read, Conflict when the complaint has ended.
    """
    locked_for(tx, complaint_id, "consent")
    given = {name: line for name, said in given.items() if (line := one_line(said))}
    if bad := unfit(given):
        raise Invalid(
            "unreadable",
            "Keterangan ini terlalu panjang atau tidak terbaca.",
            "This is too long, or cannot be read.",
            errors={name: ["Terlalu panjang atau tidak terbaca. / Too long, or cannot be read."] for name in bad},
        )
    if not given:
        raise Invalid("empty", "Tidak ada yang diisi.", "Nothing was given.")
    who = with_particulars(queries.identity(tx.session, complaint_id), given)
    sealed = vault.sealed_identity(who, complaint_id)
    tx.session.execute(
        upsert(t.identities)
        .values(complaint_id=complaint_id, **sealed)
        .on_conflict_do_update(index_elements=["complaint_id"], set_=sealed)
    )
    at = at or tx.now
    tx.publish(
        "complaint.particulars_given",
        complaint_id,
        {"complaint_id": complaint_id, "complete": not missing(who), "channel": channel, "given_at": at},
        time=at,
    )
