"""`python -m chaos.outside 18103 18104 left.jsonl`: the mail server, the SMS gateway and the Ombudsman's server.

Each speaks its real protocol, says yes only after it wrote down what it took,
and is as moody as such servers are: now and then it asks to come again, and
now and then it takes something and its answer is lost, so that it is sent once
more under the same id.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import zlib
from collections import Counter
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask, Response, request
from werkzeug.serving import WSGIRequestHandler, make_server

NOT_NOW, ANSWER_LOST = range(10), range(10, 20)
"""Of a thousand first tries so many are put off, and so many taken without an answer."""


class Taken:
    """Everything that was taken, a JSON line each: way, id, to, text."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("a", buffering=1)
        self._lock = threading.Lock()
        self._tries: Counter[str] = Counter()

    def mood(self, id: str) -> int:
        """Of the first try of an id a number below a thousand, of every later one a thousand."""
        with self._lock:
            self._tries[id] += 1
            return zlib.crc32(id.encode()) % 1000 if self._tries[id] == 1 else 1000

    def write(self, way: str, id: str, to: str, text: str) -> None:
        line = json.dumps({"way": way, "id": id, "to": to, "text": text})
        with self._lock:
            self._file.write(line + "\n")


class MailServer:
    """Takes every mail."""

    def __init__(self, taken: Taken) -> None:
        self._taken = taken

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        mail = message_from_bytes(envelope.content or b"", _class=EmailMessage, policy=default)
        id = str(mail["Message-ID"])
        mood = self._taken.mood(id)
        if mood in NOT_NOW:
            return "451 4.3.2 come again"
        for to in envelope.rcpt_tos:
            self._taken.write("email", id, to, mail.get_content())
        if mood in ANSWER_LOST:
            server.transport.abort()
        return "250 taken"


def gateway(taken: Taken) -> Flask:
    """Kannel's sendsms and the Ombudsman's entrance."""
    app = Flask("outside")

    @app.post("/cgi-bin/sendsms")
    def send_sms() -> Response:
        # Kannel knows no id of ours; the address for the delivery report is one for each message.
        id, to = request.headers["X-Kannel-DLR-Url"], request.headers["X-Kannel-To"]
        return answer("sms", id, to, request.get_data(as_text=True), Response("0: Accepted for delivery", 202))

    @app.post("/rujukan")
    def take_referral() -> Response:
        number = request.form["number"]
        said = Response(json.dumps({"received": number}), 201, mimetype="application/json")
        content: dict[str, Any] = json.load(request.files["json"].stream)
        return answer("referral", request.headers["Idempotency-Key"], number, json.dumps(content), said)

    def answer(way: str, id: str, to: str, text: str, yes: Response) -> Response:
        mood = taken.mood(id)
        if mood in NOT_NOW:
            return Response("come again", 503)
        taken.write(way, id, to, text)
        if mood in ANSWER_LOST:
            request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return yes

    return app


class _Quiet(WSGIRequestHandler):
    """Writes no log: what came is in the file."""

    def log(self, type: str, message: str, *args: object) -> None:
        return


def main() -> None:
    smtp, http, file = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    taken = Taken(file)
    Controller(MailServer(taken), hostname="127.0.0.1", port=smtp).start()
    make_server("127.0.0.1", http, gateway(taken), threaded=True, request_handler=_Quiet).serve_forever()


if __name__ == "__main__":
    main()
