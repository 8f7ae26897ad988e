"""Where Kannel reports what became of a text message."""

from __future__ import annotations

from flask import Blueprint, Response, request

from services.notify.gateways.kannel import DELIVERED, REJECTED, UNDELIVERABLE, read_report_token
from services.notify.handlers import note_delivery
from shared.errors import NotFound
from shared.web import store

blueprint = Blueprint("reports", __name__)


@blueprint.get("/kannel/dlr")
def delivery_report() -> Response:
    """Kannel calls this with the token we signed. Other kinds of report, such as "still trying", change nothing."""
    notification_id = read_report_token(request.args.get("token", ""))
    if notification_id is None:
        raise NotFound(
            "report_unknown", "Laporan pengiriman ini bukan milik kami.", "This delivery report is not ours."
        )
    state = request.args.get("state", type=int)
    if state in (DELIVERED, UNDELIVERABLE, REJECTED):
        with store().begin() as tx:
            note_delivery(tx, notification_id, delivered=state == DELIVERED)
    return Response(status=200)
