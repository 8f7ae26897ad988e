"""What the agency will read does not say who an anonymous reporter is, though the Ombudsman knows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from services.ombudsman.domain.blanking import tells
from services.ombudsman.store import queries
from shared.errors import Invalid
from shared.store import Transaction

_ID = "Tulisan ini menyebut pelapor, yang anonim bagi instansi. Tulis “pelapor”, tanpa nama dan nomornya."
_EN = "This names the reporter, who is anonymous to the agency. Write “the reporter”, without her name and number."


def must_not_name_her(tx: Transaction, referral: Row[Any], words: str, field: str) -> None:
    """Raises Invalid `names_reporter` for words to the agency that name a reporter who is anonymous to it."""
    for identity in queries.hidden_identities(tx.session, referral.referral_id):
        if tells(words, identity):
            raise Invalid("names_reporter", _ID, _EN, errors={field: [f"{_ID} / {_EN}"]})
