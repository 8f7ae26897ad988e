"""The SMS entrance: Kannel's sms-service calls it with GET or POST for every text message.

    group = sms-service
    keyword = default
    catch-all = true
    max-messages = 0
    post-url = "http://…/sms/kannel?secret=…&id=%I"        the number and the words travel in headers and body
    get-url  = "http://…/sms/kannel?secret=…&id=%I&from=%p&to=%P&text=%b&charset=%C&coding=%c"      also works

Every answer to a message that is kept is 200 with nothing in it: what a sender hears, notify sends.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from urllib.parse import parse_qsl

from flask import Response, make_response, request
from flask_smorest import Blueprint

from services.intake import handlers
from shared.errors import Forbidden, Invalid, Unavailable
from shared.settings import env
from shared.web import reads_bytes, store
from shared.web.inputs import body_limit

blueprint = Blueprint("sms", __name__, url_prefix="/sms", description="The entrance for the SMS gateway.")

_LARGEST = 64 * 1024
_LATIN = "latin-1"
"""Every byte is one character in it: percent-encoded bytes pass through unharmed until their charset is known."""


@blueprint.route("/kannel", methods=["GET", "POST"])
@body_limit(_LARGEST)
@reads_bytes
@blueprint.response(200, description="The message is kept. A repeated id changes nothing.")
def receive() -> Response:
    """Take one text message. 5xx when it cannot be kept, so that the gateway brings it again."""
    sent = _sent()
    _check_secret(sent.get("secret", b""))
    gateway_id, sender = _word(sent, "id"), _word(sent, "from")
    if not gateway_id or not sender:
        raise Invalid("sms_incomplete", "Parameter id dan from diperlukan.", "The parameters id and from are needed.")
    with store().begin() as tx:
        handlers.receive_sms(
            tx, gateway_id=gateway_id, sender=sender, raw=sent.get("text", b""), charset=_charset(sent)
        )
    return make_response("", 200)


def _sent() -> Mapping[str, bytes]:
    """Parameters of the query, of a form, or of Kannel's own POST (words in the body, the rest in X-Kannel headers)."""
    quoted = request.query_string.decode(_LATIN)
    if request.mimetype == "application/x-www-form-urlencoded":
        quoted += "&" + request.get_data().decode(_LATIN)
    found = {name: value.encode(_LATIN) for name, value in parse_qsl(quoted, encoding=_LATIN, keep_blank_values=True)}
    if request.method == "POST" and "text" not in found:
        found["text"] = request.get_data()
        for name in ("from", "to", "charset", "coding"):
            if value := request.headers.get(f"X-Kannel-{name.capitalize()}"):
                found.setdefault(name, value.encode(_LATIN, "replace"))
    return found


def _word(sent: Mapping[str, bytes], name: str) -> str:
    return sent.get(name, b"").decode("ascii", "replace").strip()[:200]


def _charset(sent: Mapping[str, bytes]) -> str | None:
    """What the words are written in: as told; UTF-16 for coding 2 (UCS-2) with words that look like it; else UTF-8."""
    told = _word(sent, "charset")[:40]
    if told:
        return told
    words = sent.get("text", b"")
    if _word(sent, "coding") == "2" and len(words) % 2 == 0 and b"\x00" in words:
        return "UTF-16BE"
    return None


def _check_secret(shown: bytes) -> None:
    secret = env.str("INTAKE_SMS_SECRET")
    if not secret:
        raise Unavailable("sms_entrance_off", "Pintu SMS belum dibuka.", "The SMS entrance is not open.")
    if not hmac.compare_digest(shown, secret.encode()):
        raise Forbidden("sms_secret", "Tanda pengenal gerbang SMS salah.", "The gateway's secret is wrong.")
