"""A time-stamping authority of the outside world: plain openssl behind HTTP, well-behaved or not."""

from __future__ import annotations

import queue
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

POLICY = "1.2.3.4.1"
ERROR_PAGE = b"<html><body>Mohon maaf, sistem sedang dalam pemeliharaan.</body></html>"

_CONFIG = """
[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
[stamper]
extendedKeyUsage = critical, timeStamping
keyUsage = critical, digitalSignature
[anything]
keyUsage = critical, digitalSignature
[tsa]
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
other_policies = 1.2.3.4.2
digests = sha256, sha512
ess_cert_id_alg = sha256
[rejecting]
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha512
"""


class TimeStampAuthority:
    """It behaves as `behaviours` say, one for each request, and well when none is left."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "tsa.cnf").write_text(_CONFIG)
        (folder / "serial").write_text("01\n")
        self._certificates()
        self.root = folder / "root.pem"
        self.behaviours: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.let_go = threading.Event()
        self.asked: list[bytes] = []
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                authority.answer(self)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def will(self, *behaviours: str) -> None:
        for behaviour in behaviours:
            self.behaviours.put(behaviour)

    def close(self) -> None:
        self.let_go.set()
        self.server.shutdown()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        query = handler.rfile.read(int(handler.headers["Content-Length"]))
        self.asked.append(query)
        behaviour = "stamp" if self.behaviours.empty() else self.behaviours.get()
        if behaviour == "hang":
            self.let_go.wait(30)
            return
        if behaviour == "drip":
            self._drip(handler)
            return
        status, body = 200, ERROR_PAGE
        if behaviour == "error":
            status = 503
        elif behaviour == "reject":
            body = self.reply(query, "rejecting")
        elif behaviour == "other nonce":
            body = self.reply(_under_another_nonce(query))
        elif behaviour == "other hash":
            body = self.reply(_query(b"another list of hashes"))
        elif behaviour == "stamp":
            body = self.reply(query)
        handler.send_response(status)
        handler.send_header("Content-Type", "application/timestamp-reply")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def reply(self, query: bytes, section: str = "tsa") -> bytes:
        """The answer of `openssl ts -reply`."""
        (self.folder / "query.tsq").write_bytes(query)
        made = ["-config", "tsa.cnf", "-queryfile", "query.tsq", "-out", "reply.tsr"]
        self._openssl("ts", "-reply", "-section", section, *made)
        return (self.folder / "reply.tsr").read_bytes()

    def _drip(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer for ever, a little now and then, so that no single wait is long."""
        handler.send_response(200)
        handler.end_headers()
        try:
            while not self.let_go.wait(0.2):
                handler.wfile.write(b" " * 100)
        except OSError:
            pass

    def _certificates(self) -> None:
        new = ["req", "-new", "-newkey", "rsa:2048", "-nodes", "-config", "tsa.cnf"]
        root = ["-x509", "-days", "3650", "-subj", "/CN=Akar percobaan", "-extensions", "root"]
        self._openssl(*new, *root, "-keyout", "root.key", "-out", "root.pem")
        for name, extensions in (("tsa", "stamper"), ("anybody", "anything")):
            self._openssl(*new, "-subj", f"/CN=Stempel {name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
            signed = ["x509", "-req", "-days", "3650", "-in", f"{name}.csr", "-CA", "root.pem", "-CAkey", "root.key"]
            more = ["-set_serial", "7" if name == "tsa" else "8", "-extfile", "tsa.cnf", "-extensions", extensions]
            self._openssl(*signed, *more, "-out", f"{name}.pem")

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True)


def _query(listed: bytes) -> bytes:
    wanted = TimestampRequestBuilder().data(listed).hash_algorithm(HashAlgorithm.SHA256)
    return bytes(wanted.cert_request(cert_request=True).build().as_bytes())


def _under_another_nonce(query: bytes) -> bytes:
    """The same query; the last byte of the nonce, which stands before `certReq`, is another one."""
    certificate_wanted = b"\x01\x01\xff"
    assert query.endswith(certificate_wanted)
    at = len(query) - len(certificate_wanted) - 1
    return query[:at] + bytes([query[at] ^ 1]) + query[at + 1 :]
