"""Telephone numbers and mail addresses in the one form by which they are kept and found."""

from __future__ import annotations

import phonenumbers
from marshmallow import ValidationError, validate

REGION = "ID"
"""Numbers without a country code are Indonesian."""

_EMAIL = validate.And(validate.Length(max=254), validate.Email())


def normal_phone(written: str) -> str | None:
    """A telephone number as E.164 (`+6281234567890`); None when it is none, such as a short code or a name."""
    for form in (written, "+" + written.lstrip("+")):  # gateways give international numbers without the plus
        try:
            number = phonenumbers.parse(form, REGION)
        except phonenumbers.NumberParseException:
            return None
        if phonenumbers.is_valid_number(number):
            return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return None


def normal_email(written: str) -> str | None:
    """A mail address in lower case; None when it is none."""
    address = written.strip().lower()
    try:
        _EMAIL(address)
    except ValidationError:
        return None
    return address
