"""The web half of the kit: `make_app` and what views need."""

from shared.web.app import make_app
from shared.web.context import current_language, form_key, rpc, store
from shared.web.errors import field_errors
from shared.web.inputs import body_limit, reads_bytes
from shared.web.officers import Officer, recognise, requires, signed_in

__all__ = [
    "Officer",
    "body_limit",
    "current_language",
    "field_errors",
    "form_key",
    "make_app",
    "reads_bytes",
    "recognise",
    "requires",
    "rpc",
    "signed_in",
    "store",
]
