"""Taking the reporter's identity out of her own words."""

from __future__ import annotations

import re

from services.intake.domain.draft import Identity

BLANK = "[disamarkan]"


def blanked(text: str, who: Identity) -> str:
    """The text without the reporter's name (each part of it), telephone, e-mail and address, however written."""
    for part in (who.email, who.address, who.name):
        if part:
            text = re.sub(re.escape(part), BLANK, text, flags=re.IGNORECASE)
    for word in (who.name or "").split():
        if len(word) > 3:
            text = re.sub(rf"\b{re.escape(word)}\b", BLANK, text, flags=re.IGNORECASE)
    digits = re.sub(r"\D", "", who.phone or "")[-9:]
    if len(digits) == 9:
        text = re.sub(r"\+?[\d(][\d\s().-]*" + r"[\s().-]*".join(digits), BLANK, text)
    return text
